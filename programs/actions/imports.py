"""The one way in for workbooks: a file becomes verdicts, a person looks at them, then all or nothing."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communes.actions.bulk import insert_rows
from communes.models import Unit, User
from programs.actions.files import store_file
from programs.models import ImportJob, ImportRow, ImportState, RowVerdict, StoredFile
from programs.rules.file_types import XLSX

__all__ = [
    "GOOD",
    "ChangedMeanwhile",
    "Line",
    "apply_lines",
    "claim_job",
    "drop_job",
    "read_lines",
    "read_whole",
    "release_job",
    "start_import",
]

log = logging.getLogger(__name__)

GOOD = (RowVerdict.NEW, RowVerdict.CHANGED)
AT_ONCE = 500
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """The verdict on one row or cell: where it stands, what it is about, from what to what, or why not.

    `place` names its cells ('I12, J12'), the first of them the one to mark; `payload` is what applying needs.
    """

    place: str
    key: str
    verdict: str
    old: str = ""
    new: str = ""
    message: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


class ChangedMeanwhile(Exception):
    """What stands is no longer what the verdicts were given on: read again, look again."""


@transaction.atomic
def start_import(
    *, kind: str, unit: Unit, upload: "File[bytes]", by: User, options: Mapping[str, Any]
) -> ImportJob:
    """Keep an uploaded workbook as a job to be read. Raises ValidationError when it is no .xlsx to keep."""
    try:
        # A job is its owner's alone, and a workbook may be a list of names.
        file = store_file(unit=unit, upload=upload, by=by, allowed={XLSX}, close=True)
    except ValidationError as error:
        raise _in_words_of_workbooks(error) from error
    options = {**options, "language": get_language() or "vi", "reading": 0}
    return ImportJob.objects.create(kind=kind, unit=unit, file=file, by=by, options=options)


def _in_words_of_workbooks(error: ValidationError) -> ValidationError:
    words = {
        "unknown": _("Tệp không phải tệp Excel (.xlsx). Tệp .xls cũ thì lưu lại dạng .xlsx rồi tải lên."),
        "too_large": _("Tệp lớn hơn 10 MB. Chia làm nhiều tệp rồi tải lên."),
        "macros": _("Tệp có macro nên không nhận. Lưu lại dạng .xlsx không macro."),
        "password": _("Tệp đặt mật khẩu nên không mở được. Bỏ mật khẩu rồi tải lên lại."),
        "bomb": _("Tệp nén quá mức bình thường nên không nhận. Lưu lại bằng Excel rồi tải lên."),
    }
    return ValidationError(words.get(str(error.code), error.messages[0]), code=error.code)


def read_whole(file: StoredFile) -> bytes:
    with file.content.open("rb") as opened:
        content: bytes = opened.read()
    return content


def read_lines(*, job: ImportJob, read: Callable[[ImportJob], Iterable[Line]]) -> ImportJob:
    """Give every row its verdict, some hundred at a time so that the person sees it go on.

    What makes the whole file unreadable is said in the job; nothing but the job is written.
    """
    job.rows.all().delete()
    job.state, job.done, job.total, job.counts = ImportState.READING, 0, 0, {}
    job.save(update_fields=["state", "done", "total", "counts"])
    try:
        lines = iter(read(job))
        while batch := list(islice(lines, AT_ONCE)):
            _store(job, batch)
    except ValidationError as error:
        return _failed(job, " ".join(error.messages))
    except Exception:
        log.exception("import %s could not be read", job.pk)
        return _failed(job, _("Không đọc được tệp. Lưu lại bằng Excel hoặc LibreOffice rồi tải lên lần nữa."))
    rows = job.rows.values_list("verdict").annotate(count=Count("pk")).order_by()
    job.counts = dict(rows)
    job.total = job.done
    job.state = ImportState.READY
    job.options = {**job.options, "reading": job.options.get("reading", 0) + 1}
    job.save(update_fields=["counts", "total", "state", "options"])
    return job


def _store(job: ImportJob, batch: list[Line]) -> None:
    rows = [
        ImportRow(
            job_id=job.pk,
            place=line.place[:80],
            order=job.done + index,
            key=line.key[:200],
            verdict=line.verdict,
            old=line.old[:LONGEST],
            new=line.new[:LONGEST],
            message=line.message[:LONGEST],
            payload=dict(line.payload),
        )
        for index, line in enumerate(batch)
    ]
    insert_rows(ImportRow, rows)
    job.done += len(batch)
    job.save(update_fields=["done"])


def _failed(job: ImportJob, problem: str) -> ImportJob:
    job.rows.all().delete()
    job.state, job.problem = ImportState.FAILED, problem[:LONGEST]
    job.save(update_fields=["state", "problem"])
    return job


def claim_job(*, job: ImportJob, reading: int) -> ImportJob:
    """Take the job for applying what was seen in this reading; of two who press at once one gets it.

    Raises ValidationError when it is not waiting, or was read again since.
    """
    with transaction.atomic():
        fresh = ImportJob.objects.select_for_update().get(pk=job.pk)
        if fresh.state != ImportState.READY or fresh.options.get("reading") != reading:
            raise ValidationError(_("Lần nạp này vừa được áp dụng hoặc đọc lại. Xem lại rồi áp dụng."))
        fresh.state, fresh.problem = ImportState.APPLYING, ""
        fresh.save(update_fields=["state", "problem"])
    return fresh


def apply_lines(*, job: ImportJob, apply: Callable[[ImportJob, Iterator[ImportRow]], None]) -> bool:
    """Apply all good rows through their write door, in one transaction; False when nothing was applied.

    `apply` raises ChangedMeanwhile or ValidationError when what stands has moved on: then the job says so
    and is to be read again. It raises PermissionDenied when the person may no longer write there.
    """
    try:
        with transaction.atomic():
            apply(job, job.rows.filter(verdict__in=GOOD).order_by("order").iterator(chunk_size=1000))
            job.state, job.applied_at = ImportState.APPLIED, timezone.now()
            job.save(update_fields=["state", "applied_at"])
    except PermissionDenied as denied:
        release_job(job=job, problem=str(denied) or _("Bạn không còn quyền ghi ở đơn vị này."))
    except (ChangedMeanwhile, ValidationError):
        release_job(
            job=job, problem=_("Số liệu đã thay đổi sau khi bạn xem. Đã đọc lại tệp; xem rồi áp dụng.")
        )
    except Exception:
        log.exception("import %s could not be applied", job.pk)
        release_job(job=job, problem=_("Chưa áp dụng được, chưa có gì thay đổi. Bấm áp dụng lần nữa."))
    return job.state == ImportState.APPLIED


def release_job(*, job: ImportJob, problem: str = "") -> None:
    """Back to waiting: nothing was applied."""
    job.state, job.problem, job.applied_at = ImportState.READY, problem[:LONGEST], None
    job.save(update_fields=["state", "problem", "applied_at"])


@transaction.atomic
def drop_job(*, job: ImportJob) -> None:
    """Forget what was read; what was applied stays on record."""
    fresh = ImportJob.objects.select_for_update().get(pk=job.pk)
    if fresh.state in (ImportState.APPLIED, ImportState.APPLYING):
        raise ValidationError(_("Lần nạp này đã áp dụng."))
    fresh.rows.all().delete()
    fresh.state = ImportState.DROPPED
    fresh.save(update_fields=["state"])
