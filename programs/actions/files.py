"""The one door by which a file comes in: evidence of figures, and scans of signed papers."""

import hashlib
import logging
from collections.abc import Collection
from datetime import date
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from communes.models import Role, Unit, User
from communes.rules.text import composed
from programs.actions.figures import why_frozen
from programs.models import Evidence, Report, ReportVersion, StoredFile
from programs.queries.desks import part_of
from programs.queries.structure import structure_of
from programs.rules.file_types import (
    DOC,
    DOCX,
    JPEG,
    PDF,
    PNG,
    XLS,
    XLSX,
    BadFile,
    FileType,
    clean_name,
    type_of,
)

__all__ = [
    "EVIDENCE",
    "FILES_A_REPORT",
    "LARGEST_FILE",
    "SCANS",
    "add_evidence",
    "remove_evidence",
    "store_file",
    "tick_evidence",
]

log = logging.getLogger(__name__)

SCANS: frozenset[FileType] = frozenset({PDF, JPEG, PNG})
EVIDENCE: frozenset[FileType] = frozenset({PDF, JPEG, PNG, DOC, DOCX, XLS, XLSX})
LARGEST_FILE = 10 * 1024 * 1024
FILES_A_REPORT = 30


@transaction.atomic
def store_file(
    *,
    unit: Unit,
    upload: "File[bytes]",
    by: User,
    allowed: Collection[FileType] = EVIDENCE,
    close: bool = False,
) -> StoredFile:
    """Keep an uploaded file of a unit under a random name, after reading from its content what it is.

    A `close` file holds personal data: no common address serves it, only the page of the room it belongs to.
    Whether `by` may add something to the unit is the caller's question. Raises ValidationError in plain
    words, with code 'too_large', 'empty', 'unknown', 'broken', 'macros', 'active', 'password', 'bomb' or
    'heic', when it is not a file that may be kept.
    """
    content = _read(upload)
    kind = _type_of(content, allowed)
    return _store(unit, content, clean_name(upload.name or "", kind), kind, by, close=close)


def _read(upload: "File[bytes]") -> bytes:
    # One byte more than allowed tells a larger file, whatever size the browser named.
    upload.seek(0)
    content: bytes = upload.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValidationError(
            _("Tệp lớn hơn 10 MB. Quét lại với độ nét thấp hơn, hoặc chia làm nhiều tệp."), code="too_large"
        )
    if not content:
        raise ValidationError(_("Tệp trống. Chọn lại tệp rồi tải lên."), code="empty")
    return content


def _type_of(content: bytes, allowed: Collection[FileType]) -> FileType:
    only_scans = not set(allowed) - SCANS
    try:
        kind = type_of(content)
    except BadFile as bad:
        raise ValidationError(_why_refused(bad.code, only_scans), code=bad.code) from bad
    if kind not in allowed:
        raise ValidationError(_why_refused("unknown", only_scans), code="unknown")
    return kind


def _why_refused(code: str, only_scans: bool) -> str:
    if code == "unknown":
        return (
            _("Tệp không phải PDF hay ảnh chụp (JPEG, PNG). Quét hoặc chụp văn bản rồi tải lên lại.")
            if only_scans
            else _("Tệp không phải PDF, Word, Excel hay ảnh (JPEG, PNG). Lưu lại ở một dạng đó rồi tải lên.")
        )
    return {
        "broken": _("Tệp hỏng hoặc tải lên chưa trọn. Mở thử trên máy, lưu lại rồi tải lên lần nữa."),
        "macros": _("Tệp có macro nên không nhận. Lưu lại dạng .docx, .xlsx không macro hoặc PDF."),
        "active": _("Tệp PDF có mã chạy kèm nên không nhận. In ra PDF mới hoặc quét lại."),
        "password": _("Tệp đặt mật khẩu nên không mở được. Bỏ mật khẩu rồi tải lên lại."),
        "bomb": _("Tệp nén quá mức bình thường nên không nhận. Lưu lại hoặc in ra PDF."),
        "heic": _("Ảnh HEIC của điện thoại chưa xem được ở đây. Chuyển ảnh sang JPEG rồi tải lên."),
    }[code]


def _store(
    unit: Unit, content: bytes, name: str, kind: FileType, by: User, *, close: bool = False
) -> StoredFile:
    """Write the content, then its row; what a failed transaction leaves on the disk, nobody can reach."""
    stored = StoredFile(
        unit=unit,
        name=name,
        media_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        close=close,
        by=by,
    )
    stored.content.save(name, ContentFile(content), save=False)
    try:
        stored.save()
    except Exception:
        stored.content.delete(save=False)
        raise
    return stored


