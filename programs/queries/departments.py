"""Every department of a period: which criteria it confirms, which reports it has confirmed, which wait."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from communes.models import Unit, User
from programs.models import (
    Agency,
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
from programs.queries.confirming import (
    DONE,
    agencies_by_criterion,
    confirming_day,
    forebears,
    has_confirmed,
)


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
    _sort_in(rows, reports, agencies)
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


def _sort_in(
    rows: Sequence[DepartmentRow], reports: Sequence[Report], agencies: Mapping[int, Sequence[Agency]]
) -> None:
    """Each report into one column of each department, by its own last word on its criteria.

    A criterion that one of its departments has sent back is sent back for all of them.
    """
    reviews = CriterionReview.objects.filter(report__in=[one.pk for one in reports])
    words = list(reviews.select_related("agency"))
    said: dict[tuple[int, int], list[CriterionReview]] = defaultdict(list)
    for word in words:
        said[word.report_id, word.criterion_id].append(word)
    before = forebears(words, agencies)
    for row in rows:
        for report in reports:
            own = [said[report.pk, criterion.pk] for criterion in row.criteria]
            returned = any(word.verdict == ReviewVerdict.RETURNED for several in own for word in several)
            if returned and report.state == ReportState.RETURNED:
                row.returned.append(report)
            elif report.state in DONE or all(has_confirmed(row.agency, one, before) for one in own):
                row.confirmed.append(report)
            elif report.state == ReportState.SENT:
                row.waiting.append(report)
            else:
                row.unsent.append(report)
