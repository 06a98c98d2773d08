"""The whole table of a territory as a workbook: a line a unit, one or two columns a figure; down and up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from communes.rules.text import fold, normalise
from programs.actions.figures import why_frozen
from programs.actions.import_figures import Proposal
from programs.models import Indicator, Observation, PeriodState, Report
from programs.queries.imports import Table, shape_mark
from programs.queries.structure import Row, Structure
from programs.queries.thresholds import unit_words
from programs.rules.numbers import format_number
from programs.sheets.downloaded import Base, Written, check_columns, unpacked
from programs.sheets.grid import Book, Cell, Sheet
from programs.sheets.style import (
    Paper,
    choose_from,
    meta_of,
    only_numbers,
    write_figure,
)

KIND = "table"
SHEET, BASES = "Bảng số liệu", "_goc"
OWN = ["report", "unit", "name"]
KEY_ROW, HEAD_ROW, UNIT_ROW, FIRST_ROW = 3, 4, 5, 6
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One column: an indicator's value or numerator, or its denominator."""

    row: Row
    indicator: Indicator
    is_denominator: bool = False

    @property
    def key(self) -> str:
        return f"{self.indicator.code}:d" if self.is_denominator else self.indicator.code

    @property
    def is_part(self) -> bool:
        return self.indicator.pk != self.row.indicator.pk

    @property
    def is_derived(self) -> bool:
        """A row that is computed from its parts: only 'không áp dụng' is written here."""
        return self.row.is_derived and not self.is_part

    @property
    def may_not_apply(self) -> bool:
        return self.row.may_not_apply and not self.is_part

    @property
    def head(self) -> str:
        title = self.indicator.title if self.is_part else self.row.title
        return f"{self.row.number} {title}".strip()

    @property
    def words(self) -> str:
        """What is to be written: the numerator's name, the unit, Có / Chưa."""
        one = self.indicator
        if self.is_derived:
            return _("chỉ ghi khi không áp dụng")
        if one.is_ratio:
            name = one.denominator_name if self.is_denominator else one.numerator_name
            return (_("mẫu số: {name}") if self.is_denominator else _("tử số: {name}")).format(name=name)
        return _("Có / Chưa") if one.is_boolean else unit_words(one)


def columns_of(structure: Structure) -> list[Column]:
    """The table's columns in the form's order; a percentage has two."""
    found = []
    for row in structure:
        for one in row.indicators:
            column = Column(row, one)
            if column.is_derived and not row.may_not_apply:
                continue
            found.append(column)
            if one.is_ratio and not column.is_derived:
                found.append(Column(row, one, is_denominator=True))
    return found


# -- Down --------------------------------------------------------------------------------------------


def table_workbook(table: Table) -> bytes:
    """The table with what stands in it; only the cells of figures are open."""
    columns = columns_of(table.structure)
    paper = Paper()
    sheet = paper.sheet(SHEET)
    _write_heads(paper, sheet, table, columns)
    bases = paper.sheet(BASES, hidden=True)
    own = [column for column in columns if not column.is_denominator]
    for index, key in enumerate(["report", *(column.key for column in own)]):
        bases.write_string(0, index, key)
    for index, report in enumerate(table.reports):
        held = table.held.get(report.pk, {})
        _write_unit(paper, sheet, FIRST_ROW + index, report, columns, held, table)
        bases.write_string(index + 1, 0, str(report.pk))
        for place, column in enumerate(own, start=1):
            bases.write_string(index + 1, place, base_of(held.get(column.indicator.pk)).packed())
    paper.guide(_("Hướng dẫn"), table.title, _instructions(table))
    paper.meta(facts_of(table))
    return paper.done()


def facts_of(table: Table) -> dict[str, str]:
    return {
        "kind": KIND,
        "unit": table.unit.code,
        "unit_from": table.unit.valid_from.isoformat(),
        "unit_name": table.unit.name,
        "period": table.period.code,
        "form": table.form.code,
        "shape": shape_mark(table.structure),
    }


def may_be_alone(table: Table) -> bool:
    """A period that is over may be known by percentages only (RULES 9)."""
    return table.period.state != PeriodState.OPEN


def _instructions(table: Table) -> list[str]:
    return [
        _("Mỗi dòng một xã, mỗi chỉ tiêu một cột; tỷ lệ có hai cột: tử số, mẫu số. Chỉ điền ô nền vàng."),
        _("Có / Chưa: chọn trong danh sách. Tiền: điền theo triệu đồng."),
        _("Không áp dụng: ghi vào ô của chỉ tiêu “không áp dụng: lý do”, để trống ô mẫu số."),
        _("Không thêm, xóa, chuyển hay trộn dòng, cột; không dùng công thức, macro."),
        _("Tải lên ở trang “Nạp từ Excel”. Hệ thống báo từng ô trước khi ghi; ghi tất cả hoặc không."),
        _("Ô để nguyên như lúc tải về thì không ghi đè lên số người khác vừa sửa."),
        *([alone_guide()] if may_be_alone(table) else []),
    ]


