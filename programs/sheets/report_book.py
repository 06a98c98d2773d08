"""A commune's report as a workbook: down with what stands, up with a verdict for every figure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from communes.rules.text import fold
from programs.actions.figures import why_frozen
from programs.actions.import_figures import Proposal
from programs.models import Indicator, PeriodState, ReasonKind, Report
from programs.queries.entry import EntryPage, RowView, entry_page, report_title
from programs.queries.entry_fields import Field
from programs.queries.imports import shape_mark
from programs.queries.structure import Row, Structure, structure_of
from programs.rules.workbook_parts import column_letters
from programs.sheets.downloaded import Base, Written, check_columns, unpacked
from programs.sheets.grid import Book, Cell, Sheet
from programs.sheets.style import (
    Paper,
    choose_from,
    meta_of,
    only_numbers,
    write_figure,
)

KIND = "report"
# A note and a reason have room for so much; the columns say the same.
LONGEST_TEXT = 500
SHEET = "Số liệu"
KEYS = [
    "code", "base", "number", "name", "unit", "needed", "before",
    "value", "denominator", "percent", "absent", "note", "reason_kind", "reason",
]  # fmt: skip
COLUMN = {name: index for index, name in enumerate(KEYS)}
WIDTHS = [4, 4, 7, 48, 14, 22, 28, 14, 14, 9, 15, 34, 22, 30]
KEY_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5


def heads() -> list[str]:
    return [
        "code", "base", _("Số"), _("Chỉ tiêu"), _("Đơn vị tính"), _("Mức cần đạt"), _("Kỳ trước"),
        _("Giá trị, tử số"), _("Mẫu số"), _("Tỷ lệ"), _("Không áp dụng"), _("Ghi chú, lý do không áp dụng"),
        _("Loại lý do sửa"), _("Lý do sửa"),
    ]  # fmt: skip


def absent_word() -> str:
    return _("không áp dụng")


# -- Down --------------------------------------------------------------------------------------------


def report_workbook(report: Report) -> bytes:
    """The report with what stands in it; only what a person fills in is open."""
    page = entry_page(report, why_frozen="")
    paper = Paper()
    _write_figures(paper, page)
    paper.guide(_("Hướng dẫn"), report_title(report), _instructions(may_be_alone(report)))
    paper.meta(facts_of(report, page.structure))
    return paper.done()


def facts_of(report: Report, structure: Structure) -> dict[str, str]:
    return {
        "kind": KIND,
        "report": str(report.pk),
        "unit": report.unit.code,
        "unit_from": report.unit.valid_from.isoformat(),
        "unit_name": report.unit.name,
        "period": report.period.code,
        "form": report.form.code,
        "shape": shape_mark(structure),
    }


def _instructions(alone: bool) -> list[str]:
    return [
        _("Chỉ điền các ô nền vàng ở trang “Số liệu”. Các ô khác được khóa."),
        _("Tỷ lệ: điền tử số và mẫu số, không điền %. Tỷ lệ tự tính."),
        *([alone_guide()] if alone else []),
        _("Tiền: điền theo triệu đồng, nhiều nhất ba chữ số thập phân."),
        _("Có / Chưa: chọn trong danh sách của ô."),
        _("Không áp dụng: chọn ở cột “Không áp dụng”, ghi lý do ở cột bên cạnh: xã không có làng nghề."),
        _("Số lũy kế thấp hơn kỳ trước, hoặc sửa số đã xác nhận: ghi lý do ở hai cột cuối."),
        _("Không thêm, xóa, chuyển hay trộn dòng, cột; không dùng công thức, macro."),
        _("Tải tệp lên ở trang báo cáo, mục “Nạp từ Excel”. Hệ thống báo từng ô trước khi ghi."),
        _("Ô để nguyên như lúc tải về thì không ghi đè lên số người khác vừa sửa."),
    ]


def _write_figures(paper: Paper, page: EntryPage) -> None:
    sheet = paper.sheet(SHEET)
    report = page.report
    for column, width in enumerate(WIDTHS):
        hidden = {"hidden": 1} if column in (COLUMN["code"], COLUMN["base"]) else {}
        sheet.set_column(column, column, width, None, hidden)
    first = COLUMN["number"]
    sheet.write_string(0, first, report_title(report), paper.look("title"))
    sheet.write_string(1, first, f"{report.unit.name} ({report.unit.code})", paper.look("quiet"))
    sheet.set_row(KEY_ROW, None, None, {"hidden": 1})
    for column, (key, head) in enumerate(zip(KEYS, heads(), strict=True)):
        sheet.write_string(KEY_ROW, column, key)
        sheet.write_string(HEAD_ROW, column, head, paper.look("head"))
    sheet.freeze_panes(FIRST_ROW, COLUMN["value"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    row = FIRST_ROW
    for section in page.sections:
        if section.section.criterion is not None:
            criterion = section.section.criterion
            for column in range(first, len(KEYS)):
                sheet.write_blank(row, column, None, paper.look("group"))
            sheet.write_string(
                row, first, _("TC {number}").format(number=criterion.number), paper.look("group")
            )
            sheet.write_string(row, first + 1, criterion.title, paper.look("group"))
            row += 1
        for view in section.rows:
            for field in fields_of(view):
                _write_field(paper, sheet, row, view, field, alone=may_be_alone(report))
                row += 1


def fields_of(view: RowView) -> list[Field]:
    """A row's own figure first, typed or derived, then its parts."""
    return [view.own, *(one for one in view.fields if one is not view.own)]


