"""What a workbook remembers of its download, so that what nobody touched is told from what changed."""

import json
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.rules.text import normalise
from programs.actions.checks import Item
from programs.models.observations import figure_of
from programs.rules.verdicts import Figure
from programs.sheets.grid import Cell, Sheet


@dataclass(frozen=True, slots=True)
class Base:
    """What stood in a figure's cells at the download; the version 0 is that of a figure never saved.

    `percentage` (steps of 0.01 %) is one that stands alone, without its pair.
    """

    version: int = 0
    value: int | None = None
    denominator: int | None = None
    absent: bool = False
    note: str = ""
    percentage: int | None = None

    @property
    def figure(self) -> Figure:
        """The figure behind it: a denominator alone was only put there beforehand."""
        denominator = None if self.value is None else self.denominator
        return figure_of(self.value, denominator, self.absent, self.percentage)

    def packed(self) -> str:
        words = [self.version, self.value, self.denominator, int(self.absent), normalise(self.note)]
        alone = [] if self.percentage is None else [self.percentage]
        return json.dumps([*words, *alone], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Written:
    """What a figure's cells say now; `note` None where the workbook has no cell for it."""

    value: int | None = None
    denominator: int | None = None
    absent: bool = False
    note: str | None = None
    percentage: int | None = None

    def is_as(self, base: Base) -> bool:
        """Nobody touched the cells since the download."""
        same = (self.value, self.denominator, self.absent) == (base.value, base.denominator, base.absent)
        same = same and self.percentage == base.percentage
        return same and (self.note is None or self.note == base.note)

    def item(self, code: str, base: Base, *, reason: str = "", reason_kind: str = "") -> Item:
        """The figure to store. A denominator that was put there beforehand does not count by itself."""
        alone = self.value is None and self.denominator == base.denominator
        return Item(
            indicator=code,
            value=self.value,
            denominator=None if alone else self.denominator,
            not_applicable=self.absent,
            version=base.version,
            note=self.note,
            reason=reason,
            reason_kind=reason_kind,
            percentage=self.percentage,
        )


def unpacked(cell: Cell) -> Base:
    """Raises ValidationError when somebody wrote in the hidden column."""
    try:
        version, value, denominator, absent, note, *alone = json.loads(cell.text)
        good = isinstance(version, int) and isinstance(note, str) and absent in (0, 1)
        good = good and isinstance(value, int | None) and isinstance(denominator, int | None)
        good = good and len(alone) < 2 and all(isinstance(one, int) for one in alone)
    except (ValueError, TypeError):
        good = False
    if not good:
        raise ValidationError(_("Cột ẩn của số này bị sửa. Tải tệp mới rồi điền lại."))
    return Base(version, value, denominator, bool(absent), note, *alone)


def check_columns(sheet: Sheet, row: int, keys: list[str]) -> None:
    """The hidden line of names must stand as we wrote it, and nothing may be merged.

    Raises ValidationError with what happened to the workbook.
    """
    found = [cell.text for cell in sheet.row(row) if not cell.is_formula]
    while found and not found[-1]:
        found.pop()
    if found != keys:
        raise ValidationError(_("Cột của tệp bị chuyển, thêm hoặc xóa. Tải bản mới rồi chép số sang."))
    if sheet.parts.merged:
        raise ValidationError(
            _("Tệp có ô bị trộn ({cells}). Tải bản mới rồi chép số sang, không trộn ô.").format(
                cells=", ".join(sheet.parts.merged[:3])
            )
        )
