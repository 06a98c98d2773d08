"""A list of villages as a workbook: a template to fill in, or the list an office has already."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.models import Unit
from communes.rules.text import fold
from programs.actions.import_villages import VillageRow
from programs.queries.villages import village_kinds
from programs.sheets.grid import Book, Sheet
from programs.sheets.style import META, Paper, choose_from, meta_of

KIND = "villages"
SHEET = "Danh sách"
ROWS = 3000
# What a heading may say, without accents and without what stands in brackets.
HEADINGS = {
    "code": ("ma xa", "ma xa, phuong", "ma don vi", "ma dvhc", "ma", "commune code"),
    "commune": ("ten xa", "xa", "ten xa, phuong", "xa, phuong", "commune"),
    "name": (
        "ten ban, tieu khu, to dan pho",
        "ten thon, ban",
        "thon, ban",
        "ten ban",
        "ten thon",
        "ban",
        "thon",
        "ten",
        "village, sub-area or residential group",
    ),
    "kind": ("loai", "loai hinh", "kind"),
    "since": ("tu ngay", "ngay thanh lap", "from"),
    "households": ("so ho", "households"),
}
NEEDED = ("name", "kind")
HEAD_WITHIN = 15


def heads() -> list[str]:
    return [
        _("Mã xã"),
        _("Tên xã"),
        _("Tên bản, tiểu khu, tổ dân phố"),
        _("Loại"),
        _("Từ ngày"),
        _("Số hộ (nếu biết)"),
    ]


def village_template(unit: Unit, communes: list[Unit], villages: list[Unit]) -> bytes:
    """A list to fill in, with the villages that stand already; `villages` carry commune_code and _name."""
    paper = Paper()
    sheet = paper.sheet(SHEET, protected=False)
    for column, width in enumerate((10, 26, 40, 16, 14, 16)):
        sheet.set_column(column, column, width)
    for column, head in enumerate(heads()):
        sheet.write_string(0, column, head, paper.look("head"))
    text, day = paper.look("entry-text"), paper.look("entry", "dd/mm/yyyy")
    for row, one in enumerate(villages, start=1):
        words = [one.commune_code, one.commune_name, one.name, one.kind.name]  # type: ignore[attr-defined]
        for column, word in enumerate(words):
            sheet.write_string(row, column, word, text)
        sheet.write_datetime(row, 4, one.valid_from, day)
    rest = len(villages) + 1
    if len(communes) == 1:
        sheet.write_string(rest, 0, communes[0].code, text)
        sheet.write_string(rest, 1, communes[0].name, text)
    choose_from(sheet, 1, 3, [kind.name for kind in village_kinds()], last=max(ROWS, rest + 500))
    sheet.freeze_panes(1, 0)
    _write_communes(paper, communes)
    paper.guide(_("Hướng dẫn"), _("Danh mục thôn, bản · {unit}").format(unit=unit.name), _instructions())
    paper.meta({"kind": KIND, "unit": unit.code})
    return paper.done()


def _write_communes(paper: Paper, communes: list[Unit]) -> None:
    sheet = paper.sheet(_("Mã xã"))
    sheet.set_column(1, 1, 30)
    for row, one in enumerate(communes):
        sheet.write_string(row, 0, one.code, paper.look("text"))
        sheet.write_string(row, 1, one.name, paper.look("text"))


def _instructions() -> list[str]:
    return [
        _("Mỗi dòng một bản, tiểu khu hoặc tổ dân phố. Ghi mã xã (trang “Mã xã”) hoặc tên xã."),
        _("Loại: bản, tiểu khu hoặc tổ dân phố. Từ ngày để trống thì tính từ ngày xã hiện nay có."),
        _("Dòng đã có thì không đổi; hai bản trùng tên trong một xã được nhận, kèm nhắc."),
        _("Danh sách sẵn có của xã cũng nạp được, miễn là có dòng tiêu đề như trang này."),
        _("Xóa tên, sáp nhập thôn, bản không làm ở đây."),
    ]


@dataclass(frozen=True, slots=True)
class _Heading:
    row: int
    columns: dict[str, int]


def read_villages(content: bytes) -> Iterator[VillageRow]:
    """The lines of the list. Raises ValidationError when no list of villages is found in the workbook."""
    book = Book(content)
    if META in book.parts and meta_of(book).get("kind") != KIND:
        raise ValidationError(_("Đây là tệp số liệu, không phải danh mục thôn, bản."))
    shown = [name for name in book.names if not name.startswith("_")]
    if not shown:
        raise ValidationError(_("Tệp không có trang nào."))
    sheet = book.sheet(SHEET if SHEET in book.parts else shown[0])
    heading = _heading(sheet)
    if sheet.parts.merged and any(_below(place, heading.row) for place in sheet.parts.merged):
        raise ValidationError(
            _("Danh sách có ô bị trộn ({cells}). Bỏ trộn ô rồi tải lên lại.").format(
                cells=", ".join(sheet.parts.merged[:3])
            )
        )
    return _rows(sheet, heading)


def _below(place: str, row: int) -> bool:
    return int(re.sub("[^0-9]", "", place.split(":")[-1]) or 0) > row


def _heading(sheet: Sheet) -> _Heading:
    """The line with the names of the columns, wherever they stand."""
    for row in range(1, min(sheet.height, HEAD_WITHIN) + 1):
        columns: dict[str, int] = {}
        for index, cell in enumerate(sheet.row(row), start=1):
            words = fold(re.sub(r"\([^)]*\)", "", str(cell.value))).strip(" *:.")
            for name, known in HEADINGS.items():
                if words in known:
                    columns.setdefault(name, index)
        if all(name in columns for name in NEEDED) and {"code", "commune"} & columns.keys():
            return _Heading(row, columns)
    raise ValidationError(
        _("Không thấy dòng tiêu đề. Cần các cột: {heads}.").format(heads=", ".join(heads()[:4]))
    )


def _rows(sheet: Sheet, heading: _Heading) -> Iterator[VillageRow]:
    told = [column for name, column in heading.columns.items() if name not in ("code", "commune")]
    for number in range(heading.row + 1, sheet.height + 1):
        if all(sheet.cell(number, column).is_empty for column in told):
            continue
        yield _row(sheet, number, heading)


def _row(sheet: Sheet, number: int, heading: _Heading) -> VillageRow:
    cells = {name: sheet.cell(number, column) for name, column in heading.columns.items()}
    texts = dict.fromkeys(HEADINGS, "")
    since, place = None, cells["name"].place
    try:
        for name, cell in cells.items():
            place = cell.place
            if name == "since":
                since = cell.day()
            else:
                texts[name] = cell.text
    except ValidationError as error:
        words = " ".join(error.messages)
        return VillageRow(place, texts["code"], texts["commune"], texts["name"], texts["kind"], error=words)
    return VillageRow(
        cells["name"].place,
        texts["code"],
        texts["commune"],
        texts["name"],
        texts["kind"],
        since,
        texts["households"],
    )
