"""The cadre's home: what is due, what came back and why, and where the commune stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from communes.models import Unit, User
from programs.models import (
    WRITABLE_STATES,
    Assignment,
    CriterionReview,
    FormField,
    Observation,
    PeriodState,
    Reopening,
    Report,
    ReportEvent,
    ReportState,
    Requirement,
    ReviewVerdict,
)
from programs.queries.absent import absent_count, with_absent
from programs.queries.deadlines import Deadline, deadlines_for, window_words
from programs.queries.entry import report_title
from programs.queries.sharing import DeskProgress, StrandedShares, desk_progress, stranded_shares
from programs.queries.standing import Standing, standings

# So many past reports stand on the page; the others one tap away.
FIRST_REPORTS = 5
SHORT_OF_TIME = 14


@dataclass(frozen=True)
class Comment:
    """What a reviewer said of one criterion, or (without number) of the whole report."""

    who: str
    text: str
    number: int | None = None


@dataclass(frozen=True)
class Task:
    """One report that waits for figures."""

    report: Report
    count: int
    deadline: Deadline
    comments: tuple[Comment, ...] = ()
    elsewhere: bool = False
    sent_back: Comment | None = None
    desks: tuple[DeskProgress, ...] = ()
    counted: bool = False
    """All its figures are counted from records: nobody types them."""

    @property
    def title(self) -> str:
        return report_title(self.report)

    @property
    def returned(self) -> bool:
        return self.report.state == ReportState.RETURNED

    @property
    def headline(self) -> str:
        """'Cần chỉnh sửa 2 tiêu chí' for what came back, else the report's own title."""
        if not self.returned:
            return self.title
        criteria = sum(comment.number is not None for comment in self.comments)
        return _("Cần chỉnh sửa {count} tiêu chí").format(count=criteria) if criteria else _("Cần chỉnh sửa")

    @property
    def entered_words(self) -> str:
        return _entered_words(self.report, self.count)

    @property
    def is_quiet(self) -> bool:
        """One line says enough of a counted report, unless somebody sent it back."""
        return self.counted and not self.returned and self.sent_back is None

    @property
    def window_words(self) -> str:
        return window_words(self.report.period.data_from, self.report.period.data_to)

    @property
    def may_need_time(self) -> bool:
        """Asking for more time is offered when it is short: two weeks, or none."""
        return self.deadline.days_left <= SHORT_OF_TIME and not self.returned


@dataclass(frozen=True)
class Waiting:
    """One report that waits for this person's approval; who put it there, and when."""

    report: Report
    count: int
    presented: ReportEvent | None

    @property
    def title(self) -> str:
        return report_title(self.report)

    @property
    def entered_words(self) -> str:
        return _entered_words(self.report, self.count)


def _entered_words(report: Report, count: int) -> str:
    """'Đã nhập 44/56 chỉ tiêu, 1 không áp dụng', of a report read with its `absent` rows."""
    absent: int = report.absent  # type: ignore[attr-defined]
    words = _("Đã nhập {done}/{all} chỉ tiêu").format(done=report.entered - absent, all=count - absent)
    return with_absent(words, absent)


@dataclass(frozen=True)
class HomePage:
    units: tuple[Unit, ...]
    waiting: tuple[Waiting, ...]
    tasks: tuple[Task, ...]
    counted: tuple[Task, ...]
    """Due as well, but counted from records: nothing of them is to be typed."""
    standings: tuple[Standing, ...]
    reports: tuple[Report, ...]
    more_reports: int
    stranded: tuple[StrandedShares, ...] = ()

    @property
    def urgent(self) -> int:
        return sum(task.returned for task in self.tasks)

    @cached_property
    def place(self) -> str:
        return ", ".join(unit.name for unit in self.units)


