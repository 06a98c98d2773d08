"""Sending with the signed paper: its number, day, signatory and scan checked together, each at its field."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.actions.files import SCANS, store_file
from programs.actions.leader import approve_report, before_leader
from programs.actions.reports import submit_report
from programs.actions.versions import Signing, check_signing
from programs.models import Report, ReportEvent, ReportVersion, StoredFile
from programs.queries.versions import lacks_paper, may_add_paper

__all__ = ["Paper", "add_signing", "approve_with_paper", "submit_with_paper"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper as it comes in: the scan is a file that nobody has looked at yet."""

    document: str = ""
    signed_on: date | None = None
    signatory: str = ""
    scan: "File[bytes] | None" = None

    @property
    def is_given(self) -> bool:
        return bool(self.document.strip() or self.signed_on or self.signatory.strip() or self.scan)


@transaction.atomic
def approve_with_paper(
    *,
    report: Report,
    by: User,
    today: date,
    paper: Paper,
    seen: int | None = None,
    at: datetime | None = None,
) -> Report:
    """`approve_report` with the scan as it was uploaded; `seen` is the report's version that the leader read.

    Raises PermissionDenied; ValidationError with code 'waiting' or 'changed', else by field of the paper.
    """
    found = before_leader(report, by, today)
    if seen is not None and seen != found.version:
        raise ValidationError(
            _("Báo cáo đã được sửa và trình lại từ khi bạn mở trang này. Xem lại rồi duyệt."), code="changed"
        )
    return approve_report(report=found, by=by, today=today, signing=_signing(found, by, today, paper), at=at)


@transaction.atomic
def submit_with_paper(
    *,
    report: Report,
    by: User,
    today: date,
    reason: str = "",
    paper: Paper | None = None,
    at: datetime | None = None,
) -> Report:
    """`submit_report` with the signed paper: with any word of it given, all of it is checked."""
    signing = None
    if paper is not None and paper.is_given:
        if not Report.objects.writable_by(by, today).filter(pk=report.pk).exists():
            raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
        signing = _signing(report, by, today, paper)
    return submit_report(report=report, by=by, today=today, reason=reason, signing=signing, at=at)


@transaction.atomic
def add_signing(*, report: Report, by: User, today: date, paper: Paper) -> ReportVersion:
    """Put the signed paper beside the last version, where it came after the figures ('Bổ sung bản ký').

    What is there already stays: a version with a number takes only its scan. The content and its digest do
    not change. Raises PermissionDenied for who neither enters the commune's figures nor leads it;
    ValidationError with code 'complete' when nothing can be added, else by field of the paper.
    """
    if not may_add_paper(report, by, today):
        raise PermissionDenied(_("Việc này không thuộc phân công của bạn."))
    found = Report.objects.select_related("period", "unit").select_for_update(of=("self",)).get(pk=report.pk)
    version = found.versions.select_for_update(of=("self",)).order_by("-number").first()
    if version is None or not lacks_paper(found, version):
        raise ValidationError(
            _("Bản gửi gần nhất đã có bản ký, hoặc báo cáo không còn nhận."), code="complete"
        )
    if version.document:
        if paper.scan is None:
            raise ValidationError({"scan": _("Chọn tệp quét của bản ký.")})
        version.scan = _scan(found, by, paper)
    else:
        sent_on = timezone.localdate(version.at)
        signing = _signing(found, by, today, paper, sent_on=sent_on)
        version.document, version.signed_on = composed(signing.document), signing.signed_on
        version.signatory, version.scan = composed(signing.signatory), signing.scan
    version.save(update_fields=["document", "signed_on", "signatory", "scan"])
    ReportEvent.objects.create(
        report=found,
        by=by,
        at=timezone.now(),
        from_state=found.state,
        to_state=found.state,
        comment=_("Bổ sung bản ký {document} cho lần gửi {number}").format(
            document=version.document, number=version.number
        ),
    )
    return version


def _signing(report: Report, by: User, today: date, paper: Paper, *, sent_on: date | None = None) -> Signing:
    """The paper with its scan stored; what is wrong with the words and with the file is said at once."""
    errors: dict[str, list[str]] = {}
    signing = Signing(paper.document, paper.signed_on, paper.signatory)
    try:
        check_signing(signing, report.period, today, sent_on=sent_on)
    except ValidationError as refused:
        errors |= refused.message_dict
    scan = None
    try:
        scan = _scan(report, by, paper) if paper.scan is not None else None
    except ValidationError as refused:
        errors |= refused.message_dict
    if errors:
        raise ValidationError(errors)
    return Signing(paper.document, paper.signed_on, paper.signatory, scan)


def _scan(report: Report, by: User, paper: Paper) -> StoredFile:
    assert paper.scan is not None
    try:
        return store_file(unit=report.unit, upload=paper.scan, by=by, allowed=SCANS)
    except ValidationError as refused:
        raise ValidationError({"scan": refused.messages}) from refused
