"""Reports and their figures as the API shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import F, Q, QuerySet

from communes.models import User
from programs.models import (
    CriterionReview,
    FigureState,
    Indicator,
    Observation,
    ObservationChange,
    Report,
)
from programs.queries.structure import Row, Structure, structure_of
from programs.rules.numbers import format_plain, percent_text
from programs.rules.verdicts import Figure

NOTHING = Figure(None)


@dataclass(frozen=True, slots=True)
class PlainFigure:
    """A figure as a program reads it: exact decimals as text, a yes/no as true or false."""

    indicator: Indicator
    figure: Figure

    @property
    def value(self) -> str | bool | None:
        """The value; None of a percentage, which is its numerator and denominator."""
        if self.figure.value is None or self.indicator.is_ratio:
            return None
        return bool(self.figure.value) if self.indicator.is_boolean else self._text(self.figure.value)

    @property
    def numerator(self) -> str | None:
        return self._text(self.figure.value) if self.indicator.is_ratio else None

    @property
    def denominator(self) -> str | None:
        return self._text(self.figure.denominator)

    @property
    def percent(self) -> str | None:
        """The percentage with two decimals, half up; also of one that stands alone."""
        if self.figure.percentage is not None:
            return percent_text(self.figure.percentage, 100)
        if not self.indicator.is_ratio or self.figure.value is None or not self.figure.denominator:
            return None
        return percent_text(self.figure.value, self.figure.denominator)

    @property
    def percentage(self) -> str | None:
        """A percentage that stands alone, without numerator and denominator; None of any other figure."""
        return None if self.figure.percentage is None else self.percent

    def _text(self, steps: int | None) -> str | None:
        return None if steps is None else format_plain(steps, self.indicator.decimals)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a report's form, typed or not: `observation` is None before the first save."""

    row: Row
    indicator: Indicator
    observation: Observation | None

    @property
    def plain(self) -> PlainFigure:
        return PlainFigure(self.indicator, self.observation.figure if self.observation else NOTHING)

    @property
    def derived(self) -> bool:
        """Follows from its parts and is not typed."""
        return self.row.is_derived and self.indicator.pk == self.row.indicator.pk

    @property
    def not_applicable(self) -> bool:
        return self.observation is not None and self.observation.not_applicable

    @property
    def from_records(self) -> bool:
        return self.observation is not None and self.observation.from_records

    @property
    def version(self) -> int:
        return self.observation.version if self.observation else 0

    @property
    def note(self) -> str:
        return self.observation.note if self.observation else ""

    @property
    def state(self) -> str:
        return state_name(self.observation.state if self.observation else FigureState.ENTERED)

    @property
    def updated_at(self) -> datetime | None:
        return self.observation.updated_at if self.observation else None

    @property
    def updated_by(self) -> str | None:
        return self.observation.updated_by.username if self.observation else None

    @property
    def through(self) -> str | None:
        return self.observation.through if self.observation else None

    @property
    def copied_from(self) -> str | None:
        kept = self.observation.copied_from if self.observation else None
        return kept.code if kept else None


@dataclass(frozen=True)
class ReportFigures:
    """A report with its form's rows and what stands in them."""

    report: Report
    structure: Structure
    held: Mapping[int, Observation]

    @cached_property
    def rows(self) -> list[FigureRow]:
        return [
            FigureRow(row, indicator, self.held.get(indicator.pk))
            for row in self.structure
            for indicator in row.indicators
        ]

    @property
    def expected(self) -> int:
        return self.structure.count

    @property
    def missing(self) -> list[Row]:
        return self.structure.missing({pk: one.figure for pk, one in self.held.items()})

    @property
    def reviews(self) -> QuerySet[CriterionReview]:
        return self.report.reviews.select_related("criterion", "agency", "by").order_by(
            "criterion__number", "at", "pk"
        )

    def row_of(self, indicator: int) -> FigureRow:
        return next(row for row in self.rows if row.indicator.pk == indicator)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a figure's history."""

    change: ObservationChange

    @property
    def new(self) -> PlainFigure:
        return PlainFigure(self.change.indicator, self.change.figure)

    @property
    def old(self) -> PlainFigure:
        return PlainFigure(self.change.indicator, self.change.old_figure)


def state_name(state: int) -> str:
    return FigureState(state).name.lower()


def readable_reports(user: User, today: date) -> QuerySet[Report]:
    """The reports the user may read, with what every answer names of them."""
    return Report.objects.readable_by(user, today).select_related("form", "unit", "period", "sent_by")


def reports_asked(
    user: User, today: date, *, unit: str = "", period: str = "", form: str = "", state: str = ""
) -> QuerySet[Report]:
    """The readable reports asked for; a unit stands for its territory on the period's last day."""
    rows = readable_reports(user, today)
    named = {"period__code": period, "form__code": form, "state": state}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if unit:
        rows = rows.filter(pk__in=_under(unit))
    return rows.order_by("-period__ends_on", "period__starts_on", "unit__code", "form__code", "pk")


def _under(code: str) -> QuerySet[Report]:
    """Reports of units under a bearer of `code` on the period's last day, by nobody's scope yet."""
    held = Q(unit__ancestors__valid_to=None) | Q(unit__ancestors__valid_to__gt=F("period__ends_on"))
    return Report.objects.filter(
        held, unit__ancestors__ancestor__code=code, unit__ancestors__valid_from__lte=F("period__ends_on")
    ).values("pk")


def observations_asked(
    user: User,
    today: date,
    *,
    unit: str = "",
    period: str = "",
    indicator: str = "",
    state: int = FigureState.ENTERED,
) -> QuerySet[Observation]:
    """The readable figures asked for, whatever report they stand in."""
    rows = Observation.objects.readable_by(user, today).at_least(state)
    named = {"period__code": period, "indicator__code": indicator}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    if unit:
        rows = rows.filter(report__in=_under(unit))
    rows = rows.select_related("unit", "period", "indicator", "updated_by", "copied_from")
    return rows.order_by("-period__ends_on", "period__starts_on", "unit__code", "indicator__code", "pk")


def figures_of(report: Report, structure: Structure | None = None) -> ReportFigures:
    """The report's form with what stands in it: one query for the figures, three for a form not yet read."""
    structure = structure or structure_of(report.form, report.period)
    rows = Observation.objects.filter(report=report).select_related("updated_by", "copied_from")
    return ReportFigures(report, structure, {one.indicator_id: one for one in rows})


def history_of(report: Report, indicator: Indicator) -> QuerySet[ObservationChange]:
    """What one figure of the report ever was, the last change first."""
    rows = ObservationChange.objects.filter(unit=report.unit_id, period=report.period_id, indicator=indicator)
    return rows.select_related("by", "indicator").order_by("-version")


def last_touched(report: Report) -> tuple[datetime, str | None]:
    """When the report last changed, and who changed it: by a figure or by an event."""
    figures = Observation.objects.filter(report=report).select_related("updated_by")
    figure = figures.order_by("-updated_at").first()
    event = report.events.select_related("by").first()
    steps = [(one.updated_at, one.updated_by) for one in [figure] if one]
    steps += [(one.at, one.by) for one in [event] if one]
    if not steps:
        return report.updated_at, None
    _at, person = max(steps, key=lambda each: each[0])
    return report.updated_at, person.username