def home_page(
    user: User,
    units: Sequence[Unit],
    today: date,
    *,
    clock: time | None = None,
    headed: Sequence[Unit] = (),
    all_reports: bool = False,
) -> HomePage:
    """The home of a commune's people (mostly of one): seventeen queries, whatever there is to do.

    `clock`: what time it is, for deadlines with an hour; `headed`: the communes whose shares this person
    gives out, told when some cover nothing.
    """
    tasks = _tasks(user, units, today, clock)
    reports = list(_done(user, units, today, {task.report.pk for task in tasks}))
    shown = reports if all_reports else reports[:FIRST_REPORTS]
    return HomePage(
        tuple(units),
        tuple(_waiting(user, today)),
        tuple(task for task in tasks if not task.is_quiet),
        tuple(task for task in tasks if task.is_quiet),
        tuple(standings(units, today)),
        tuple(shown),
        len(reports) - len(shown),
        tuple(stranded_shares(headed, today)),
    )


# -- Việc cần làm ------------------------------------------------------------------------------------


def _tasks(user: User, units: Sequence[Unit], today: date, clock: time | None) -> list[Task]:
    """The reports that take figures now, those that came back first, then by deadline."""
    open_now = _writable(user, today).select_related("form", "unit", "period")
    open_now = open_now.annotate(absent=absent_count(), counted=ExpressionWrapper(_counted(), BooleanField()))
    found = [report for report in open_now if _in_time(report, today)]
    counts = _row_counts(found)
    comments = _comments([report for report in found if report.state == ReportState.RETURNED])
    sent_back = _sent_back([report for report in found if report.state == ReportState.ENTERING])
    deadlines, desks = deadlines_for(found, today, clock), desk_progress(found, user, today)
    own = {unit.pk for unit in units}
    tasks = [
        Task(
            report,
            counts[report.pk],
            deadlines[report.pk],
            tuple(comments.get(report.pk, ())),
            len(own) > 1 or report.unit_id not in own,
            sent_back.get(report.pk),
            tuple(desks.get(report.pk, ())),
            report.counted,
        )
        for report in found
    ]
    return sorted(tasks, key=lambda task: (not task.returned, task.deadline.day, task.report.form.pk))


def _writable(user: User, today: date) -> QuerySet[Report]:
    """Reports that take figures from this person now: `Report.accepts_writing` as one query."""
    reopened = Reopening.objects.filter(
        form=OuterRef("form"), period=OuterRef("period"), unit=OuterRef("unit"), until__gte=today
    )
    is_open = Q(period__state=PeriodState.OPEN, period__opens_on__lte=today)
    came_back = Q(state=ReportState.RETURNED, period__opens_on__lte=today) & ~Q(
        period__state=PeriodState.LOCKED
    )
    granted = Q(period__state=PeriodState.CLOSED, extended_until__gte=today)
    rows = Report.objects.writable_by(user, today).filter(state__in=WRITABLE_STATES)
    rows = rows.annotate(reopened=Exists(reopened))
    return rows.filter(is_open | came_back | granted | Q(reopened=True))


def _counted() -> Q:
    """Reports whose figures are counted from records: by their form, or all that they hold so far.

    A form of a criteria set always asks for more than the records know.
    """
    own = Observation.objects.filter(report=OuterRef("pk"))
    judged = Assignment.objects.filter(form=OuterRef("form"), criteria_set__isnull=False)
    typed, counted = own.filter(from_records=False), own.filter(from_records=True)
    return Q(form__from_records=True) | Q(Exists(counted), ~Exists(typed), ~Exists(judged))


def _in_time(report: Report, today: date) -> bool:
    """Of a unit that has ended, the successors finish the last report until it is due."""
    open_in_time = report.unit.lives_on(today) or today <= report.due_on
    return open_in_time or report.state == ReportState.RETURNED or report.reopened  # type: ignore[attr-defined]