def _write_field(
    paper: Paper, sheet: Worksheet, row: int, view: RowView, field: Field, *, alone: bool
) -> None:
    one, typed = field.indicator, not (view.row.is_derived and not field.is_part)
    texts = {
        "number": "" if field.is_part else view.number,
        "name": _name(field),
        "unit": field.unit,
        "needed": "" if field.is_part else view.needed,
        "before": field.before,
    }
    for name, text in texts.items():
        sheet.write_string(row, COLUMN[name], text, paper.look("text"))
    base = base_of(field)
    sheet.write_string(row, COLUMN["code"], one.code)
    sheet.write_string(row, COLUMN["base"], base.packed())
    for name in ("value", "denominator", "percent"):
        sheet.write_blank(row, COLUMN[name], None, paper.look("locked"))
    if field.from_records:
        write_figure(paper, sheet, row, COLUMN["value"], base.value, one, look="locked")
        if one.is_ratio:
            write_figure(paper, sheet, row, COLUMN["denominator"], base.denominator, one, look="locked")
            _write_percent(paper, sheet, row, field, "percent")
    elif typed:
        write_figure(paper, sheet, row, COLUMN["value"], base.value, one)
        if one.is_boolean:
            choose_from(sheet, row, COLUMN["value"], [_("Có"), _("Chưa")])
        else:
            only_numbers(sheet, row, COLUMN["value"], one)
        if one.is_ratio:
            write_figure(paper, sheet, row, COLUMN["denominator"], base.denominator, one)
            only_numbers(sheet, row, COLUMN["denominator"], one)
            _write_percent(paper, sheet, row, field, "entry-percent" if alone else "percent")
    else:
        sheet.write_string(row, COLUMN["value"], view.result or field.shown, paper.look("locked"))
    _write_words(paper, sheet, row, view, field)


def _name(field: Field) -> str:
    """The figure's name, and for a percentage what is counted in its two cells."""
    one, name = field.indicator, f"   – {field.label}" if field.is_part else field.label
    if field.from_records:
        return f"{name}\n({field.records_words})"
    if not one.is_ratio or not one.numerator_name:
        return name
    both = _("tử số: {numerator}; mẫu số: {denominator}").format(
        numerator=one.numerator_name, denominator=one.denominator_name
    )
    return f"{name}\n({both})"


