"""An act of reorganisation among reports, recognitions and desks: what it touches, and how they follow it."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from communes.models import HandOver, Membership, Unit, User
from communes.queries.providers import Change, Kept, Provider, Touch
from communes.rules.acts import Finding, Weight
from programs.actions.periods import open_reports
from programs.models import (
    Agency,
    MembershipAgency,
    MembershipCriterion,
    Observation,
    Period,
    PeriodState,
    Recognition,
    RecognitionEnd,
    Report,
    ReportEvent,
    ReportState,
)

__all__ = ["ProgramsProvider"]

EXAMPLES = 3
OPEN_STATES = (ReportState.ENTERING, ReportState.WAITING, ReportState.RETURNED, ReportState.SENT)


class ProgramsProvider(Provider):
    """Reports are finished by successors, recognitions end or are carried on, desks go with their people."""

    kind = "programs"

    def touches(self, change: Change) -> Iterable[Touch]:
        last, later = _open_reports(change).filter(period__ends_on__lt=change.day), _begun(change)
        yield from _reports(last, _("đơn vị mới làm nốt đến hết hạn; sau đó tỉnh mở lại khi cần"))
        yield from _reports(later, _("số đã nhập giữ để xem; báo cáo của kỳ này do đơn vị mới gửi"))
        yield from _figures_after(change)
        yield from _recognitions(change)
        agencies = Agency.objects.on(change.day).filter(unit__in=change.ended)
        if count := agencies.count():
            names = tuple(
                f"{one.name} · {one.unit.name}" for one in agencies.select_related("unit")[:EXAMPLES]
            )
            yield Touch(
                _("Bộ phận"), count, _("kết thúc; đi theo người khi giao vai trò ở đơn vị mới"), names
            )

    def apply(self, change: Change, by: User, today: date) -> None:
        _tell_reports(change, by)
        _end_recognitions(change)
        Agency.objects.on(change.day).filter(unit__in=change.ended, valid_from__lt=change.day).update(
            valid_to=change.day
        )
        for period in Period.objects.filter(state=PeriodState.OPEN, opens_on__lte=today):
            if period.ends_on >= change.day:
                open_reports(period=period)

    def left_by(self, units: Collection[int]) -> Iterable[Kept]:
        """The papers of decisions, and the offices, of units that ended without a successor."""
        decisions = Recognition.objects.filter(unit__in=units, unit__valid_to=F("valid_to"))
        for one in decisions.select_related("unit").order_by("unit__code", "pk"):
            words = _("{level}, quyết định {number} của {unit}").format(
                level=one.get_level_display(), number=one.decision, unit=one.unit.name
            )
            yield Kept(one.unit_id, f"recognition:{one.pk}", words)
        for agency in (
            Agency.objects.filter(unit__in=units).select_related("unit").order_by("unit__code", "pk")
        ):
            words = _("{name} của {unit}").format(name=agency.name, unit=agency.unit.name)
            yield Kept(agency.unit_id, f"agency:{agency.pk}", words)

    def settle(self, item: HandOver, keeper: Unit | None, by: User, today: date) -> None:
        """The decision says who keeps its papers now."""
        kind, _colon, number = item.ref.partition(":")
        if kind != "recognition" or keeper is None:
            return
        row = Recognition.objects.filter(pk=int(number)).first()
        if row is not None:
            words = _("Hồ sơ bàn giao cho {unit}.").format(unit=keeper.name)
            row.note = Truncator(f"{row.note} {words}".strip()).chars(300)
            row.save(update_fields=["note"])

    def given(self, old: Membership, new: Membership) -> None:
        """The person's criteria and desk go along."""
        criteria = MembershipCriterion.objects.filter(membership=old).values_list("criterion", flat=True)
        MembershipCriterion.objects.bulk_create(
            [MembershipCriterion(membership=new, criterion_id=pk) for pk in criteria], ignore_conflicts=True
        )
        held = MembershipAgency.objects.filter(membership=old).select_related("agency").first()
        if held is None:
            return
        agency, _made = Agency.objects.get_or_create(
            unit=new.unit,
            code=held.agency.code,
            valid_to=None,
            defaults={
                "name": held.agency.name,
                "short_name": held.agency.short_name,
                "valid_from": new.unit.valid_from,
                "mark": held.agency.mark,
            },
        )
        MembershipAgency.objects.get_or_create(membership=new, defaults={"agency": agency})

    def check(self) -> Iterable[Finding]:
        """No figure of a period that began after its unit ended; no recognition that outlives its unit."""
        figures = Observation.objects.filter(
            unit__valid_to__isnull=False, period__starts_on__gte=F("unit__valid_to")
        )
        for unit, count in figures.values_list("unit").annotate(Count("pk")).order_by("unit"):
            yield Finding("programs.figures", Weight.ERROR, unit, {"count": count})
        outliving = Recognition.objects.filter(unit__valid_to__isnull=False).filter(
            Q(valid_to=None) | Q(valid_to__gt=F("unit__valid_to"))
        )
        for unit, count in outliving.values_list("unit").annotate(Count("pk")).order_by("unit"):
            yield Finding("programs.recognitions", Weight.ERROR, unit, {"count": count})

    def words(self, finding: Finding, unit: Unit | None) -> str:
        said = {
            "programs.figures": _("có {count} số liệu của kỳ bắt đầu sau khi đơn vị đã kết thúc."),
            "programs.recognitions": _("có {count} công nhận còn hiệu lực sau khi đơn vị đã kết thúc."),
        }
        return said[finding.code].format(**finding.facts)


