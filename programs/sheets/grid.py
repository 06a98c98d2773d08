"""A workbook that somebody sent, as cells: opened only after its parts were looked at."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from communes.rules.text import normalise
from programs.models import Indicator
from programs.queries.reading import read_decimal, read_percentage, read_share, read_text
from programs.rules.file_types import BadFile
from programs.rules.workbook_parts import (
    COLUMNS_AT_MOST,
    ROWS_AT_MOST,
    SheetParts,
    column_letters,
    workbook_parts,
)

Value = int | float | str | bool | date | datetime | time | timedelta
YES = {"có", "co", "x", "đạt", "1", "yes"}
# A spreadsheet keeps 15 digits of a number.
WHOLE_BELOW = 10**15
NO = {"chưa", "chua", "không", "khong", "0", "no"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it is ('E12'), what it holds, and whether a formula gave it."""

    place: str
    value: Value = ""
    is_formula: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.is_formula and (isinstance(self.value, str) and not self.value.strip())

    @property
    def text(self) -> str:
        """The cell as text; a whole number without a decimal point. Raises ValidationError for a formula."""
        self.check()
        if isinstance(self.value, bool):
            return _("Có") if self.value else _("Chưa")
        if isinstance(self.value, float | int):
            if abs(self.value) < WHOLE_BELOW and self.value == int(self.value):
                return str(int(self.value))
            return format(_decimal(self.value), "f")
        # No database keeps NUL in a text.
        return normalise(str(self.value).replace("\0", ""))

    def check(self) -> None:
        if self.is_formula:
            raise ValidationError(_("Ô có công thức. Chép kết quả rồi dán dạng giá trị (Paste Values)."))

    def steps(self, indicator: Indicator) -> int | None:
        """The figure in the indicator's smallest steps; None for an empty cell. Raises ValidationError."""
        self.check()
        value = self.value
        if indicator.is_boolean:
            return self._answer()
        if isinstance(value, bool) or isinstance(value, date | time | timedelta):
            raise ValidationError(_("Ô không phải số: đang ở kiểu ngày, giờ hoặc đúng/sai. Gõ lại số."))
        if isinstance(value, str):
            return read_text(value, indicator)
        return read_decimal(_decimal(value), indicator)

    def percentage(self) -> int | None:
        """'85,2 %' in steps of 0.01 %; None for what has no percent sign. Raises ValidationError."""
        if not isinstance(self.value, str) or not self.value.strip().endswith("%"):
            return None
        self.check()
        return read_percentage(self.text)

    def share(self) -> int | None:
        """What a cell in percent holds (0.852 or '85,2 %') in steps of 0.01 %; None when it is computed."""
        if self.is_formula or self.is_empty:
            return None
        if isinstance(self.value, float | int) and not isinstance(self.value, bool):
            return read_share(_decimal(self.value))
        return read_percentage(self.text)

    def _answer(self) -> int | None:
        if isinstance(self.value, bool):
            return int(self.value)
        word = self.text.casefold()
        if not word:
            return None
        if word in YES | NO:
            return int(word in YES)
        raise ValidationError(_("Ghi Có hoặc Chưa."))

    def day(self) -> date | None:
        """A date, typed as one or as text (1/7/2025, 2025-07-01); None when empty. Raises ValidationError."""
        self.check()
        if isinstance(self.value, datetime):
            return self.value.date()
        if isinstance(self.value, date):
            return self.value
        words = self.text
        if not words:
            return None
        for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(words, pattern).date()
            except ValueError:
                continue
        raise ValidationError(_("“{text}” không phải ngày. Ghi dạng 1/7/2025.").format(text=words[:40]))


def _decimal(value: float) -> Decimal:
    """What the cell shows: a spreadsheet keeps 15 digits, the rest is noise of its arithmetic."""
    number = Decimal(f"{value:.15g}")
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


class Sheet:
    """One sheet's cells by row and column, both counted from 1."""

    def __init__(self, sheet: CalamineSheet, parts: SheetParts) -> None:
        self.parts = parts
        self.rows: list[list[Value]] = sheet.to_python(skip_empty_area=False)

    @property
    def height(self) -> int:
        return len(self.rows)

    def cell(self, row: int, column: int) -> Cell:
        place = f"{column_letters(column)}{row}"
        line = self.rows[row - 1] if row <= len(self.rows) else []
        value = line[column - 1] if column <= len(line) else ""
        return Cell(place, value, place in self.parts.formulas)

    def row(self, row: int) -> Iterator[Cell]:
        width = len(self.rows[row - 1]) if row <= len(self.rows) else 0
        return (self.cell(row, column) for column in range(1, width + 1))


class Book:
    """A workbook. Raises ValidationError with a sentence when it cannot be read safely."""

    def __init__(self, content: bytes) -> None:
        try:
            self.parts = workbook_parts(content)
            self.book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        except BadFile as bad:
            raise ValidationError(_why_refused(bad.code), code=bad.code) from bad
        except (CalamineError, ValueError) as error:
            raise ValidationError(_why_refused("broken"), code="broken") from error

    @property
    def names(self) -> list[str]:
        return list(self.parts)

    def sheet(self, name: str) -> Sheet:
        """Raises ValidationError when there is no such sheet, or it cannot be read."""
        if name not in self.parts:
            raise ValidationError(
                _("Không thấy trang “{name}” trong tệp. Tải lại mẫu và chép số sang.").format(name=name),
                code="no_sheet",
            )
        try:
            return Sheet(self.book.get_sheet_by_name(name), self.parts[name])
        except (CalamineError, ValueError) as error:
            raise ValidationError(_why_refused("broken"), code="broken") from error


def _why_refused(code: str) -> str:
    return {
        "external": _("Tệp có liên kết tới tệp hoặc nguồn khác. Bỏ liên kết rồi tải lên lại."),
        "large": _("Tệp quá lớn: nhiều nhất {rows} dòng, {columns} cột. Chia làm nhiều tệp.").format(
            rows=ROWS_AT_MOST, columns=COLUMNS_AT_MOST
        ),
    }.get(code) or _("Tệp hỏng. Mở bằng Excel hoặc LibreOffice, lưu lại dạng .xlsx rồi tải lên.")
