"""A figure's life: each change of it in one report, and what it was in every period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import QuerySet

from communes.models import Lineage, Unit, User
from programs.models import (
    FigureState,
    Indicator,
    Observation,
    ObservationChange,
    Period,
    Report,
    Requirement,
)
from programs.queries.honesty import Backing, backing_of, late_words
from programs.queries.structure import Row, structure_of
from programs.queries.thresholds import threshold_words
from programs.queries.timeline import Step, timeline_of
from programs.queries.wording import FigureWords, figure_words, shortfall_words
from programs.rules.verdicts import Figure, Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """From what to what: one figure of the row, a part named."""

    name: str
    old: FigureWords
    new: FigureWords
    note: str
    reason: str
    version: int
    reason_kind: str = ""
    late: str = ""


@dataclass(frozen=True, slots=True)
class Save:
    """One save: who, when, through what, and each figure of the row that it changed."""

    at: datetime
    by: str
    through: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """What the figure was in one period of one unit; `values` are the row's own and its parts'."""

    period: Period
    report: int
    own: FigureWords
    parts: list[tuple[str, FigureWords]]
    verdict: Verdict | None
    provisional: bool
    state: str
    note: str
    lacks: list[str]
    is_this: bool


@dataclass(frozen=True, slots=True)
class UnitSeries:
    """The figure of one unit over the periods, the latest first; `is_own` for the report's unit."""

    unit: Unit
    rows: list[PeriodRow]
    is_own: bool


@dataclass(frozen=True, slots=True)
class FigureHistory:
    """The page of one figure: its changes and the report's events between them, its series."""

    report: Report
    row: Row
    code: str
    entries: list[Save | Step]
    series: list[UnitSeries]
    backing: Backing

    @property
    def needed(self) -> str:
        return threshold_words(self.row)

    @property
    def part_names(self) -> list[str]:
        return [one.title for one in self.row.parts.values()]

    @property
    def noted(self) -> bool:
        """Some figure of the series has a note."""
        return any(row.note for series in self.series for row in series.rows)

    @property
    def columns(self) -> int:
        return 3 + len(self.row.parts) + self.judged + self.noted

    @property
    def changed(self) -> bool:
        """Somebody has entered it; a report's own events are no change of the figure."""
        return any(isinstance(entry, Save) for entry in self.entries)

    @property
    def judged(self) -> bool:
        return self.row.requirement is not None


def figure_history(report: Report, code: str, *, reader: User, today: date) -> FigureHistory | None:
    """The life of one figure of a report; None for a code that its form does not have.

    A part's code answers with the whole row, so that men and women are read together.
    """
    structure = structure_of(report.form, report.period)
    indicator = structure.by_code.get(code)
    if indicator is None:
        return None
    row = structure.row_of[indicator.pk]
    changes = cast(
        "QuerySet[ObservationChange]",
        ObservationChange.objects.readable_by(reader, today).filter(
            unit=report.unit_id, period=report.period_id, indicator__in=row.indicators
        ),
    )
    reviews = list(report.reviews.select_related("criterion", "by", "agency"))
    steps = timeline_of(report, reviews)
    entries: list[Save | Step] = [*_saves(changes.select_related("by"), row), *steps]
    entries.sort(key=lambda one: one.at, reverse=True)
    section = structure.section_of[indicator.pk]
    said = [one for one in reviews if one.criterion == section.criterion]
    backing = backing_of(report, row, said, reader=reader, today=today)
    return FigureHistory(report, row, code, entries, _series(report, row, reader, today), backing)


def _saves(rows: Iterable[ObservationChange], row: Row) -> list[Save]:
    """What was saved together is one entry, the row's own figure before its parts."""
    names = {row.indicator.pk: "", **{one.pk: part for part, one in row.parts.items()}}
    order = list(names)
    together: dict[tuple[datetime, int, str], list[ObservationChange]] = {}
    for one in rows:
        together.setdefault((one.at, one.by_id, one.through), []).append(one)
    return [
        Save(
            at=saved[0].at,
            by=str(saved[0].by),
            through=saved[0].get_through_display(),
            changes=[
                _change(one, row, names[one.indicator_id])
                for one in sorted(saved, key=lambda one: order.index(one.indicator_id))
            ],
        )
        for saved in together.values()
    ]