def alone_guide() -> str:
    return _(
        "Kỳ đã đóng, chỉ còn tỷ lệ: ghi “85,2 %” vào ô tử số, để trống ô mẫu số. Tỷ lệ đó được xét đạt, "
        "không vào tổng của tỉnh."
    )


def _write_heads(paper: Paper, sheet: Worksheet, table: Table, columns: list[Column]) -> None:
    first, last = FIRST_ROW, FIRST_ROW + max(len(table.reports), 1) - 1
    sheet.set_column(0, 0, 4, None, {"hidden": 1})
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 22)
    sheet.set_column(len(OWN), len(OWN) + len(columns), 13)
    sheet.write_string(0, 1, f"{table.title} · {table.unit.name}", paper.look("title"))
    sheet.set_row(KEY_ROW, None, None, {"hidden": 1})
    sheet.set_row(HEAD_ROW, 90)
    sheet.set_row(UNIT_ROW, 60)
    for index, (key, head) in enumerate(zip(OWN, ["", _("Mã"), _("Xã")], strict=True)):
        sheet.write_string(KEY_ROW, index, key)
        sheet.write_string(HEAD_ROW, index, head, paper.look("head"))
        sheet.write_blank(UNIT_ROW, index, None, paper.look("head"))
    for index, column in enumerate(columns, start=len(OWN)):
        sheet.write_string(KEY_ROW, index, column.key)
        sheet.write_string(HEAD_ROW, index, column.head, paper.look("head"))
        sheet.write_string(UNIT_ROW, index, column.words, paper.look("head"))
        if column.indicator.is_boolean and not column.is_derived:
            answers = [_("Có"), _("Chưa")]
            choose_from(sheet, first, index, answers, last=last, strict=not column.may_not_apply)
        elif _takes_text(column, table):
            continue
        elif not column.may_not_apply or column.is_denominator:
            only_numbers(sheet, first, index, column.indicator, last=last)
    sheet.freeze_panes(FIRST_ROW, len(OWN))
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.repeat_rows(KEY_ROW, UNIT_ROW)
    sheet.repeat_columns(1, 2)


def _takes_text(column: Column, table: Table) -> bool:
    """The numerator of a period that is over, where '85,2 %' may stand alone."""
    return column.indicator.is_ratio and not column.is_denominator and may_be_alone(table)


def _write_unit(
    paper: Paper,
    sheet: Worksheet,
    row: int,
    report: Report,
    columns: list[Column],
    held: dict[int, Observation],
    table: Table,
) -> None:
    sheet.write_string(row, 0, str(report.pk))
    sheet.write_string(row, 1, report.unit.code, paper.look("text"))
    sheet.write_string(row, 2, report.unit.name, paper.look("text"))
    for index, column in enumerate(columns, start=len(OWN)):
        one, stands = column.indicator, held.get(column.indicator.pk)
        base = base_of(stands)
        value = base.denominator if column.is_denominator else base.value
        if stands is not None and stands.from_records and not column.is_derived:
            write_figure(paper, sheet, row, index, value, one, look="locked")
        elif base.absent and not column.is_denominator:
            sheet.write_string(row, index, absent_text(base.note), paper.look("entry-text"))
        elif column.is_derived:
            sheet.write_blank(row, index, None, paper.look("entry-text"))
        elif base.percentage is not None and not column.is_denominator:
            text = format_number(base.percentage, 2)
            sheet.write_string(row, index, f"{text} %", paper.look("entry-text"))
        elif value is None and _takes_text(column, table):
            # A cell of text keeps '85,2 %' as it is written; a spreadsheet would make 0.852 of it.
            sheet.write_blank(row, index, None, paper.look("entry-text"))
        else:
            write_figure(paper, sheet, row, index, value, one)


def base_of(one: Observation | None) -> Base:
    """What stands; the note of a figure has no cell here, that of 'không áp dụng' is its reason."""
    if one is None:
        return Base()
    note = normalise(one.note) if one.not_applicable else ""
    return Base(one.version, one.value, one.denominator, one.not_applicable, note, one.percentage)


def absent_text(reason: str) -> str:
    return _("không áp dụng: {reason}").format(reason=reason)


# -- Up ----------------------------------------------------------------------------------------------


def check_facts(found: dict[str, str], table: Table) -> None:
    """Raises ValidationError when the workbook is of another unit, period, form or shape."""
    if found.get("kind") != KIND:
        raise ValidationError(_("Đây không phải bảng số liệu của nhiều xã. Tải bảng ở trang này rồi điền."))
    wanted = facts_of(table)
    if any(found.get(name) != wanted[name] for name in ("unit", "unit_from")):
        raise ValidationError(
            _("Tệp này của {there}, không phải của {here}.").format(
                there=found.get("unit_name", "?"), here=table.unit.name
            )
        )
    if found.get("period") != wanted["period"]:
        raise ValidationError(
            _("Tệp này của kỳ {there}, bạn đang nạp cho kỳ {here}.").format(
                there=found.get("period", "?"), here=table.period.code
            )
        )
    if found.get("form") != wanted["form"] or found.get("shape") != wanted["shape"]:
        raise ValidationError(_("Biểu mẫu khác với lúc tải tệp về. Tải bản mới rồi chép số sang."))


