"""Workbooks as people send them: filled in with a spreadsheet program, or spoilt on the way."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(content: bytes, name: str = "so-lieu.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, XLSX_TYPE)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook after somebody changed it and saved it with another program."""
    book = opened(content)
    edit(book)
    return saved(book)


def line_of(sheet: Worksheet, code: str) -> int:
    """The line of a figure in a report's workbook, by its hidden code."""
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == code)


def column_of(sheet: Worksheet, key: str, key_row: int = 4) -> int:
    return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(key_row, c).value == key)


def filled(content: bytes, **figures: dict[str, Any]) -> bytes:
    """A report's workbook with these cells written: filled(content, **{CODE: {"value": 1}})."""

    def write(book: Workbook) -> None:
        sheet = book["Số liệu"]
        for code, cells in figures.items():
            row = line_of(sheet, code)
            for key, value in cells.items():
                sheet.cell(row, column_of(sheet, key)).value = value

    return edited(content, write)


def table_filled(content: bytes, unit: str, **cells: Any) -> bytes:
    """A table's workbook with these cells of one unit written, by the key of the column."""

    def write(book: Workbook) -> None:
        sheet = book["Bảng số liệu"]
        row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 2).value == unit)
        for key, value in cells.items():
            sheet.cell(row, column_of(sheet, key)).value = value

    return edited(content, write)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The package with one more part, as a macro or a link to another file puts it there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, part)
    return out.getvalue()


def plain_list(rows: list[list[Any]], title: str = "Danh sách") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)
