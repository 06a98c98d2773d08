"""Rows of the data folder: read with their file and line, so that a mistake can be found."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from communes.models import Verification

Found = TypeVar("Found")


class DataError(Exception):
    """A row of a data file that cannot be loaded; the message names file and line."""


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of a data file. Every reading of a cell names file, line and column when it fails."""

    file: str
    line: int
    cells: Mapping[str, str]

    def error(self, message: str) -> DataError:
        return DataError(f"{self.file}, dòng {self.line}: {message}")

    def text(self, column: str) -> str:
        if column not in self.cells:
            raise self.error(f"thiếu cột '{column}'.")
        return self.cells[column].strip()

    def whole(self, column: str) -> int | None:
        """A whole number; None for an empty cell."""
        text = self.text(column)
        try:
            return int(text) if text else None
        except ValueError:
            raise self.error(f"cột '{column}' cần số nguyên, đang là '{text}'.") from None

    def number(self, column: str) -> int:
        """A whole number that has to be there."""
        found = self.whole(column)
        if found is None:
            raise self.error(f"cột '{column}' còn trống.")
        return found

    def flag(self, column: str) -> bool:
        text = self.text(column)
        if text not in ("yes", "no"):
            raise self.error(f"cột '{column}' cần 'yes' hoặc 'no', đang là '{text}'.")
        return text == "yes"

    def day(self, column: str) -> date:
        text = self.text(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.error(f"cột '{column}' cần ngày dạng 2025-06-30, đang là '{text}'.") from None

    def after(self, column: str) -> date | None:
        """Dates in files are inclusive, in the database half-open; an empty cell is 'still in force'."""
        return self.day(column) + timedelta(days=1) if self.text(column) else None

    def mark(self, column: str = "mark") -> Verification:
        """The mark of the row; a word that is no mark is a mistake, an empty cell is unknown."""
        mark = Verification.from_mark(self.text(column))
        if mark == Verification.UNKNOWN and self.text(column) not in ("", "unknown"):
            raise self.error(f"mức xác minh '{self.text(column)}' không có.")
        return mark

    def json(self, column: str) -> Any:
        """JSON of the cell; None for an empty one."""
        text = self.text(column)
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise self.error(f"cột '{column}' không phải JSON: {text}") from None

    def one_of(self, known: Mapping[str, Found], column: str, what: str) -> Found:
        """What the cell names, of things loaded before."""
        if self.text(column) not in known:
            raise self.error(f"{what} '{self.text(column)}' chưa có.")
        return known[self.text(column)]

    def each_of(self, known: Mapping[str, Found], column: str, what: str) -> list[Found]:
        """What the words of the cell name; at least one."""
        names = self.text(column).split()
        missing = [name for name in names if name not in known]
        if missing or not names:
            raise self.error(f"{what} '{' '.join(missing)}' chưa có.")
        return [known[name] for name in names]


def read_rows(path: Path) -> Iterator[DataRow]:
    """The rows of a data file; the first one is on line 2 as an editor counts."""
    if not path.is_file():
        raise DataError(f"Không thấy tệp {path.name} trong thư mục dữ liệu.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for cells in reader:
            row = DataRow(path.name, reader.line_num, cells)
            if None in cells or None in cells.values():
                raise row.error("số ô không khớp với dòng tiêu đề.")
            yield row