def _write_percent(paper: Paper, sheet: Worksheet, row: int, field: Field, look: str) -> None:
    """The percentage of the two cells beside it, or the one that stands alone."""
    alone = field.observation.percentage if field.observation else None
    if alone is not None:
        sheet.write_number(row, COLUMN["percent"], alone / 10_000, paper.look(look))
        return
    value, base = (f"{column_letters(COLUMN[name] + 1)}{row + 1}" for name in ("value", "denominator"))
    figure = field.figure
    shown: float | str = ""
    if figure.value is not None and figure.denominator:
        shown = round(figure.value / figure.denominator, 4)
    formula = f'=IF(AND(ISNUMBER({value}),ISNUMBER({base}),{base}>0),{value}/{base},"")'
    sheet.write_formula(row, COLUMN["percent"], formula, paper.look(look), shown)


def _write_words(paper: Paper, sheet: Worksheet, row: int, view: RowView, field: Field) -> None:
    """'Không áp dụng', note, and why a confirmed figure changes."""
    may_not_apply = view.row.may_not_apply and not field.is_part and not field.from_records
    text = paper.look("entry-text" if may_not_apply else "locked")
    sheet.write_string(row, COLUMN["absent"], absent_word() if field.figure.not_applicable else "", text)
    if may_not_apply:
        choose_from(sheet, row, COLUMN["absent"], [absent_word()])
    sheet.write_string(row, COLUMN["note"], field.note, paper.look("entry-text"))
    sheet.write_blank(row, COLUMN["reason_kind"], None, paper.look("entry-text"))
    choose_from(sheet, row, COLUMN["reason_kind"], [str(kind.label) for kind in ReasonKind])
    sheet.write_blank(row, COLUMN["reason"], None, paper.look("entry-text"))


def base_of(field: Field) -> Base:
    """What the cells hold at the download; the denominator put there beforehand is one of them."""
    figure = field.figure
    beforehand = field.indicator.is_ratio and not figure.given
    denominator = field.base if beforehand else figure.denominator
    alone = field.observation.percentage if field.observation else None
    return Base(field.version, figure.value, denominator, figure.not_applicable, field.note, alone)


def may_be_alone(report: Report) -> bool:
    """A period that is over may be known by a percentage only (RULES 9)."""
    return report.period.state != PeriodState.OPEN


def alone_guide() -> str:
    return _(
        "Kỳ đã đóng, chỉ còn tỷ lệ: ghi 85,2% ở cột “Tỷ lệ”, để trống tử số. Tỷ lệ đó được xét đạt, "
        "không vào tổng của tỉnh."
    )


# -- Up ----------------------------------------------------------------------------------------------


def check_facts(found: dict[str, str], report: Report, structure: Structure) -> None:
    """Raises ValidationError when the workbook is another's, of another period, form or shape."""
    if found.get("kind") != KIND:
        raise ValidationError(
            _("Đây không phải tệp báo cáo của một xã. Tải tệp ở trang báo cáo này rồi điền.")
        )
    wanted = facts_of(report, structure)
    if any(found.get(name) != wanted[name] for name in ("unit", "unit_from")):
        raise ValidationError(
            _("Tệp này của {there}, không phải của {here}.").format(
                there=found.get("unit_name", "?"), here=report.unit.name
            )
        )
    if found.get("period") != wanted["period"]:
        raise ValidationError(
            _("Tệp này của kỳ {there}, báo cáo này của kỳ {here}.").format(
                there=found.get("period", "?"), here=report.period.code
            )
        )
    if found.get("form") != wanted["form"]:
        raise ValidationError(_("Tệp này của biểu mẫu khác. Tải tệp ở trang báo cáo này rồi điền."))
    if found.get("shape") != wanted["shape"]:
        raise ValidationError(_("Biểu mẫu đã thay đổi sau khi tải tệp về. Tải bản mới rồi chép số sang."))


def read_report(content: bytes, report: Report, today: date) -> list[Proposal]:
    """Every figure of the workbook. Raises ValidationError when it is not to be read as a whole."""
    if not report.accepts_writing(today):
        raise ValidationError(why_frozen(report, today))
    structure = structure_of(report.form, report.period)
    book = Book(content)
    check_facts(meta_of(book), report, structure)
    sheet = book.sheet(SHEET)
    check_columns(sheet, KEY_ROW + 1, KEYS)
    lines = dict(_lines(sheet, structure))
    missing = [row for row in structure if any(one.code not in lines for one in row.indicators)]
    if missing:
        raise ValidationError(
            _("Tệp thiếu dòng của chỉ tiêu {numbers}. Tải bản mới rồi điền lại.").format(
                numbers=", ".join(row.number or row.title for row in missing[:5])
            )
        )
    return [
        _Line(sheet, lines[one.code], report, row, one).proposal()
        for row in structure
        for one in row.indicators
    ]


