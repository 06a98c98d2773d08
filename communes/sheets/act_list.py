"""The list of an act, predecessor by predecessor, from Excel or CSV: text to rows, and nothing else."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from communes.models import UnitKind
from communes.rules.shares import BadShare, read_share
from communes.rules.text import fold, normalise

FILE_AT_MOST = 10 * 1024 * 1024
UNPACKED_AT_MOST = 60 * 1024 * 1024
ROWS_AT_MOST = 20_000
HEAD_WITHIN = 15
WHOLE_WORDS = {"", "whole", "toan bo", "yes", "x"}
PART_WORDS = {"partial", "mot phan", "phan", "no"}
YES = {"co", "x", "1", "yes"}

# What a heading may say, without accents and without what stands in brackets.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "predecessor_code": ("ma don vi cu", "ma cu", "predecessor_code", "old_code"),
    "predecessor_name": ("ten don vi cu", "ten cu", "don vi cu", "predecessor_name"),
    "part": ("phan chuyen", "toan bo, mot phan", "part"),
    "share": ("ty le", "share"),
    "share_base": ("ty le theo", "share_base"),
    "villages": ("thon, ban chuyen theo", "thon, ban", "villages"),
    "successor_code": ("ma don vi moi", "ma moi", "successor_code", "new_code"),
    "name": ("ten don vi moi", "ten moi", "don vi moi", "successor_name"),
    "kind": ("loai", "loai don vi moi", "kind"),
    "parent_code": ("thuoc ma", "ma cap tren", "parent_code"),
    "area_ha": ("dien tich", "area_ha"),
    "population": ("dan so", "population"),
    "create_closed": ("them don vi cu", "create_closed"),
    "note": ("ghi chu", "note"),
}
TEXTS = (
    "predecessor_code", "predecessor_name", "share_base", "villages", "successor_code", "name",
    "parent_code", "note",
)  # fmt: skip
LONGEST = {"predecessor_code": 10, "successor_code": 10, "parent_code": 10, "share_base": 60, "note": 300}
Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: its number in the file, what it says, and what could not be read."""

    number: int
    line: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def stored(self) -> dict[str, Any]:
        """As it is kept until somebody has looked at it."""
        return {"number": self.number, "line": self.line, "error": self.error}


def heads() -> list[str]:
    """The headings of a list, as the template writes them."""
    return [
        _("Mã đơn vị cũ"), _("Tên đơn vị cũ"), _("Phần chuyển"), _("Tỷ lệ"), _("Tỷ lệ theo"),
        _("Thôn, bản chuyển theo"), _("Mã đơn vị mới"), _("Tên đơn vị mới"), _("Loại"), _("Thuộc mã"),
        _("Diện tích (ha)"), _("Dân số"), _("Thêm đơn vị cũ"), _("Ghi chú"),
    ]  # fmt: skip


def read_list(content: bytes) -> list[ListRow]:
    """The rows of a list. Raises ValidationError when it is no list of an act, or cannot be read safely."""
    if len(content) > FILE_AT_MOST:
        raise ValidationError(_("Tệp lớn hơn 10 MB. Chia làm nhiều tệp rồi tải lên."))
    cells = _workbook(content) if content[:2] == b"PK" else _text(content)
    if len(cells) > ROWS_AT_MOST:
        raise ValidationError(_("Tệp có quá {limit} dòng.").format(limit=ROWS_AT_MOST))
    start, columns = _heading(cells)
    kinds = {fold(kind.name): kind.code for kind in UnitKind.objects.all()}
    kinds |= {kind.code: kind.code for kind in UnitKind.objects.all()}
    rows = [
        _row(number, row, columns, kinds)
        for number, row in enumerate(cells[start + 1 :], start=start + 2)
        if any(_word(value) for value in row)
    ]
    if not rows:
        raise ValidationError(_("Tệp không có dòng nào dưới dòng tiêu đề."))
    return rows


def template() -> str:
    """An empty list with its headings, as CSV that spreadsheets open; filled in and sent back."""
    out = io.StringIO()
    csv.writer(out).writerow(heads())
    return "\ufeff" + out.getvalue()