def _change(one: ObservationChange, row: Row, part: str) -> Change:
    indicator = row.parts[part] if part else row.indicator
    return Change(
        name=indicator.title if part else "",
        old=figure_words(one.old_figure, indicator, row, part),
        new=figure_words(one.figure, indicator, row, part),
        note=one.note,
        reason=one.reason,
        version=one.version,
        reason_kind=str(one.get_reason_kind_display()) if one.reason_kind else "",
        late=late_words(one.after),
    )


def _series(report: Report, row: Row, reader: User, today: date) -> list[UnitSeries]:
    """Own figures first, then those of each whole predecessor, every step back."""
    line = Lineage.objects.filter(unit=report.unit_id).order_by("depth", "predecessor__code")
    before = [one.predecessor for one in line.select_related("predecessor")]
    units = [report.unit, *before]
    codes = [one.code for one in row.indicators]
    rows = (
        Observation.objects.readable_by(reader, today)
        .answered()
        .filter(unit__in=units, indicator__code__in=codes)
        .select_related("period", "indicator")
        .order_by("-period__ends_on", "period__starts_on")
    )
    by_unit: dict[int, dict[int, list[Observation]]] = {}
    for one in rows:
        by_unit.setdefault(one.unit_id, {}).setdefault(one.period_id, []).append(one)
    versions = _versions(row)
    return [
        UnitSeries(
            unit,
            [_period_row(figures, row, versions, report) for figures in by_unit.get(unit.pk, {}).values()],
            unit.pk == report.unit_id,
        )
        for unit in units
        if unit.pk in by_unit or unit.pk == report.unit_id
    ]


def _versions(row: Row) -> list[Requirement]:
    """Every version of the requirement: what was asked in each period."""
    if row.requirement is None:
        return []
    return list(
        Requirement.objects.filter(
            criterion=row.requirement.criterion_id, number=row.requirement.number
        ).select_related("indicator")
    )


def _period_row(
    figures: list[Observation], row: Row, versions: list[Requirement], report: Report
) -> PeriodRow:
    period = figures[0].period
    by_code = {one.indicator.code: one for one in figures}
    own = by_code.get(row.indicator.code)
    then = _row_then(row, versions, period, own.indicator if own else row.indicator)
    parts = {part: by_code[one.code] for part, one in row.parts.items() if one.code in by_code}
    by_part = {part: one.figure for part, one in parts.items()} | ({"": own.figure} if own else {})
    verdict = None
    lacks: list[str] = []
    if then.requirement is not None:
        verdict = then.judge(_by_indicator(then, by_part))
        lacks = shortfall_words(then, by_part)
    states = [one.state for one in figures]
    return PeriodRow(
        period=period,
        report=figures[0].report_id,
        own=figure_words(own.figure if own else Figure(None), then.indicator, then),
        parts=[
            (one.title, figure_words(by_part.get(part, Figure(None)), one, then, part if then.parts else ""))
            for part, one in row.parts.items()
        ],
        verdict=verdict,
        provisional=then.requirement is not None and then.requirement.is_provisional,
        state=str(FigureState(min(states)).label),
        note=own.note if own else "",
        lacks=lacks,
        is_this=period.pk == report.period_id and figures[0].unit_id == report.unit_id,
    )


def _row_then(row: Row, versions: list[Requirement], period: Period, measured: Indicator) -> Row:
    """The row as it stood in that period: its requirement, and the kind of its indicator (15.4)."""
    day = period.ends_on
    in_force = [
        one for one in versions if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    ]
    requirement = in_force[0] if in_force and in_force[0].indicator_id == measured.pk else None
    parts = row.parts if measured.pk == row.indicator.pk else {}
    return Row(measured, parts, requirement)


def _by_indicator(row: Row, by_part: Mapping[str, Figure]) -> dict[int, Figure]:
    named = {"": row.indicator, **row.parts}
    return {named[part].pk: figure for part, figure in by_part.items() if part in named}