def check_open(table: Table, today: date) -> None:
    """Raises ValidationError when none of the reports takes figures now."""
    if not table.reports:
        raise ValidationError(_("{period} chưa có báo cáo nào ở đây.").format(period=table.period.title))
    if not any(report.accepts_writing(today) for report in table.reports):
        raise ValidationError(
            _("{why} Muốn nạp thì quản trị mở lại kỳ, hoặc mở lại báo cáo của từng xã có lý do.").format(
                why=why_frozen(table.reports[0], today)
            )
        )


def read_table(
    content: bytes, table: Table, today: date, *, reason: str = "", reason_kind: str = ""
) -> list[Proposal]:
    """Every figure of the table. Raises ValidationError when it is not to be read as a whole."""
    check_open(table, today)
    columns = columns_of(table.structure)
    book = Book(content)
    check_facts(meta_of(book), table)
    sheet = book.sheet(SHEET)
    check_columns(sheet, KEY_ROW + 1, [*OWN, *(column.key for column in columns)])
    bases = _bases(book.sheet(BASES))
    reports = {str(report.pk): report for report in table.reports}
    return [
        replace(one, item=replace(one.item, reason=reason, reason_kind=reason_kind)) if one.item else one
        for row, report in _lines(sheet, reports)
        for one in _line(sheet, row, report, columns, bases, alone=may_be_alone(table))
    ]


def _bases(sheet: Sheet) -> dict[tuple[str, str], Cell]:
    keys = [cell.text for cell in sheet.row(1)]
    return {
        (sheet.cell(row, 1).text, key): sheet.cell(row, column)
        for row in range(2, sheet.height + 1)
        for column, key in enumerate(keys, start=1)
    }


def _lines(sheet: Sheet, reports: dict[str, Report]) -> Iterator[tuple[int, Report]]:
    seen: set[str] = set()
    for row in range(FIRST_ROW + 1, sheet.height + 1):
        if all(cell.is_empty for cell in sheet.row(row)):
            continue
        pk = sheet.cell(row, 1).text
        if pk not in reports or pk in seen or sheet.cell(row, 2).text != reports[pk].unit.code:
            raise ValidationError(
                _("Dòng {row}: không phải dòng của một xã trong bảng này, hoặc bị chép thêm.").format(row=row)
            )
        seen.add(pk)
        yield row, reports[pk]


def _line(
    sheet: Sheet,
    row: int,
    report: Report,
    columns: list[Column],
    bases: dict[tuple[str, str], Cell],
    *,
    alone: bool,
) -> Iterator[Proposal]:
    at = {column.key: sheet.cell(row, index) for index, column in enumerate(columns, start=len(OWN) + 1)}
    for column in columns:
        if column.is_denominator:
            continue
        value, base = at[column.key], at.get(f"{column.key}:d")
        place = f"{value.place}, {base.place}" if base else value.place
        empty = Proposal(place, f"{report.unit.name} · {column.head}", report.pk, column.indicator.code)
        kept = bases.get((str(report.pk), column.key))
        yield _proposal(column, value, base, kept, empty, alone=alone)


def _proposal(
    column: Column,
    value: Cell,
    denominator: Cell | None,
    kept: Cell | None,
    empty: Proposal,
    *,
    alone: bool,
) -> Proposal:
    at = value
    try:
        base = unpacked(kept or Cell(""))
        empty = replace(empty, base=base.figure)
        reason = read_absent(value)
        if reason is not None:
            written = Written(absent=True, note=reason)
        elif column.is_derived:
            if not value.is_empty:
                raise ValidationError(_("Cột này được tính từ các thành phần; chỉ ghi khi không áp dụng."))
            written = Written(base.value, base.denominator) if not base.absent else Written(note="")
        else:
            percentage = value.percentage() if alone and denominator else None
            steps = value.steps(column.indicator) if percentage is None else None
            at = denominator or value
            of = denominator.steps(column.indicator) if denominator else None
            written = Written(steps, of, note="" if base.absent else None, percentage=percentage)
        if written.absent and denominator is not None and not denominator.is_empty:
            at = denominator
            raise ValidationError(_("Đã ghi 'không áp dụng' thì để trống mẫu số."))
    except ValidationError as error:
        return replace(empty, place=at.place, error=" ".join(error.messages))
    if written.is_as(base):
        return empty
    return replace(empty, item=written.item(column.indicator.code, base))


def read_absent(cell: Cell) -> str | None:
    """The reason of 'không áp dụng: xã không có làng nghề'; None when the cell says something else."""
    if not isinstance(cell.value, str) or cell.is_formula:
        return None
    word, _colon, reason = cell.text.partition(":")
    if fold(word) not in ("khong ap dung", "kad", "not applicable"):
        return None
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Ghi lý do sau dấu hai chấm, ví dụ: không áp dụng: xã không có làng nghề."))
    if len(reason) > LONGEST_TEXT:
        raise ValidationError(_("Lý do dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT))
    return reason