def _open_reports(change: Change) -> QuerySet[Report]:
    rows = Report.objects.filter(unit__in=change.ended, state__in=OPEN_STATES)
    return rows.exclude(period__state=PeriodState.LOCKED)


def _begun(change: Change) -> QuerySet[Report]:
    """Reports begun for periods that end when the unit is no more: it does not owe them."""
    return _open_reports(change).filter(period__ends_on__gte=change.day, entered__gt=0)


def _reports(rows: QuerySet[Report], becomes: str) -> Iterable[Touch]:
    if count := rows.count():
        some = rows.select_related("unit", "period", "form").order_by("unit__code", "pk")[:EXAMPLES]
        yield Touch(_("Báo cáo chưa xong"), count, becomes, tuple(str(one) for one in some))


def _figures_after(change: Change) -> Iterable[Touch]:
    """An act that is carried out late finds figures that belong to units which then had ended already."""
    rows = Observation.objects.filter(unit__in=change.ended, period__starts_on__gte=change.day)
    if count := rows.count():
        some = rows.order_by("unit__code").values_list("unit__name", flat=True).distinct()[:EXAMPLES]
        words = _("nằm ở đơn vị đã kết thúc: đơn vị mới nhập lại trong báo cáo của mình")
        yield Touch(_("Số liệu của kỳ bắt đầu từ ngày đó"), count, words, tuple(some))


def _tell_reports(change: Change, by: User) -> None:
    """Note in every open report what becomes of it, under its row's lock: saves on their way land before."""
    heirs = change.heirs()
    events = []
    rows = _open_reports(change).filter(period__starts_on__lt=change.day).select_related("period")
    for report in rows.select_for_update(of=("self",)).order_by("pk"):
        names = ", ".join(path.name for path in heirs.get(report.unit_id, ()))
        words = _("Đơn vị kết thúc từ {day} theo {number}.").format(
            day=f"{change.day:%d/%m/%Y}", number=change.number
        )
        if report.period.ends_on < change.day and names:
            words += " " + _("{names} làm nốt báo cáo này đến hết hạn.").format(names=names)
        elif names:
            words += " " + _("Báo cáo của kỳ này do {names} gửi.").format(names=names)
        if report.state == ReportState.RETURNED:
            # Where the last word on a returned report is shown, the reviewer's stays with it.
            said = report.events.filter(to_state=ReportState.RETURNED).first()
            words += f"\n{said.comment}" if said and said.comment else ""
        events.append(
            ReportEvent(
                report=report,
                at=timezone.now(),
                by=by,
                from_state=report.state,
                to_state=report.state,
                comment=words,
            )
        )
    ReportEvent.objects.bulk_create(events, batch_size=500)


def _in_force(change: Change) -> QuerySet[Recognition]:
    """Decisions on the units that end, in force until that day."""
    rows = Recognition.objects.filter(unit__in=change.ended, valid_from__lt=change.day)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=change.day)).select_related("unit__kind")


def _recognitions(change: Change) -> Iterable[Touch]:
    rows = list(_in_force(change).order_by("unit__code"))
    carried = [one for one in rows if _carrier(one, change)]
    ended = [one for one in rows if one not in carried]
    for found, becomes in (
        (carried, _("nối tiếp ở đơn vị mới bằng một dòng riêng")),
        (ended, _("kết thúc; đơn vị mới chờ đánh giá lại")),
    ):
        if found:
            yield Touch(_("Công nhận"), len(found), becomes, tuple(str(one) for one in found[:EXAMPLES]))


def _carrier(row: Recognition, change: Change) -> int | None:
    """The successor that a recognition goes on at: a new name or kind alone, or villages given and taken.

    0 while the act is not carried out; None where it ends: by a merger, a split, or in town.
    """
    for path in change.heirs().get(row.unit_id, ()):
        to_town = path.urban and not row.unit.kind.is_urban
        if (path.renamed or path.resized) and not to_town:
            return path.successor or 0
    return None


def _end_recognitions(change: Change) -> None:
    carried = []
    heirs = change.heirs()
    for row in _in_force(change):
        successor, end, reason = _carrier(row, change), row.valid_to, row.end_reason
        paths = heirs.get(row.unit_id, ())
        resized = any(path.resized and not path.renamed for path in paths)
        urban = bool(paths) and all(path.urban for path in paths) and not row.unit.kind.is_urban
        row.valid_to = change.day
        row.end_reason = (
            RecognitionEnd.TIER_ENDED
            if not paths
            else RecognitionEnd.URBAN
            if urban
            else RecognitionEnd.MERGED
        )
        why = ""
        if successor is not None:
            why = _("thay đổi địa bàn") if resized else _("đổi tên, đổi loại")
            said = _("{why}, nối tiếp ở đơn vị mới").format(why=why)
            row.note = Truncator(f"{row.note}; {said}" if row.note else said).chars(300)
        row.save(update_fields=["valid_to", "end_reason", "note"])
        if successor:
            carried.append(
                Recognition(
                    unit_id=successor,
                    level=row.level,
                    decision=row.decision,
                    decided_on=row.decided_on,
                    valid_from=change.day,
                    valid_to=end,
                    end_reason=reason,
                    carries=row,
                    mark=row.mark,
                    note=_("{why} theo {number}").format(why=why, number=change.number)[:300],
                )
            )
    Recognition.objects.bulk_create(carried)
