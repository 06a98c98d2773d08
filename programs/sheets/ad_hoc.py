"""The answers to an ad-hoc form as a file: text for any program, a workbook for Excel."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import FigureState, Indicator, ReportState
from programs.queries.ad_hoc import Cell, Table
from programs.queries.thresholds import unit_words
from programs.queries.wording import MISSING
from programs.rules.cells import neutral
from programs.rules.numbers import format_plain, percent_text
from programs.rules.verdicts import Figure

Value = str | Decimal | int


def answers_csv(table: Table) -> str:
    """One line a commune and the total; plain numbers with a point, UTF-8 with a mark for Excel."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for line in _lines(table):
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in line])
    return out.getvalue()


def answers_xlsx(table: Table, *, demo: bool) -> bytes:
    """The same with its heading and real numbers; texts are written as texts, never as formulas."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(table.period.code)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        total = book.add_format({"bold": True, "top": 1})
        notes = list(_heading(table, demo))
        for row, text in enumerate(notes):
            sheet.write_string(row, 0, neutral(text), book.add_format({"bold": row == 0}))
        first = len(notes) + 1
        lines = list(_lines(table))
        for row, line in enumerate(lines):
            style = bold if row == 0 else total if row == len(lines) - 1 else None
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(first + row, column, neutral(value), style)
                else:
                    sheet.write_number(first + row, column, value, style)
        sheet.freeze_panes(first + 1, 2)
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, max(2, len(lines[0]) - 1), 16)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)
    return out.getvalue()


def _heading(table: Table, demo: bool) -> Iterator[str]:
    yield table.form.title
    yield _("{period} · hạn {due} · người yêu cầu: {author}").format(
        period=table.period.title, due=_due(table), author=table.author
    )
    words = _("Đã gửi {sent}/{all} {word} · số liệu {state} trở lên")
    yield words.format(
        sent=table.sent, all=table.expected, word=table.word, state=FigureState(table.state).label
    )
    if demo:
        yield _("Dữ liệu minh họa, KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC")


def _due(table: Table) -> str:
    hour = f"{table.period.deadline_time:%H:%M} " if table.period.deadline_time else ""
    day = table.period.due_on
    return f"{hour}{day.day}/{day.month}/{day.year}"


def _lines(table: Table) -> Iterator[list[Value]]:
    heads = [head for column in table.columns for head in _heads(column)]
    yield [_("Mã"), _("Đơn vị"), *heads, _("Báo cáo"), _("Gửi lần đầu"), _("Hạn")]
    for row in table.rows:
        sent = row.report.first_sent_at
        yield [
            row.unit.code,
            row.unit.name,
            *_values(table, row.cells),
            str(ReportState(row.report.state).label),
            f"{timezone.localtime(sent):%Y-%m-%d %H:%M}" if sent else MISSING,
            _in_time(row.is_late, sent is not None),
        ]
    cover = _("{sent}/{all} đã gửi").format(sent=table.sent, all=table.expected)
    yield ["", _("Cộng"), *_values(table, table.totals), cover, "", ""]


def _in_time(late: bool, sent: bool) -> str:
    if late:
        return _("muộn") if sent else _("quá hạn")
    return _("đúng hạn") if sent else _("còn hạn")


def _heads(column: Indicator) -> list[str]:
    unit = unit_words(column)
    if not column.is_ratio:
        return [f"{column.title} ({unit})" if unit else column.title]
    numerator = _("{column}: tử số") if not unit else _("{column}: tử số ({unit})")
    denominator = _("{column}: mẫu số") if not unit else _("{column}: mẫu số ({unit})")
    return [
        numerator.format(column=column.title, unit=unit),
        denominator.format(column=column.title, unit=unit),
        f"{column.title} (%)",
    ]


def _values(table: Table, cells: list[Cell]) -> Iterator[Value]:
    for column, cell in zip(table.columns, cells, strict=True):
        if column.is_ratio:
            yield from _ratio(cell.figure, column)
        elif cell.figure is None or cell.figure.value is None:
            yield cell.main
        elif column.is_boolean:
            # Of a total: how many say yes.
            yield cell.main if cell.figure.denominator is None else cell.figure.value
        else:
            yield _number(cell.figure.value, column.decimals + column.entry_scale)


def _ratio(figure: Figure | None, column: Indicator) -> Iterator[Value]:
    if figure is None or figure.value is None:
        yield from (MISSING, MISSING, MISSING)
        return
    yield _number(figure.value, column.decimals)
    if figure.denominator:
        yield _number(figure.denominator, column.decimals)
        yield Decimal(percent_text(figure.value, figure.denominator))
    else:
        yield from (MISSING, MISSING)


def _number(value: int, decimals: int) -> Decimal:
    """Steps as a number on the scale of the column's head: triệu đồng with its decimals."""
    return Decimal(format_plain(value, decimals))
