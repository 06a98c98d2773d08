"""What a figure must be before it is stored: errors that refuse it, warnings that ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.rules.text import composed
from programs.models import Indicator, IndicatorKind, Observation, PartRole
from programs.models.observations import figure_of
from programs.queries.structure import Row, Structure
from programs.rules.change import jumps
from programs.rules.numbers import format_number, format_percent, format_scaled
from programs.rules.verdicts import Figure, percent_of

# A hundred percent in the steps in which a percentage alone is kept.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """One figure somebody sends: in the indicator's smallest step, with the version it was based on.

    `value` is the numerator of a percentage and 1 or 0 of a yes/no; `percentage` (steps of 0.01 %) stands
    alone, where a past period is known only so. All empty means: clear it. `version` is 0 before the first
    save; `copied_from` is the period of a figure that is kept as it was.
    """

    indicator: str
    value: int | None = None
    denominator: int | None = None
    not_applicable: bool = False
    version: int = 0
    note: str | None = None
    reason: str = ""
    reason_kind: str = ""
    copied_from: int | None = None
    percentage: int | None = None

    @property
    def figure(self) -> Figure:
        return figure_of(self.value, self.denominator, self.not_applicable, self.percentage)

    @property
    def is_empty(self) -> bool:
        return not self.figure.given and self.denominator is None


@dataclass(slots=True)
class Findings:
    """Errors and warnings by indicator code, in the words of the reader's language."""

    errors: dict[str, list[str]] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, code: str, message: str) -> None:
        self.errors.setdefault(code, []).append(message)

    def warn(self, code: str, message: str) -> None:
        self.warnings.setdefault(code, []).append(message)

    def raise_errors(self) -> None:
        """Raise ValidationError with every bad item named, if there is one."""
        if self.errors:
            raise ValidationError(self.errors)


def shown(value: int | None, indicator: Indicator) -> str:
    """A figure as people here write it, on the scale it is typed in."""
    if value is None:
        return "—"
    if indicator.entry_scale:
        return format_scaled(value, indicator.decimals, indicator.entry_scale)
    return format_number(value, indicator.decimals)


def check_item(
    item: Item, row: Row, indicator: Indicator, findings: Findings, *, alone: bool = False
) -> None:
    """The item by itself: shape, range, 'không áp dụng'; `alone`: a percentage may come without its pair."""
    code = item.indicator
    if row.is_derived and indicator.pk == row.indicator.pk and not item.not_applicable and not item.is_empty:
        findings.refuse(code, _("Chỉ tiêu này được tính từ các thành phần, không nhập trực tiếp."))
    elif item.not_applicable:
        _check_not_applicable(item, row, indicator, findings)
    elif item.is_empty:
        return
    elif item.percentage is not None:
        _check_percentage(item, indicator, findings, alone=alone)
    elif indicator.kind == IndicatorKind.PERCENT:
        _check_ratio(item, row, indicator, findings)
    elif item.denominator is not None:
        findings.refuse(code, _("Chỉ tiêu này không có mẫu số."))
    elif indicator.kind == IndicatorKind.BOOLEAN and item.value not in (0, 1):
        findings.refuse(code, _("Chọn Có hoặc Không."))
    else:
        _check_range(item.value, indicator, code, findings)


def _check_not_applicable(item: Item, row: Row, indicator: Indicator, findings: Findings) -> None:
    if indicator.pk != row.indicator.pk:
        findings.refuse(item.indicator, _("Ghi 'không áp dụng' cho cả chỉ tiêu, không ghi cho một phần."))
    elif not row.may_not_apply:
        findings.refuse(item.indicator, _("Chỉ tiêu này áp dụng cho mọi xã."))
    elif not composed(item.note or ""):
        findings.refuse(item.indicator, _("Ghi lý do không áp dụng, ví dụ: xã không có làng nghề."))
    elif any(number is not None for number in (item.value, item.denominator, item.percentage)):
        findings.refuse(item.indicator, _("Đã chọn 'không áp dụng' thì không kèm số."))


def _check_percentage(item: Item, indicator: Indicator, findings: Findings, *, alone: bool) -> None:
    code = item.indicator
    if indicator.kind != IndicatorKind.PERCENT:
        findings.refuse(code, _("Chỉ tiêu này không phải tỷ lệ %."))
    elif item.value is not None or item.denominator is not None:
        findings.refuse(code, _("Chỉ có phần trăm thì không kèm tử số, mẫu số."))
    elif not alone:
        findings.refuse(
            code,
            _("Nhập cả tử số và mẫu số ({name}); tỷ lệ % do hệ thống tính.").format(
                name=indicator.denominator_name
            ),
        )
    elif not 0 <= item.percentage <= WHOLE:  # type: ignore[operator]
        findings.refuse(code, _("Tỷ lệ phải từ 0% đến 100%."))