def _row_counts(reports: Sequence[Report]) -> dict[int, int]:
    """How many indicators each report asks for, by the rules of its period; three queries."""
    forms = {report.form_id for report in reports}
    assignments = list(Assignment.objects.filter(form__in=forms).order_by("valid_from"))
    sets = {one.criteria_set_id for one in assignments if one.criteria_set_id}
    required: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Requirement.objects.filter(criterion__criteria_set__in=sets)
    for in_set, start, end in rows.values_list("criterion__criteria_set", "valid_from", "valid_to"):
        required[in_set].append((start, end))
    fields: dict[int, int] = defaultdict(int)
    for form in FormField.objects.filter(form__in=forms).values_list("form", flat=True):
        fields[form] += 1

    def count(report: Report) -> int:
        day = report.period.ends_on
        asked = [one for one in assignments if _asks(one, report)]
        criteria_set = asked[-1].criteria_set_id if asked else None
        if criteria_set is None:
            return fields[report.form_id]
        return sum(start <= day and (end is None or day < end) for start, end in required[criteria_set])

    return {report.pk: count(report) for report in reports}


def _asks(assignment: Assignment, report: Report) -> bool:
    day = report.period.ends_on
    return (
        assignment.form_id == report.form_id
        and assignment.period_kind == report.period.kind
        and assignment.valid_from <= day
        and (assignment.valid_to is None or day < assignment.valid_to)
    )


def _comments(returned: Sequence[Report]) -> dict[int, list[Comment]]:
    """Who said what: of each criterion, else the words that came with the return."""
    found: dict[int, list[Comment]] = defaultdict(list)
    if not returned:
        return found
    reviews = CriterionReview.objects.filter(report__in=returned, verdict=ReviewVerdict.RETURNED)
    for review in reviews.select_related("criterion", "by").order_by("criterion__number"):
        found[review.report_id].append(Comment(str(review.by), review.comment, review.criterion.number))
    events = ReportEvent.objects.filter(report__in=returned, to_state=ReportState.RETURNED)
    for event in events.select_related("by").order_by("-at", "-pk"):
        if event.report_id not in found:
            found[event.report_id].append(Comment(str(event.by), event.comment))
    return found


def _sent_back(entering: Sequence[Report]) -> dict[int, Comment]:
    """What the commune's leader said of a report that came back before it was ever sent on."""
    found: dict[int, Comment] = {}
    events = ReportEvent.objects.filter(
        report__in=entering, from_state=ReportState.WAITING, to_state=ReportState.ENTERING
    )
    for event in events.select_related("by").order_by("at", "pk"):
        found[event.report_id] = Comment(str(event.by), event.comment)
    return found


def _waiting(user: User, today: date) -> list[Waiting]:
    """'Chờ duyệt': reports before this person as the leader, the first one to be due first."""
    rows = Report.objects.approvable_by(user, today).filter(state=ReportState.WAITING)
    reports = list(rows.select_related("form", "unit", "period").annotate(absent=absent_count()))
    if not reports:
        return []
    counts = _row_counts(reports)
    presented: dict[int, ReportEvent] = {}
    events = ReportEvent.objects.filter(report__in=reports, to_state=ReportState.WAITING)
    for event in events.select_related("by").order_by("at", "pk"):
        presented[event.report_id] = event
    reports.sort(key=lambda report: (report.due_on, report.form_id, report.pk))
    return [Waiting(report, counts[report.pk], presented.get(report.pk)) for report in reports]


def _done(user: User, units: Sequence[Unit], today: date, due: Collection[int]) -> QuerySet[Report]:
    """Reports of these communes and of those they were made of that are not due now, the last first."""
    behind = Q(unit__in=units) | Q(unit__descent__unit__in=units)
    rows = Report.objects.readable_by(user, today).filter(behind, period__opens_on__lte=today)
    rows = rows.exclude(pk__in=due).select_related("form", "unit", "period").distinct()
    return rows.order_by("-period__ends_on", "period__starts_on", "unit__code", "form__code")