@transaction.atomic
def add_evidence(
    *,
    report: Report,
    upload: "File[bytes]",
    by: User,
    today: date,
    indicators: Collection[int] = (),
    title: str = "",
) -> Evidence:
    """Put a file behind figures of a report; the same file again only adds its figures.

    `indicators` are ids of the form's own rows. Raises PermissionDenied when `by` does not enter figures
    of the unit, and ValidationError with code 'frozen', 'too_many', 'indicator' or one of `store_file`.
    """
    report = _writable(report, by, today)
    wanted = _own_part(report, by, today) & set(indicators)
    _check_known(wanted, indicators)
    content = _read(upload)
    kind = _type_of(content, EVIDENCE)
    digest = hashlib.sha256(content).hexdigest()
    evidence = report.evidence.filter(file__sha256=digest).first()
    if evidence is None:
        if report.evidence.count() >= FILES_A_REPORT:
            raise ValidationError(
                _("Báo cáo đã có {count} tệp, nhiều nhất là {count}. Gộp bớt rồi tải lên.").format(
                    count=FILES_A_REPORT
                ),
                code="too_many",
            )
        file = _store(report.unit, content, clean_name(upload.name or "", kind), kind, by)
        evidence = Evidence.objects.create(report=report, file=file, title=composed(title)[:300], by=by)
    evidence.indicators.add(*wanted)
    return evidence


@transaction.atomic
def tick_evidence(
    *,
    evidence: Evidence,
    by: User,
    today: date,
    indicators: Collection[int],
    title: str | None = None,
) -> Evidence:
    """Say anew for which figures of the report a file stands. Raises as `add_evidence` does."""
    report = _writable(evidence.report, by, today)
    part, ticked = _own_part(report, by, today), _ticked(evidence)
    _check_known(part | ticked, indicators)
    # What other desks ticked stays as they left it.
    evidence.indicators.set((ticked - part) | (part & set(indicators)))
    if title is not None and composed(title)[:300] != evidence.title:
        evidence.title = composed(title)[:300]
        evidence.save(update_fields=["title"])
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, today: date) -> None:
    """Take a file away that was never part of a version sent; its content goes when nothing needs it.

    Raises PermissionDenied, and ValidationError with code 'frozen', 'sent' or 'shared'.
    """
    report = _writable(evidence.report, by, today)
    if ReportVersion.objects.filter(report=report, at__gte=evidence.at).exists():
        raise ValidationError(
            _("Tệp đã gửi kèm báo cáo nên được giữ lại. Tải lên tệp mới và ghi rõ tệp nào thay tệp nào."),
            code="sent",
        )
    if _ticked(evidence) - _own_part(report, by, today):
        raise ValidationError(
            _("Tệp này còn là minh chứng cho phần của người khác. Bỏ chọn chỉ tiêu của bạn là đủ."),
            code="shared",
        )
    file = evidence.file
    evidence.delete()
    try:
        with transaction.atomic():
            file.delete()
    except ProtectedError:
        return
    transaction.on_commit(partial(_forget, file))


def _forget(file: StoredFile) -> None:
    file.content.storage.delete(str(file.content.name))
    log.info("file removed: %s, %s bytes, sha256 %s", file.content.name, file.size, file.sha256)


def _writable(report: Report, by: User, today: date) -> Report:
    """The report under its row's lock, so that nothing is added while it is being sent."""
    rows = Report.objects.writable_by(by, today).filter(pk=report.pk).select_for_update(of=("self",))
    fresh = rows.select_related("form", "period", "unit").first()
    if fresh is None:
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    if not fresh.accepts_writing(today):
        raise ValidationError(why_frozen(fresh, today), code="frozen")
    return fresh


def _own_part(report: Report, by: User, today: date) -> set[int]:
    """The form's rows (ids of their indicators) that this person's desk fills in."""
    structure = structure_of(report.form, report.period)
    part = part_of(by, report.unit, structure.criteria_set, today, [Role.CADRE])
    return {
        row.indicator.pk
        for section in structure.sections
        if part is None or section.criterion is None or section.criterion.pk in part
        for row in section.rows
    }


def _check_known(allowed: set[int], asked: Collection[int]) -> None:
    if set(asked) - allowed:
        raise ValidationError(
            _("Có chỉ tiêu không thuộc biểu mẫu này hoặc không thuộc phần của bạn."), code="indicator"
        )


def _ticked(evidence: Evidence) -> set[int]:
    return set(evidence.indicators.values_list("pk", flat=True))
