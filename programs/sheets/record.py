"""A commune's whole record as one archive: a workbook of figures and history, papers, versions sent.

Written piece by piece as it is read, so that a record with many papers does not have to fit in memory.
"""

import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import FigureState, Observation, ObservationChange, StoredFile
from programs.queries.honesty import late_words
from programs.queries.record import CommuneRecord, UnitRecord
from programs.queries.structure import Row
from programs.queries.wording import figure_words
from programs.rules.cells import neutral
from programs.rules.file_types import plain_name

PIECE = 64 * 1024
FIGURES = (
    "Kỳ|Biểu mẫu|Số|Mã|Chỉ tiêu|Giá trị|Chi tiết|Giá trị hoặc tử số (bậc nhỏ nhất)|Mẫu số (bậc nhỏ nhất)"
    "|Mức|Ghi chú|Phiên bản|Sửa lần cuối|Ai|Qua"
).split("|")
CHANGES = ("Lúc|Kỳ|Số|Mã|Chỉ tiêu|Phiên bản|Cũ|Mới|Ghi chú|Sửa sau khi|Loại lý do|Lý do|Ai|Qua").split("|")


class _Pipe:
    """What the archive is written to: keeps only what has not been handed on yet."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.kept.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def drain(self) -> bytes:
        data = b"".join(self.kept)
        self.kept.clear()
        return data


def record_zip(record: CommuneRecord, *, by: str, at: datetime, demo: bool) -> Iterator[bytes]:
    """The archive, piece by piece. A paper whose content is gone is named in the README, not left out."""
    pipe, lost = _Pipe(), list[str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with tempfile.TemporaryFile() as book:
            write_workbook(record, book)
            book.seek(0)
            yield from _entry(archive, pipe, f"so-lieu-{record.unit.code}.xlsx", book, at)
        for name, file in _papers(record):
            try:
                content = file.content.open("rb")
            except FileNotFoundError:
                lost.append(name)
                continue
            with content:
                yield from _entry(archive, pipe, name, content, at, packed=True)
        for name, text in _texts(record, by, at, demo, lost):
            archive.writestr(_info(name, at), text)
            yield pipe.drain()
    yield pipe.drain()


def _info(name: str, at: datetime, packed: bool = False) -> zipfile.ZipInfo:
    local = timezone.localtime(at)
    info = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o640 << 16
    return info


def _entry(
    archive: zipfile.ZipFile, pipe: _Pipe, name: str, content: IO[bytes], at: datetime, packed: bool = False
) -> Iterator[bytes]:
    with archive.open(_info(name, at, packed), "w") as entry:
        while piece := content.read(PIECE):
            entry.write(piece)
            yield pipe.drain()
    yield pipe.drain()


def _papers(record: CommuneRecord) -> Iterator[tuple[str, StoredFile]]:
    """Each paper with its name in the archive: numbered, so that two of one name stay two."""
    for number, one in enumerate(record.units, 1):
        folder = plain_name(f"{number:02} {one.unit.code} {one.unit.name}")
        for index, paper in enumerate(one.evidence, 1):
            period = plain_name(paper.report.period.code)
            yield f"minh-chung/{folder}/{period}/{index:03} {plain_name(paper.file.name)}", paper.file
        for version in one.versions:
            if version.scan is not None:
                period = plain_name(f"{version.report.period.code} {version.report.form.code}")
                name = f"{period} lan-{version.number} {plain_name(version.scan.name)}"
                yield f"van-ban-da-ky/{folder}/{name}", version.scan


def _texts(
    record: CommuneRecord, by: str, at: datetime, demo: bool, lost: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    for number, one in enumerate(record.units, 1):
        folder = plain_name(f"{number:02} {one.unit.code} {one.unit.name}")
        for version in one.versions:
            name = plain_name(f"{version.report.period.code} {version.report.form.code} lan-{version.number}")
            yield f"ban-da-gui/{folder}/{name}.json", zlib.decompress(bytes(version.packed))
    yield "don-vi.json", json.dumps(_units(record), ensure_ascii=False, indent=2).encode()
    yield "README.txt", ("\ufeff" + "\r\n".join(_readme(record, by, at, demo, lost)) + "\r\n").encode()


def _units(record: CommuneRecord) -> list[dict[str, Any]]:
    return [
        {
            "code": one.unit.code,
            "name": one.unit.name,
            "valid_from": one.unit.valid_from.isoformat(),
            "last_day": one.unit.last_day.isoformat() if one.unit.last_day else None,
            "own": one.is_own,
            "reports": len(one.reports),
            "figures": len(one.figures),
        }
        for one in record.units
    ]


def _readme(record: CommuneRecord, by: str, at: datetime, demo: bool, lost: Sequence[str]) -> Iterator[str]:
    yield _("Hồ sơ số liệu của {unit} ({code})").format(unit=record.unit.name, code=record.unit.code)
    if demo:
        yield _("Dữ liệu minh họa, KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC")
    local = timezone.localtime(at)
    yield _("Tải lúc {at}, người tải: {by}").format(at=f"{local:%d/%m/%Y %H:%M}", by=by)
    yield ""
    yield _("so-lieu-{code}.xlsx: số liệu và lịch sử sửa, mỗi đơn vị hai trang tính").format(
        code=record.unit.code
    )
    yield _("minh-chung/: minh chứng theo đơn vị và kỳ; van-ban-da-ky/: bản ký, đóng dấu")
    yield _("ban-da-gui/: từng bản đã gửi như khi gửi (JSON); SHA-256 của tệp là dấu của bản đó")
    for one in record.units:
        for version in one.versions:
            yield f"  {one.unit.code} {version.report.period.code} lan-{version.number}: {version.digest}"
    yield ""
    for one in record.units:
        yield _(
            "{unit}: {reports} báo cáo, {figures} số liệu, {changes} lần sửa, {papers} minh chứng"
        ).format(
            unit=str(one.unit),
            reports=len(one.reports),
            figures=len(one.figures),
            changes=len(one.changes),
            papers=len(one.evidence),
        )
    for name in lost:
        yield _("Không còn nội dung: {name}").format(name=name)


def write_workbook(record: CommuneRecord, out: IO[bytes]) -> None:
    """Two sheets a unit: its figures, and everything they ever were. Text only, nothing that is computed."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for number, one in enumerate(record.units, 1):
        mark = f"{number} {plain_name(one.unit.code)}"
        _sheet(book, head, f"Số liệu {mark}", one, FIGURES, (_figure(record, row) for row in one.figures))
        _sheet(book, head, f"Lịch sử {mark}", one, CHANGES, (_change(record, row) for row in one.changes))
    book.close()


