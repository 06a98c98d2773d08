"""Which department confirms which criteria, which has, and whom a report still waits for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from communes.models import Unit, User
from programs.models import (
    Agency,
    AgencyCriterion,
    Assignment,
    CriteriaSet,
    Criterion,
    CriterionReview,
    Period,
    Report,
    ReportForm,
    ReportState,
    ReviewVerdict,
)

DONE = (ReportState.ACCEPTED, ReportState.LOCKED)


def agencies_by_criterion(unit: Unit, criteria_set: CriteriaSet | None, day: date) -> dict[int, list[Agency]]:
    """The departments of the unit's province that confirm each criterion (id) on that day: one query."""
    if criteria_set is None:
        return {}
    rows = AgencyCriterion.objects.filter(
        agency__in=Agency.objects.on(day).filter(unit=unit.province_id or unit.pk),
        criterion__criteria_set=criteria_set,
    )
    found: dict[int, list[Agency]] = defaultdict(list)
    for row in rows.select_related("agency").order_by("agency__code"):
        found[row.criterion_id].append(row.agency)
    return found


def confirming_day(period: Period, today: date) -> date:
    """The day whose departments confirm: today's, or in a locked period those of its time."""
    return (period.review_deadline or period.deadline) if period.is_locked else today


@dataclass(frozen=True)
class Due:
    """A department that has not confirmed yet, with the criteria (numbers) that wait for it."""

    name: str
    numbers: tuple[int, ...]

    @property
    def words(self) -> str:
        """'Sở Y tế (TC 15)'."""
        numbers = ", ".join(map(str, self.numbers))
        return _("{name} (TC {numbers})").format(name=self.name, numbers=numbers)


def due_of(
    criteria: Iterable[Criterion], confirmed: set[int], agencies: Mapping[int, Sequence[Agency]]
) -> list[Due]:
    """Whom a report waits for, in the order of the criteria; without a department it is the office."""
    waiting: dict[str, list[int]] = {}
    for criterion in criteria:
        if criterion.pk in confirmed:
            continue
        names = [one.short for one in agencies.get(criterion.pk, ())]
        waiting.setdefault(" / ".join(names) or _("Văn phòng Điều phối"), []).append(criterion.number)
    return [Due(name, tuple(numbers)) for name, numbers in waiting.items()]


# -- every department of a period --------------------------------------------------------------------


@dataclass
class DepartmentRow:
    """One department: the reports that it confirmed, that wait for it, that it returned."""

    agency: Agency
    criteria: list[Criterion]
    confirmed: list[Report] = field(default_factory=list)
    waiting: list[Report] = field(default_factory=list)
    returned: list[Report] = field(default_factory=list)
    unsent: list[Report] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.agency.title

    @property
    def numbers(self) -> str:
        return ", ".join(str(one.number) for one in self.criteria)

    @property
    def first_number(self) -> int:
        return self.criteria[0].number

    @property
    def is_done(self) -> bool:
        return not (self.waiting or self.returned or self.unsent)


@dataclass(frozen=True)
class DepartmentQuestion:
    """What the page answers; `unit` is the territory."""

    unit: Unit
    form: ReportForm | None
    period: Period | None


@dataclass(frozen=True)
class DepartmentsPage:
    question: DepartmentQuestion
    rows: tuple[DepartmentRow, ...]
    unassigned: tuple[Criterion, ...]
    periods: tuple[Period, ...]
    reports: int


def departments_page(
    unit: Unit, reader: User, today: date, *, period: str = "", form: str = ""
) -> DepartmentsPage | None:
    """Departments × what became of the reports under a unit; None for a period or form that is not there.

    Seven queries, however many reports and departments.
    """
    forms = ReportForm.objects.filter(assignments__criteria_set__isnull=False).distinct().order_by("pk")
    asked = forms.filter(code=form).first() if form else forms.first()
    periods = _periods(asked, today)
    chosen = next((one for one in periods if not period or one.code == period), None)
    if (form and asked is None) or (period and chosen is None):
        return None
    question = DepartmentQuestion(unit, asked, chosen)
    if asked is None or chosen is None:
        return DepartmentsPage(question, (), (), tuple(periods), 0)
    criteria_set = _set_of(asked, chosen)
    criteria = list(Criterion.objects.filter(criteria_set=criteria_set).order_by("number"))
    agencies = agencies_by_criterion(unit, criteria_set, confirming_day(chosen, today))
    under = Report.objects.readable_by(reader, today).filter(form=asked, period=chosen)
    under = under.filter(unit__in=Unit.objects.under(unit, chosen.ends_on))
    reports = list(under.select_related("unit").order_by("unit__name", "pk"))
    rows = _rows(criteria, agencies)
    _sort_in(rows, reports)
    unassigned = tuple(one for one in criteria if one.pk not in agencies)
    return DepartmentsPage(question, tuple(rows), unassigned, tuple(periods), len(reports))


def _periods(form: ReportForm | None, today: date) -> list[Period]:
    """The periods that have reports of the form, the latest first."""
    rows = Period.objects.filter(reports__form=form, opens_on__lte=today).distinct()
    return list(rows.order_by("-ends_on", "-starts_on"))


def _set_of(form: ReportForm, period: Period) -> CriteriaSet | None:
    rows = Assignment.objects.for_period(period).filter(form=form).select_related("criteria_set")
    found = rows.order_by("-valid_from").first()
    return found.criteria_set if found else None


def _rows(criteria: Sequence[Criterion], agencies: Mapping[int, Sequence[Agency]]) -> list[DepartmentRow]:
    found: dict[int, DepartmentRow] = {}
    for criterion in criteria:
        for agency in agencies.get(criterion.pk, ()):
            found.setdefault(agency.pk, DepartmentRow(agency, [])).criteria.append(criterion)
    return sorted(found.values(), key=lambda row: row.criteria[0].number)


def _sort_in(rows: Sequence[DepartmentRow], reports: Sequence[Report]) -> None:
    """Each report into one column of each department, by the last word on the department's criteria."""
    said: dict[int, dict[int, str]] = defaultdict(dict)
    reviews = CriterionReview.objects.filter(report__in=[one.pk for one in reports])
    for pk, criterion, verdict in reviews.values_list("report", "criterion", "verdict"):
        said[pk][criterion] = verdict
    for row in rows:
        own = [one.pk for one in row.criteria]
        for report in reports:
            words = [said[report.pk].get(pk) for pk in own]
            if report.state in DONE or all(word == ReviewVerdict.ACCEPTED for word in words):
                row.confirmed.append(report)
            elif report.state == ReportState.SENT:
                row.waiting.append(report)
            elif ReviewVerdict.RETURNED in words and report.state == ReportState.RETURNED:
                row.returned.append(report)
            else:
                row.unsent.append(report)
