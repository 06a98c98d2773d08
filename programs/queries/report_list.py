"""The reports of a person's scope as a list: filtered, counted by state, the ones to look at first on top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import ClassVar, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce, TruncDate
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import fold
from programs.models import (
    Assessment,
    Assignment,
    Extension,
    FormField,
    Period,
    PeriodKind,
    Report,
    ReportForm,
    ReportState,
    Requirement,
    Result,
)
from programs.queries.absent import absent_count
from programs.queries.deadlines import due_expression, late_words, waiting_extensions
from programs.queries.review import entered_words

PER_PAGE = 30
ORDERS = ("unit", "unusual", "late")
ALL = "all"
Coded = TypeVar("Coded", Period, ReportForm)


class QuestionError(ValueError):
    """A filter's value that does not exist; `name` and `value` say which."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value = name, value


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What the list was asked: None for 'all periods', 'all forms', 'every state'."""

    WORDS: ClassVar[tuple[str, ...]] = ("period", "form", "state", "q", "order", "page")

    period: Period | None
    form: ReportForm | None
    state: str
    q: str
    order: str
    page: int

    def query(self, **changes: str) -> str:
        """The list's own address with some words changed, the page always dropped."""
        words = {
            "period": self.period.code if self.period else ALL,
            "form": self.form.code if self.form else "",
            "state": self.state,
            "q": self.q,
            "order": self.order if self.order != ORDERS[0] else "",
        }
        return urlencode({name: word for name, word in (words | changes).items() if word})


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in the list, and what its reader does with it: 'review', 'write' or 'read'."""

    report: Report
    count: int
    not_applicable: int
    met: int | None
    applicable: int | None
    unknown: int
    met_before: int | None
    provisional: bool
    act: str
    today: date
    clock: time | None

    @property
    def entered_words(self) -> str:
        done = self.report.entered - self.not_applicable
        return entered_words(done, self.count - self.not_applicable, self.not_applicable)

    @property
    def is_complete(self) -> bool:
        return self.report.entered >= self.count

    @property
    def gained(self) -> int | None:
        """Criteria more (or fewer) than when it was last assessed; None while some are not known."""
        if self.met is None or self.met_before is None or self.unknown:
            return None
        return self.met - self.met_before

    @property
    def late(self) -> str:
        """How late it was sent, or still is not: '3 giờ', '2 ngày'; '' in time."""
        return late_words(self.report, self.today, self.clock)


@dataclass(frozen=True)
class ReportList:
    """The page of a list: its question, its rows, how many are in which state, who asks for more time."""

    question: ReportQuestion
    page: "Page[Report]"
    rows: list[ReportRow]
    by_state: Mapping[str, int]
    periods: list[Period]
    forms: list[ReportForm]
    extensions: list[Extension]

    @cached_property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def states(self) -> list[dict[str, object]]:
        """One pill for each state that occurs, and one for all."""
        pills: list[dict[str, object]] = [
            {"state": "", "word": _("Tất cả"), "count": self.total, "query": self.question.query(state="")}
        ]
        for state in ReportState:
            if count := self.by_state.get(state, 0):
                query = self.question.query(state=state)
                pills.append({"state": state, "word": state.label, "count": count, "query": query})
        return pills

    @property
    def has_forms(self) -> bool:
        """Reports of more than one form stand on the page, so each says which it is."""
        return len({row.report.form_id for row in self.rows}) > 1

    @property
    def provisional(self) -> bool:
        return any(row.provisional for row in self.rows)

    @property
    def query(self) -> str:
        return self.question.query()


def report_list(reader: User, today: date, words: Mapping[str, str], clock: time | None = None) -> ReportList:
    """The reports that `reader` may read; a dozen queries, whatever their number.

    Without a period asked for: the last one that has been opened (for the form), ad-hoc ones apart.
    `clock`: what time it is, for deadlines with an hour. Raises QuestionError for a word whose value does
    not exist.
    """
    scope = Report.objects.readable_by(reader, today)
    periods = list(Period.objects.started(today).latest_first())
    forms = _forms()
    question = _read(words, periods, forms, scope)
    found = _filtered(scope, question)
    by_state = dict(found.order_by().values_list("state").annotate(Count("pk")))
    if question.state:
        found = found.filter(state=question.state)
    rows = _ordered(_annotated(found), question.order, today, clock).select_related("unit", "period", "form")
    page = Paginator(rows, PER_PAGE).get_page(question.page)
    return ReportList(
        question,
        page,
        _rows(list(page.object_list), reader, today, clock),
        by_state,
        periods,
        forms,
        list(waiting_extensions(reader, today)),
    )


def _forms() -> list[ReportForm]:
    """All forms; those that units are judged by come first."""
    judged = Exists(Assignment.objects.filter(form=OuterRef("pk"), criteria_set__isnull=False))
    return list(ReportForm.objects.order_by(judged.desc(), "code"))


def _read(
    words: Mapping[str, str], periods: list[Period], forms: list[ReportForm], scope: QuerySet[Report]
) -> ReportQuestion:
    period, asked = words.get("period", ""), words.get("form", "")
    form = _named(asked, forms, "form") if asked else None
    if period == ALL:
        chosen = None
    elif period:
        chosen = _named(period, periods, "period")
    else:
        chosen = _usual_period(periods, scope.filter(form=form) if form else None)
    state, order, number = words.get("state", ""), words.get("order", "") or ORDERS[0], words.get("page", "1")
    if state and state not in ReportState.values:
        raise QuestionError("state", state)
    if order not in ORDERS:
        raise QuestionError("order", order)
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 6):
        raise QuestionError("page", number)
    return ReportQuestion(
        period=chosen,
        form=form,
        state=state,
        q=words.get("q", "").replace("\0", "").strip()[:120],
        order=order,
        page=int(number),
    )


def _usual_period(periods: list[Period], of_form: QuerySet[Report] | None) -> Period | None:
    """The last opened, ad-hoc ones apart; of one form the last in which it was asked for."""
    if of_form is not None:
        asked = set(of_form.order_by().values_list("period", flat=True).distinct())
        of_its_own = [one for one in periods if one.pk in asked]
        periods = [one for one in of_its_own if one.kind != PeriodKind.AD_HOC] or of_its_own or periods
        return periods[0] if periods else None
    return next((one for one in periods if one.kind != PeriodKind.AD_HOC), None)


def _named(code: str, rows: Iterable[Coded], name: str) -> Coded:
    for row in rows:
        if row.code == code:
            return row
    raise QuestionError(name, code)


def _filtered(scope: QuerySet[Report], question: ReportQuestion) -> QuerySet[Report]:
    if question.period is not None:
        scope = scope.filter(period=question.period)
    if question.form is not None:
        scope = scope.filter(form=question.form)
    if question.q:
        scope = scope.filter(unit__search_name__contains=fold(question.q))
    return scope


def _annotated(rows: QuerySet[Report]) -> QuerySet[Report]:
    """With the assessment, the one before it, and how many indicators do not apply."""
    of_set = Assessment.objects.filter(
        unit=OuterRef("unit"), criteria_set__assignments__form=OuterRef("form")
    )
    now = of_set.filter(period=OuterRef("period"))
    last = (
        of_set.filter(period__ends_on__lt=OuterRef("period__ends_on"))
        .exclude(result=Result.UNKNOWN)
        .order_by("-period__ends_on", "period__starts_on")
    )
    return rows.annotate(
        met=Subquery(now.values("met")[:1]),
        not_met=Subquery(now.values("not_met")[:1]),
        unknown=Subquery(now.values("unknown")[:1]),
        provisional=Subquery(now.values("provisional")[:1]),
        met_before=Subquery(last.values("met")[:1]),
        absent=absent_count(),
        judged=Exists(Assignment.objects.filter(form=OuterRef("form"), criteria_set__isnull=False)),
    )


def _ordered(rows: QuerySet[Report], order: str, today: date, clock: time | None) -> QuerySet[Report]:
    """'unusual': where the number of criteria met moved most, of those judged in full; 'late': not sent
    in time, then sent late."""
    by_unit = ("-judged", "unit__code", "-period__ends_on", "period__starts_on", "form__code", "pk")
    if order == "unusual":
        moved = Case(When(unknown=0, then=Coalesce(Abs(F("met") - F("met_before")), 0)), default=Value(0))
        return rows.order_by(moved.desc(), F("incomplete_reason").desc(), *by_unit)
    if order == "late":
        overdue, sent_late = Q(due__lt=today), Q(sent_on__gt=F("due"))
        by_hour = Q(due=Coalesce(F("period__moved_to"), F("period__deadline")))
        if clock is not None:
            overdue |= by_hour & Q(due=today, period__deadline_time__lt=clock)
        overdue &= Q(first_sent_at=None)
        sent_late |= by_hour & Q(sent_on=F("due"), first_sent_at__time__gt=F("period__deadline_time"))
        rank = Case(
            When(overdue, then=Value(0)),
            When(sent_late, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return rows.annotate(due=due_expression(), sent_on=TruncDate("first_sent_at")).order_by(
            rank, *by_unit
        )
    return rows.order_by(*by_unit)


def _rows(reports: list[Report], reader: User, today: date, clock: time | None) -> list[ReportRow]:
    pks = [report.pk for report in reports]
    review = set(Report.objects.reviewable_by(reader, today).filter(pk__in=pks).values_list("pk", flat=True))
    write = set(Report.objects.writable_by(reader, today).filter(pk__in=pks).values_list("pk", flat=True))
    counts = row_counts(reports)
    rows = []
    for report in reports:
        met = report.met  # type: ignore[attr-defined]
        applicable = None if met is None else met + report.not_met + report.unknown  # type: ignore[attr-defined]
        rows.append(
            ReportRow(
                report=report,
                count=counts.get((report.form_id, report.period_id), 0),
                not_applicable=report.absent,  # type: ignore[attr-defined]
                met=met,
                applicable=applicable,
                unknown=report.unknown or 0,  # type: ignore[attr-defined]
                met_before=report.met_before,  # type: ignore[attr-defined]
                provisional=bool(report.provisional),  # type: ignore[attr-defined]
                act="review" if report.pk in review else "write" if report.pk in write else "read",
                today=today,
                clock=clock,
            )
        )
    return rows


def row_counts(reports: Iterable[Report]) -> dict[tuple[int, int], int]:
    """How many rows each report's form has in its period, by (form, period): three queries."""
    pairs = {(report.form_id, report.period_id): report.period for report in reports}
    forms = {form for form, _period in pairs}
    assignments = list(Assignment.objects.filter(form__in=forms).order_by("-valid_from"))
    sets = {one.criteria_set_id for one in assignments}
    versions = list(
        Requirement.objects.filter(criterion__criteria_set__in=sets).values_list(
            "criterion__criteria_set", "valid_from", "valid_to"
        )
    )
    fields = dict(
        FormField.objects.filter(form__in=forms).order_by().values_list("form").annotate(Count("pk"))
    )
    far = date.max - timedelta(days=1)
    found = {}
    for (form, pk), period in pairs.items():
        day = period.ends_on
        of_period = [
            one
            for one in assignments
            if one.form_id == form
            and one.period_kind == period.kind
            and one.valid_from <= day < (one.valid_to or far)
        ]
        chosen = of_period[0].criteria_set_id if of_period else None
        if chosen is None:
            found[form, pk] = fields.get(form, 0)
        else:
            found[form, pk] = sum(
                one == chosen and since <= day < (until or far) for one, since, until in versions
            )
    return found