def _sheet(
    book: Any, head: Any, name: str, one: UnitRecord, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_column(0, len(names) - 1, 14)
    sheet.set_column(4, 4, 48)
    sheet.write_string(0, 0, neutral(f"{one.unit.code} {one.unit}"), head)
    for column, title in enumerate(names):
        sheet.write_string(1, column, title, head)
    for line, cells in enumerate(rows, 2):
        for column, cell in enumerate(cells):
            # Excel keeps 15 digits of a number: a longer one is text.
            if isinstance(cell, int) and abs(cell) < 10**15:
                sheet.write_number(line, column, cell)
            elif cell not in (None, ""):
                sheet.write_string(line, column, neutral(str(cell))[:32000])


def _figure(record: CommuneRecord, one: Observation) -> list[object]:
    indicator = one.indicator
    words = figure_words(one.figure, indicator, Row(indicator))
    return [
        one.period.code,
        one.report.form.code,
        record.number_of(indicator.pk, indicator.parent_id),
        indicator.code,
        indicator.name,
        words.main,
        words.detail,
        one.value,
        one.denominator,
        FigureState(one.state).label,
        one.note,
        one.version,
        _moment(one.updated_at),
        one.updated_by,
        one.get_through_display(),
    ]


def _change(record: CommuneRecord, one: ObservationChange) -> list[object]:
    indicator = one.indicator
    row = Row(indicator)
    return [
        _moment(one.at),
        one.period.code,
        record.number_of(indicator.pk, indicator.parent_id),
        indicator.code,
        indicator.name,
        one.version,
        figure_words(one.old_figure, indicator, row),
        figure_words(one.figure, indicator, row),
        one.note,
        late_words(one.after),
        one.get_reason_kind_display() if one.reason_kind else "",
        one.reason,
        one.by,
        one.get_through_display(),
    ]


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