def _lines(sheet: Sheet, structure: Structure) -> Iterator[tuple[str, int]]:
    """(code, row number); codes that are not of the form, or come twice, refuse the workbook."""
    seen: set[str] = set()
    for row in range(FIRST_ROW + 1, sheet.height + 1):
        cell = sheet.cell(row, 1)
        if cell.is_empty:
            continue
        code = cell.text
        if code not in structure.by_code or code in seen:
            raise ValidationError(
                _("Dòng {row}: bị chép thêm, hoặc mã ẩn bị sửa. Tải bản mới rồi chép số sang.").format(
                    row=row
                )
            )
        seen.add(code)
        yield code, row


class _Line:
    """One line of the sheet on its way to a proposal; `at` is the cell being read, to name it in an error."""

    def __init__(self, sheet: Sheet, number: int, report: Report, row: Row, one: Indicator) -> None:
        self.cells = {name: sheet.cell(number, column + 1) for name, column in COLUMN.items()}
        self.report, self.row, self.one = report, row, one
        self.at = self.cells["value"]

    def proposal(self) -> Proposal:
        is_part = self.one.pk != self.row.indicator.pk
        key = f"{self.row.number} {self.one.title if is_part else self.row.title}".strip()
        places = [self.cells["value"].place]
        if self.one.is_ratio:
            places.append(self.cells["denominator"].place)
        empty = Proposal(", ".join(places), key, self.report.pk, self.one.code)
        try:
            base = unpacked(self.cell("base"))
            empty = replace(empty, base=base.figure)
            written = self.written(base)
            if written.is_as(base):
                return empty
            item = written.item(
                self.one.code, base, reason=self.words("reason"), reason_kind=self.reason_kind()
            )
            return replace(empty, item=item)
        except ValidationError as error:
            return replace(empty, place=self.at.place, error=" ".join(error.messages))

    def cell(self, name: str) -> Cell:
        self.at = self.cells[name]
        return self.at

    def written(self, base: Base) -> Written:
        value = denominator = percentage = None
        if self.row.is_derived and self.one.pk == self.row.indicator.pk:
            value, denominator = base.value, base.denominator
        else:
            percentage = self.percentage()
            if percentage is None:
                value = self.cell("value").steps(self.one)
            if self.one.is_ratio:
                denominator = self.cell("denominator").steps(self.one)
        absent, note = self.absent(), self.words("note")
        if absent and not note:
            self.at = self.cells["absent"]
            raise ValidationError(_("Ghi lý do không áp dụng, ví dụ: xã không có làng nghề."))
        return Written(value, denominator, absent, note, percentage)

    def percentage(self) -> int | None:
        """'85,2 %' beside an empty pair, or in the place of the numerator, of a period that is over."""
        if not (self.one.is_ratio and may_be_alone(self.report)):
            return None
        written = self.cell("value").percentage()
        if written is None and self.cells["value"].is_empty:
            written = self.cell("percent").share()
        return written

    def absent(self) -> bool:
        word = fold(self.cell("absent").text)
        if word in ("", "khong", "0"):
            return False
        if word in ("khong ap dung", "not applicable", "x", "co", "1"):
            return True
        raise ValidationError(_("Cột này chỉ ghi “không áp dụng” hoặc để trống."))

    def words(self, name: str) -> str:
        text = self.cell(name).text
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("Ghi chú dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT))
        return text

    def reason_kind(self) -> str:
        word = fold(self.cell("reason_kind").text)
        found = [kind.value for kind in ReasonKind if fold(str(kind.label)) == word]
        if word and not found:
            raise ValidationError(_("Chọn loại lý do trong danh sách của ô."))
        return found[0] if found else ""
