"""What an .xlsx file holds that a reader of values would not see: formulas, merged cells, links, its size.

Only regular expressions over bounded reads, so that a hostile file costs no more than its size; a file
that would unfold into more cells than any form of ours has is refused before anything opens it.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from html import unescape
from posixpath import normpath

from programs.rules.file_types import BadFile

# A commune of today has up to 15,000 households; a province sends 50,000 at a time.
ROWS_AT_MOST = 60_000
COLUMNS_AT_MOST = 500
CELLS_AT_MOST = 1_500_000
UNPACKED_AT_MOST = 120 * 1024 * 1024
LISTED_AT_MOST = 1024 * 1024

SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*)?>(\s*<(?:\w+:)?f[\s>/])?")
REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z0-9:]+)[\"']")
ELSEWHERE = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/embeddings/")


@dataclass(frozen=True, slots=True)
class SheetParts:
    """Of one sheet: its cells with a formula ('E12'), and its merged ranges ('B2:D2')."""

    formulas: frozenset[str] = field(default_factory=frozenset)
    merged: tuple[str, ...] = ()


def workbook_parts(content: bytes) -> dict[str, SheetParts]:
    """The sheets by name. Raises BadFile: broken, external, or large (too many rows, columns or cells)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > UNPACKED_AT_MOST:
                raise BadFile("large")
            if any(name.lower().startswith(ELSEWHERE) for name in package.namelist()):
                raise BadFile("external")
            return {name: _sheet_parts(package.read(path)) for name, path in _sheets(package)}
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, zlib.error, OSError) as error:
        raise BadFile("broken") from error


def _sheets(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name, path in the package) in the workbook's order."""
    targets = {
        one.get("Id", ""): one.get("Target", "")
        for one in _attributes(RELATION, _text(package, "xl/_rels/workbook.xml.rels"))
    }
    found = []
    for one in _attributes(SHEET, _text(package, "xl/workbook.xml")):
        mark = next((value for name, value in one.items() if name.endswith(":id")), "")
        target = targets.get(mark, "")
        path = target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
        found.append((one.get("name", ""), path))
    return found


def _text(package: zipfile.ZipFile, path: str) -> str:
    if package.getinfo(path).file_size > LISTED_AT_MOST:
        raise BadFile("large")
    return package.read(path).decode("utf-8", "replace")


def _attributes(pattern: re.Pattern[str], text: str) -> list[dict[str, str]]:
    return [
        {name: unescape(double or single) for name, double, single in ATTRIBUTE.findall(found)}
        for found in pattern.findall(text)
    ]


def _sheet_parts(xml: bytes) -> SheetParts:
    formulas, cells = set(), 0
    for found in CELL.finditer(xml):
        cells += 1
        place = REFERENCE.search(found[1] or b"")
        if place is None:
            raise BadFile("broken")
        if int(place[2]) > ROWS_AT_MOST or column_number(place[1].decode()) > COLUMNS_AT_MOST:
            raise BadFile("large")
        if found[2]:
            formulas.add((place[1] + place[2]).decode())
    if cells > CELLS_AT_MOST or xml.count(b"<row") > ROWS_AT_MOST:
        raise BadFile("large")
    return SheetParts(frozenset(formulas), tuple(one.decode() for one in MERGED.findall(xml)))


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
