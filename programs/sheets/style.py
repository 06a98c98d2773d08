"""How our workbooks look and are protected: one place for formats, lists to choose from, the hidden page."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from programs.models import Indicator
from programs.rules.numbers import TYPED_SCALED_DECIMALS
from programs.sheets.grid import Book

META = "_sonla"
INK, LINE, FILL, QUIET = "#1F2933", "#B8C0C8", "#FFF8DC", "#5B6670"

LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "quiet": {"font_color": QUIET},
    "head": {"bold": True, "bg_color": "#E8EDF2", "border": 1, "text_wrap": True, "valign": "top"},
    "group": {"bold": True, "bg_color": "#F4F6F8", "border": 1},
    "text": {"border": 1, "text_wrap": True, "valign": "top"},
    "locked": {"border": 1, "font_color": QUIET, "valign": "top", "align": "right"},
    "percent": {"border": 1, "font_color": QUIET, "valign": "top", "num_format": "0.00%"},
    "entry-percent": {
        "border": 1, "bg_color": FILL, "locked": False, "valign": "top", "num_format": "0.00%",
    },
    "entry": {"border": 1, "bg_color": FILL, "locked": False, "valign": "top"},
    # '@': a text that begins with = stays a text, also when somebody edits it.
    "entry-text": {
        "border": 1, "bg_color": FILL, "locked": False, "valign": "top", "num_format": "@", "text_wrap": True,
    },
    "help": {"text_wrap": True, "valign": "top"},
}  # fmt: skip
PROTECTION = {"select_locked_cells": True, "format_columns": True, "format_rows": True, "autofilter": True}


class Paper:
    """A workbook being written in memory; text is never taken for a formula, a number or an address."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book: Workbook = xlsxwriter.Workbook(self.stream, options)
        self.made: dict[tuple[str, str], Format] = {}

    def look(self, name: str, number: str = "") -> Format:
        """A named look, with a number format where one is given."""
        if (name, number) not in self.made:
            chosen = dict(LOOKS[name]) | ({"num_format": number} if number else {})
            chosen = {"font_name": "Arial", "font_size": 10, "font_color": INK, **chosen}
            self.made[name, number] = self.book.add_format(chosen)
        return self.made[name, number]

    def sheet(self, name: str, *, protected: bool = True, hidden: bool = False) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        if protected:
            sheet.protect("", dict(PROTECTION))
        if hidden:
            sheet.very_hidden()
        return sheet

    def guide(self, name: str, title: str, lines: list[str]) -> None:
        """A page of instructions."""
        sheet = self.sheet(name)
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, title, self.look("title"))
        for row, line in enumerate(lines, start=2):
            sheet.write_string(row, 0, line, self.look("help"))

    def meta(self, facts: Mapping[str, str]) -> None:
        """The hidden page that says what the workbook is."""
        sheet = self.sheet(META, hidden=True)
        for row, (name, value) in enumerate(facts.items()):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, value)

    def done(self) -> bytes:
        self.book.close()
        return self.stream.getvalue()


def meta_of(book: Book) -> dict[str, str]:
    """What the hidden page says. Raises ValidationError when the workbook is not one of ours."""
    if META not in book.parts:
        raise ValidationError(_("Đây không phải tệp tải từ hệ thống này. Tải mẫu về rồi điền vào mẫu đó."))
    sheet = book.sheet(META)
    return {sheet.cell(row, 1).text: sheet.cell(row, 2).text for row in range(1, sheet.height + 1)}


def number_format(indicator: Indicator) -> str:
    """Groups of thousands, and as many decimals as may be typed."""
    room = indicator.decimals + indicator.entry_scale
    places = min(TYPED_SCALED_DECIMALS, room) if indicator.entry_scale else indicator.decimals
    return "#,##0" + ("." + "#" * places if places else "")


def shown_number(value: int, indicator: Indicator) -> float:
    """Stored steps on the scale they are typed in. A sheet keeps 15 digits, as many as the store does."""
    return float(f"{value}e-{indicator.decimals + indicator.entry_scale}")


def yes_no(value: int) -> str:
    return _("Có") if value else _("Chưa")


def write_figure(
    paper: Paper,
    sheet: Worksheet,
    row: int,
    column: int,
    value: int | None,
    one: Indicator,
    *,
    look: str = "entry",
) -> None:
    """One cell of a figure, open unless its look is locked, with what stands; empty when nothing does."""
    if one.is_boolean:
        chosen = paper.look(look)
        if value is None:
            sheet.write_blank(row, column, None, chosen)
        else:
            sheet.write_string(row, column, yes_no(value), chosen)
        return
    chosen = paper.look(look, number_format(one))
    if value is None:
        sheet.write_blank(row, column, None, chosen)
    else:
        sheet.write_number(row, column, shown_number(value, one), chosen)


def choose_from(
    sheet: Worksheet, row: int, column: int, words: list[str], *, last: int | None = None, strict: bool = True
) -> None:
    """A drop-down in one cell or down to the row `last`; strict: nothing else can be typed."""
    shown = ", ".join(words)
    rule = {
        "validate": "list",
        "source": words,
        "show_error": strict,
        "error_title": _("Chọn trong danh sách"),
        "error_message": _("Chọn một trong: {words}.").format(words=shown)[:250],
    }
    sheet.data_validation(row, column, last or row, column, rule)


def only_numbers(sheet: Worksheet, row: int, column: int, one: Indicator, *, last: int | None = None) -> None:
    """Refuse letters at the keyboard; the server asks again."""
    low = 0 if one.minimum is not None and one.minimum >= 0 else -(10**15)
    rule = {
        "validate": "decimal",
        "criteria": ">=",
        "value": low,
        "error_title": _("Chỉ ghi số"),
        "error_message": _("Ô này chỉ nhận số. Không ghi chữ, dấu %."),
    }
    sheet.data_validation(row, column, last or row, column, rule)
