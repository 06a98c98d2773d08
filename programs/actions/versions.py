"""Freezing what is sent: the version that was signed stays readable as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.models import Evidence, Observation, Period, Report, ReportVersion, StoredFile
from programs.queries.printed import printed_report
from programs.queries.structure import Structure

# As many characters as the columns hold.
LONGEST = {"document": 80, "signatory": 120}


@dataclass(frozen=True, slots=True)
class Signing:
    """The paper behind a report: number and symbol ('123/BC-UBND'), day, who signed, the scan."""

    document: str = ""
    signed_on: date | None = None
    signatory: str = ""
    scan: StoredFile | None = None


def check_signing(signing: Signing, period: Period, today: date, *, sent_on: date | None = None) -> None:
    """Raise ValidationError by field when the paper cannot be this report's.

    A signature is not of the future, and not from before the figures existed (`earliest_signature`).
    `sent_on`: the day on which the report was sent, for a paper that comes later; today for any other.
    """
    errors: dict[str, str] = {}
    for name, empty in (
        ("document", _("Ghi số, ký hiệu văn bản, ví dụ: 123/BC-UBND.")),
        ("signatory", _("Ghi họ tên người ký.")),
    ):
        text, longest = composed(getattr(signing, name)), LONGEST[name]
        if not text:
            errors[name] = empty
        elif len(text) > longest:
            errors[name] = _("Dài nhất {limit} ký tự.").format(limit=longest)
    if signing.signed_on is None:
        errors["signed_on"] = _("Ghi ngày ký.")
    elif signing.signed_on > today:
        errors["signed_on"] = _("Ngày ký ở tương lai.")
    elif signing.signed_on < (closing := earliest_signature(period, sent_on or today)):
        errors["signed_on"] = _("Ngày ký trước khi chốt số liệu của kỳ ({day}).").format(day=_day(closing))
    if errors:
        raise ValidationError(errors)


def earliest_signature(period: Period, sent_on: date) -> date:
    """The first day on which a report that was sent on that day can have been signed.

    Once the data window is over, its last day. While it still runs, and without one, the day on which entry
    opened: the criteria table is a state, and a commune that is ready before the year is over signs then.
    """
    if period.data_to is not None and period.data_to < sent_on:
        return period.data_to
    return min(period.ends_on, period.opens_on)


def freeze_versions(
    reports: Sequence[Report],
    structures: Mapping[tuple[int, int], Structure],
    by: User,
    at: datetime,
    signing: Signing | None = None,
) -> list[ReportVersion]:
    """Keep each report as it goes out, in Vietnamese, whatever the reader's language."""
    signing = signing or Signing()
    held: dict[int, dict[int, Observation]] = {report.pk: {} for report in reports}
    for one in Observation.objects.filter(report__in=held):
        held[one.report_id][one.indicator_id] = one
    papers: dict[int, list[Evidence]] = {report.pk: [] for report in reports}
    filed = Evidence.objects.filter(report__in=held).select_related("file").prefetch_related("indicators")
    for paper in filed.order_by("at", "pk"):
        papers[paper.report_id].append(paper)
    numbers: dict[int, int] = {}
    for pk, number in ReportVersion.objects.filter(report__in=held).values_list("report", "number"):
        numbers[pk] = max(numbers.get(pk, 0), number)
    versions = []
    with translation.override("vi"):
        for report in reports:
            structure = structures[report.form_id, report.period_id]
            content = printed_report(report, structure, held[report.pk], papers[report.pk])
            packed, digest = ReportVersion.pack(content)
            versions.append(
                ReportVersion(
                    report=report,
                    number=numbers.get(report.pk, 0) + 1,
                    packed=packed,
                    digest=digest,
                    document=composed(signing.document),
                    signed_on=signing.signed_on,
                    signatory=composed(signing.signatory),
                    scan=signing.scan,
                    by=by,
                    at=at,
                )
            )
    return ReportVersion.objects.bulk_create(versions, batch_size=200)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