def _check_ratio(item: Item, row: Row, indicator: Indicator, findings: Findings) -> None:
    code, value, denominator = item.indicator, item.value, item.denominator
    if value is None:
        findings.refuse(code, _("Còn thiếu tử số ({name}).").format(name=indicator.numerator_name))
    elif denominator is None:
        findings.refuse(
            code,
            _("Nhập cả tử số và mẫu số ({name}); tỷ lệ % do hệ thống tính.").format(
                name=indicator.denominator_name
            ),
        )
    elif denominator == 0 and value == 0 and row.may_not_apply:
        findings.refuse(
            code,
            _("0 trên 0 không phải là 0% hay 100%. Nếu xã không có đối tượng, chọn 'không áp dụng'."),
        )
    elif denominator <= 0:
        findings.refuse(code, _("Mẫu số ({name}) phải lớn hơn 0.").format(name=indicator.denominator_name))
    elif value < 0:
        findings.refuse(code, _("Số không được âm."))
    elif value > denominator:
        findings.refuse(
            code,
            _("Tử số {value} lớn hơn mẫu số {base}. Kiểm tra lại hai ô.").format(
                value=shown(value, indicator), base=shown(denominator, indicator)
            ),
        )


def _check_range(value: int | None, indicator: Indicator, code: str, findings: Findings) -> None:
    if value is None:
        return
    low, high = indicator.minimum, indicator.maximum
    if low == 0 and value < 0:
        findings.refuse(code, _("Số không được âm."))
    elif low is not None and value < low:
        findings.refuse(code, _("Nhỏ nhất là {limit}.").format(limit=shown(low, indicator)))
    elif high is not None and value > high:
        findings.refuse(code, _("Lớn nhất là {limit}.").format(limit=shown(high, indicator)))


def check_against_others(
    structure: Structure, codes: list[str], figures: Mapping[int, Figure], findings: Findings
) -> None:
    """Items against the other figures of the report, as they would stand after saving."""
    for code in codes:
        indicator = structure.by_code[code]
        row = structure.row_of[indicator.pk]
        own = figures.get(row.indicator.pk)
        if own is None:
            continue
        for part in row.parts.values():
            figure = figures.get(part.pk)
            if figure is None:
                continue
            if own.value is None or figure.value is None:
                _check_of_which(code, part, figure, own, findings)
                continue
            if part.role == PartRole.OF_WHICH and figure.value > own.value:
                findings.refuse(
                    code,
                    _("'{part}' ({value}) lớn hơn số của cả chỉ tiêu ({whole}).").format(
                        part=part.title,
                        value=shown(figure.value, part),
                        whole=shown(own.value, row.indicator),
                    ),
                )
            same_base = part.role in (PartRole.OF_WHICH, PartRole.SAME_BASE)
            if same_base and figure.denominator != own.denominator:
                findings.warn(
                    code, _("Mẫu số của '{part}' khác mẫu số của chỉ tiêu.").format(part=part.title)
                )
    _warn_of_two_bases(structure, codes, figures, findings)


def _check_of_which(code: str, part: Indicator, figure: Figure, own: Figure, findings: Findings) -> None:
    """Of percentages without their pair only the percentages can be compared."""
    within, whole = percent_of(figure), percent_of(own)
    if part.role != PartRole.OF_WHICH or within is None or whole is None or within <= whole:
        return
    findings.refuse(
        code,
        _("'{part}' ({value}) lớn hơn số của cả chỉ tiêu ({whole}).").format(
            part=part.title, value=format_percent(within, 100), whole=format_percent(whole, 100)
        ),
    )


def _warn_of_two_bases(
    structure: Structure, codes: list[str], figures: Mapping[int, Figure], findings: Findings
) -> None:
    """Two values for one base in one report are a warning: 6.504 households here, 6.540 there."""
    by_base: dict[str, dict[int, str]] = {}
    for row in structure:
        figure = figures.get(row.indicator.pk)
        if row.indicator.base_code and figure and figure.denominator:
            by_base.setdefault(row.indicator.base_code, {}).setdefault(figure.denominator, row.number)
    for code in codes:
        indicator = structure.by_code[code]
        figure = figures.get(indicator.pk)
        if not (indicator.base_code and figure and figure.denominator):
            continue
        for value, number in by_base.get(indicator.base_code, {}).items():
            if value != figure.denominator:
                findings.warn(
                    code,
                    _("Mẫu số {here} khác mẫu số {there} ở chỉ tiêu {number}.").format(
                        here=shown(figure.denominator, indicator),
                        there=shown(value, indicator),
                        number=number,
                    ),
                )
                break


def check_against_last(
    item: Item, indicator: Indicator, last: Observation | None, findings: Findings
) -> None:
    """The item against the last period's figure: a cumulative one that falls, a jump without a note."""
    if last is None:
        return
    both = item.value is not None and last.value is not None
    if both and indicator.cumulative and item.value < last.value and not item.reason:  # type: ignore[operator]
        findings.refuse(
            item.indicator,
            _("Số lũy kế thấp hơn kỳ trước ({last}). Ghi lý do nếu đúng là giảm.").format(
                last=shown(last.value, indicator)
            ),
        )
    elif not item.note and jumps(item.figure, last.figure, indicator.kind, indicator.jump_percent):
        findings.warn(
            item.indicator,
            _("Thay đổi nhiều so với {period}. Nếu đúng, ghi chú thêm lý do.").format(
                period=last.period.title
            ),
        )
