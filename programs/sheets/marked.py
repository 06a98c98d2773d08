"""The workbook given back: the same file, its bad cells coloured and each with a note saying why."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from programs.models import ImportRow

BAD = PatternFill("solid", fgColor="F8C9C4")
AUTHOR = "Sonla"


def marked_workbook(content: bytes, sheet: str, rows: Iterable[ImportRow]) -> bytes:
    """The file with the cells of these rows marked; the person goes on working in the own copy.

    A workbook that was refused as a whole is never opened here: its job has no rows.
    """
    book = load_workbook(io.BytesIO(content))
    page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    for row in rows:
        _mark(page, row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _mark(page: Worksheet, row: ImportRow) -> None:
    for place in row.place.split(", "):
        cell = page[place]
        cell.fill = BAD
        cell.comment = Comment(_("Lỗi: {why}").format(why=row.message), AUTHOR, height=120, width=320)