def _workbook(content: bytes) -> list[Cells]:
    """The first sheet, if the package would not unfold into more than any list has."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
        if unpacked > UNPACKED_AT_MOST:
            raise ValidationError(_("Tệp quá lớn. Chia làm nhiều tệp rồi tải lên."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        return [*sheet.to_python(skip_empty_area=False, nrows=ROWS_AT_MOST + HEAD_WITHIN)]
    except (zipfile.BadZipFile, CalamineError, ValueError, IndexError, OSError) as error:
        raise ValidationError(_("Tệp hỏng. Lưu lại dạng .xlsx hoặc .csv rồi tải lên.")) from error


def _text(content: bytes) -> list[Cells]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("Tệp không phải .xlsx, cũng không phải .csv mã UTF-8.")) from error
    if "\0" in text:
        raise ValidationError(_("Tệp không phải .xlsx, cũng không phải .csv mã UTF-8."))
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ValidationError(_("Tệp hỏng. Lưu lại dạng .xlsx hoặc .csv rồi tải lên.")) from error


def _heading(cells: Sequence[Cells]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(cells[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for index, value in enumerate(row):
            words = fold(re.sub(r"\([^)]*\)", "", _word(value))).strip(" *:.")
            for name, known in HEADINGS.items():
                if words in known:
                    columns.setdefault(name, index)
        if {"predecessor_code", "successor_code"} <= columns.keys():
            return number, columns
    raise ValidationError(
        _("Không thấy dòng tiêu đề. Cần có cột “{old}” và “{new}”.").format(old=heads()[0], new=heads()[6])
    )


def _word(value: Any) -> str:
    """A cell as text: codes that a spreadsheet made into numbers come without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return normalise(str(value).replace("\0", "")) if value is not None else ""


def _row(number: int, row: Cells, columns: Mapping[str, int], kinds: Mapping[str, str]) -> ListRow:
    said = {name: _word(row[index]) if index < len(row) else "" for name, index in columns.items()}
    line: dict[str, Any] = {name: said.get(name, "") for name in TEXTS}
    problems = list(_problems(line, said, kinds))
    return ListRow(number, line, " ".join(problems))


def _problems(line: dict[str, Any], said: Mapping[str, str], kinds: Mapping[str, str]) -> Iterator[str]:
    """Fill in what is more than text; yields a sentence for each cell that cannot be read."""
    for name in ("predecessor_code", "successor_code", "parent_code"):
        # A spreadsheet drops the zeros in front of a commune's code.
        if line[name].isdigit() and len(line[name]) == 4:
            line[name] = line[name].zfill(5)
    for name, limit in LONGEST.items():
        if len(line[name]) > limit:
            yield _("“{text}” quá dài.").format(text=line[name][:40])
            line[name] = line[name][:limit]
    line["villages"] = " ".join(re.split(r"[\s,;]+", line["villages"])).strip()
    part = fold(said.get("part", ""))
    line["whole"] = part not in PART_WORDS
    if part not in WHOLE_WORDS | PART_WORDS:
        yield _("Phần chuyển ghi “toàn bộ” hoặc “một phần”, không phải “{text}”.").format(
            text=said["part"][:40]
        )
    try:
        line["share_millionths"] = read_share(said.get("share", ""))
    except BadShare:
        line["share_millionths"] = None
        yield _("“{text}” không phải tỷ lệ. Ghi dạng 60% hoặc 0,6.").format(text=said["share"][:40])
    if line["share_millionths"] is not None and not part:
        line["whole"] = False
    kind = said.get("kind", "")
    line["kind"] = kinds.get(fold(kind), kinds.get(kind, ""))
    if kind and not line["kind"]:
        yield _("Không có loại đơn vị “{kind}”.").format(kind=kind[:40])
    for name in ("area_ha", "population"):
        text = said.get(name, "")
        line[name] = int(text) if text.isascii() and text.isdigit() else None
        if text and line[name] is None:
            yield _("“{text}” không phải số nguyên.").format(text=text[:40])
    line["create_closed"] = fold(said.get("create_closed", "")) in YES
    if not (line["predecessor_code"] or line["successor_code"] or line["name"]):
        yield _("Thiếu cả đơn vị cũ và đơn vị mới.")
