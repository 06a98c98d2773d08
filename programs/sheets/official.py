"""The official table as a workbook: the same figures as on paper, numbers as numbers, texts as texts."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.format import Format

from programs.queries.official import Amount, Line, OfficialReport
from programs.rules.cells import neutral

DEMO_WORDS = "DỮ LIỆU MINH HỌA, KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC"
FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "wrap": {"text_wrap": True},
    "center": {"align": "center", "text_wrap": True},
    "bold": {"bold": True, "align": "center", "text_wrap": True},
    "title": {"bold": True, "font_size": 13, "align": "center", "text_wrap": True},
    "demo": {"bold": True, "font_size": 12, "align": "center", "border": 1},
    "head": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
    "text": {"text_wrap": True, "border": 1},
    "middle": {"align": "center", "text_wrap": True, "border": 1},
    "number": {"align": "right", "border": 1},
    "group": {"bold": True, "text_wrap": True, "border": 1},
    "part": {"text_wrap": True, "border": 1, "indent": 1},
}
PAPERS = {"A3": 8, "A4": 9}
COLUMNS = (6, 46, 16, 20, 12, 12, 14, 14, 34)


class OfficialBook:
    """One printed sheet of a workbook, filled from the top; landscape, fitted to the width of its paper."""

    def __init__(self, name: str, widths: Sequence[float], *, paper: str, demo: bool) -> None:
        self.stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(self.stream, options)
        self.sheet = self.book.add_worksheet(neutral(name)[:31])
        self.formats: dict[tuple[str, str], Format] = {}
        self.width, self.row = len(widths), 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(PAPERS[paper])
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
        self.sheet.set_footer(f"&L{DEMO_WORDS if demo else ''}&R&P/&N")
        if demo:
            self.line(DEMO_WORDS, "demo")

    def look(self, name: str, number: str = "") -> Format:
        if (name, number) not in self.formats:
            chosen = {**FONT, **LOOKS[name], **({"num_format": number} if number else {})}
            self.formats[name, number] = self.book.add_format(chosen)
        return self.formats[name, number]

    def line(self, text: str, look: str = "plain", *, height: float | None = None) -> None:
        """A text over the whole width."""
        self.sheet.merge_range(self.row, 0, self.row, self.width - 1, "", self.look(look))
        self.sheet.write_string(self.row, 0, neutral(text), self.look(look))
        if height:
            self.sheet.set_row(self.row, height)
        self.row += 1

    def halves(self, left: str, right: str, look: str = "bold") -> None:
        """Two texts beside each other: the heading, the signatures."""
        middle = self.width // 2
        for first, last, text in ((0, middle - 1, left), (middle, self.width - 1, right)):
            self.sheet.merge_range(self.row, first, self.row, last, "", self.look(look))
            self.sheet.write_string(self.row, first, neutral(text), self.look(look))
        self.row += 1

    def cells(self, values: Iterable[tuple[Any, str]]) -> None:
        """One line of the table: each a text, or a figure with the number behind it, and its look."""
        for column, (value, look) in enumerate(values):
            if isinstance(value, Amount):
                self._figure(column, value, look)
            elif isinstance(value, int):
                self.sheet.write_number(self.row, column, value, self.look(look))
            else:
                self.sheet.write_string(self.row, column, neutral(str(value)), self.look(look))
        self.row += 1

    def _figure(self, column: int, amount: Amount, look: str) -> None:
        if amount.number is None:
            self.sheet.write_string(self.row, column, neutral(amount.text), self.look("middle"))
            return
        decimals = "." + "0" * amount.places if amount.places else ""
        if amount.is_percent:
            # A share with the decimals that paper shows, so that the sheet shows what paper does.
            number = amount.number.scaleb(-2)
            self.sheet.write_number(self.row, column, number, self.look(look, f"0{decimals}%"))
        else:
            self.sheet.write_number(self.row, column, amount.number, self.look(look, f"#,##0{decimals}"))

    def repeat(self, rows: int) -> None:
        """The table's head on every page: its last rows."""
        self.sheet.repeat_rows(self.row - rows, self.row - 1)

    def done(self) -> bytes:
        self.book.close()
        return self.stream.getvalue()


def report_workbook(report: OfficialReport, *, demo: bool) -> bytes:
    """The official table of one report."""
    with translation.override("vi"):
        book = OfficialBook(_("Báo cáo"), COLUMNS, paper="A4", demo=demo)
        _heading(book, report)
        _table(book, report)
        _foot(book, report)
        return book.done()


def _heading(book: OfficialBook, report: OfficialReport) -> None:
    book.halves(report.office, _("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    book.halves(report.number_words, _("Độc lập - Tự do - Hạnh phúc"))
    book.halves("", report.place_and_day, "center")
    book.line(report.title.upper(), "title", height=36)
    book.line(report.period, "bold")
    if report.window:
        book.line(report.window, "center")
    if report.set_words:
        book.line(report.set_words, "center")
    book.line(report.state_words, "center")
    if report.result_words:
        book.line(report.result_words, "bold")
    if report.incomplete_reason:
        book.line(
            _("Gửi khi chưa đủ vì: {reason}").format(reason=report.incomplete_reason), "wrap", height=28
        )
    book.row += 1


def _table(book: OfficialBook, report: OfficialReport) -> None:
    book.cells((name, "head") for name in report.columns)
    book.cells((f"({number})", "head") for number in range(1, len(report.columns) + 1))
    book.repeat(2)
    for line in report.lines:
        book.cells(_cells_of(line))


def _cells_of(line: Line) -> list[tuple[Any, str]]:
    if line.kind == "criterion":
        texts = [line.number, line.name, "", "", "", "", line.result.text, line.verdict_words, line.note]
        return [(text, "group") for text in texts]
    return [
        (line.number, "middle"),
        (line.name, "part" if line.kind == "part" else "text"),
        (line.unit, "middle"),
        (line.threshold, "text"),
        (line.numerator, "number"),
        (line.denominator, "number"),
        (line.result, "number"),
        (line.verdict_words, "middle"),
        (line.note, "text"),
    ]


def _foot(book: OfficialBook, report: OfficialReport) -> None:
    book.row += 1
    for remark in report.remarks:
        book.line(_("Ý kiến thẩm định: {text}").format(text=remark), "wrap", height=28)
    for note in report.notes:
        book.line(note, "wrap", height=28)
    book.row += 1
    book.halves(_("NGƯỜI LẬP BIỂU"), _("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"))
    book.sheet.set_row(book.row - 1, 28)
    book.row += 4
    book.halves(report.paper.preparer, report.paper.signatory)
