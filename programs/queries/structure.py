"""The shape of one form in one period: its sections, rows and parts, by the rules then in force."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models

from programs.models import (
    Assignment,
    CriteriaSet,
    Criterion,
    FormField,
    Indicator,
    PartRole,
    Period,
    ReportForm,
    Requirement,
    Rulebook,
)
from programs.rules.entry import entered
from programs.rules.shapes import Node, read_rule
from programs.rules.verdicts import (
    CriterionResult,
    Figure,
    Measure,
    SetResult,
    Verdict,
    judge,
    judge_criterion,
    judge_set,
    parts_named,
)


@dataclass(frozen=True)
class Row:
    """One line of a form: an indicator with its parts and, in a criteria set, what is required of it.

    Kept between requests with its form's shape: what follows from its three values is worked out once.
    """

    indicator: Indicator
    parts: Mapping[str, Indicator] = field(default_factory=dict)
    requirement: Requirement | None = None

    @property
    def number(self) -> str:
        return self.requirement.number if self.requirement else ""

    @property
    def title(self) -> str:
        return self.requirement.title if self.requirement else self.indicator.title

    @property
    def may_not_apply(self) -> bool:
        return self.requirement is not None and self.requirement.may_not_apply

    @cached_property
    def is_summed(self) -> bool:
        """The row's own figure is the sum of its parts (men and women) and is not typed."""
        return any(part.role == PartRole.SUM for part in self.parts.values())

    @cached_property
    def is_composed(self) -> bool:
        """The row's own figure is what its rule gives from its components, and is not typed."""
        return any(part.role == PartRole.COMPONENT for part in self.parts.values())

    @property
    def is_derived(self) -> bool:
        return self.is_summed or self.is_composed

    @property
    def typed(self) -> list[Indicator]:
        """The indicators a person fills in for this row, in the order of the form."""
        own = [] if self.is_derived else [self.indicator]
        return [*own, *self.parts.values()]

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        return (self.indicator, *self.parts.values())

    @cached_property
    def _keys(self) -> tuple[tuple[str, int], ...]:
        """Names of parts, '' for the row's own, with the indicators' ids."""
        return (("", self.indicator.pk), *((name, one.pk) for name, one in self.parts.items()))

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        return {"": self.indicator.measure, **{name: one.measure for name, one in self.parts.items()}}

    @cached_property
    def _rule(self) -> Node | None:
        rule = self.requirement.rule if self.requirement else None
        return read_rule(rule) if rule else None

    @cached_property
    def _needed(self) -> frozenset[str]:
        """The parts that have to be filled in."""
        named = parts_named(self._rule) if self.requirement else set(self.parts)
        return frozenset(named & self.parts.keys())

    def figures(self, by_indicator: Mapping[int, Figure]) -> dict[str, Figure]:
        """Figures by part name, '' for the row's own; what is missing is left out."""
        return {name: by_indicator[pk] for name, pk in self._keys if pk in by_indicator}

    def judge(self, by_indicator: Mapping[int, Figure]) -> Verdict:
        """Met, not met, unknown or not applicable, by the requirement in force in the period."""
        if self.requirement is None:
            return Verdict.UNKNOWN
        return judge(self._rule, self.figures(by_indicator), self._measures)

    def is_entered(self, by_indicator: Mapping[int, Figure]) -> bool:
        """Every figure that the row's rule asks for is there, or it does not apply."""
        return entered(self._needed, self.figures(by_indicator), own_typed=not self.is_derived)


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one criterion; a form without a criteria set has one section without criterion."""

    criterion: Criterion | None
    rows: tuple[Row, ...]

    def judge(self, by_indicator: Mapping[int, Figure]) -> CriterionResult:
        return judge_criterion(
            [
                (row.judge(by_indicator), row.requirement is not None and row.requirement.is_provisional)
                for row in self.rows
            ]
        )


@dataclass(frozen=True)
class Structure:
    """A form as it is in one period."""

    form: ReportForm
    period: Period
    criteria_set: CriteriaSet | None
    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Row]:
        for section in self.sections:
            yield from section.rows

    @cached_property
    def count(self) -> int:
        """How many indicators the form has; parts are not counted."""
        return sum(len(section.rows) for section in self.sections)

    @cached_property
    def row_of(self) -> dict[int, Row]:
        """The row of each indicator id, parts included."""
        return {indicator.pk: row for row in self for indicator in row.indicators}

    @cached_property
    def section_of(self) -> dict[int, Section]:
        return {
            one.pk: section for section in self.sections for row in section.rows for one in row.indicators
        }

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for row in self for indicator in row.indicators}

    @property
    def set_has_ended(self) -> bool:
        """The criteria set's own years are over: the form goes on with it and says so."""
        return self.criteria_set is not None and self.criteria_set.has_ended(self.period.ends_on)

    def judge(self, by_indicator: Mapping[int, Figure]) -> SetResult:
        return judge_set([section.judge(by_indicator) for section in self.sections])

    def entered(self, by_indicator: Mapping[int, Figure]) -> int:
        """How many rows are entered."""
        return sum(row.is_entered(by_indicator) for row in self)

    def missing(self, by_indicator: Mapping[int, Figure]) -> list[Row]:
        """The rows that are not entered yet, in the form's order."""
        return [row for row in self if not row.is_entered(by_indicator)]


def assignment_of(form: ReportForm, period: Period) -> Assignment | None:
    """The assignment under which units owe this form in this period; None when nobody owes it."""
    rows = Assignment.objects.for_period(period).filter(form=form).select_related("criteria_set")
    return rows.order_by("-valid_from").first()


# Shapes by form, kind of period and day, each with the rulebook's mark under which it was read.
_kept: dict[tuple[int, str, date], tuple[uuid.UUID, Structure]] = {}


def rulebook_mark() -> models.QuerySet[Rulebook, Any]:
    """The mark of the rules as they are now, to be read beside another row by a subquery."""
    return Rulebook.objects.order_by("pk").values("mark")[:1]


def structure_of(form: ReportForm, period: Period, mark: uuid.UUID | None = None) -> Structure:
    """The form's rows by the rules in force on the period's last day.

    Kept in memory under the rulebook's mark: one query, or none when the caller has read the mark in the
    same transaction; three more when a rule has changed since.
    """
    mark = mark or Rulebook.objects.values_list("mark", flat=True).first()
    key = (form.pk, period.kind, period.ends_on)
    kept = _kept.get(key)
    if mark is not None and kept is not None and kept[0] == mark:
        return replace(kept[1], form=form, period=period)
    structure = _read_structure(form, period)
    if mark is not None:
        _kept[key] = (mark, structure)
    return structure


def _read_structure(form: ReportForm, period: Period) -> Structure:
    assignment = assignment_of(form, period)
    criteria_set = assignment.criteria_set if assignment else None
    if criteria_set is None:
        sections = _sections_of_fields(form, period)
    else:
        sections = _sections_of_set(criteria_set, period)
    return Structure(form, period, criteria_set, sections)


def _sections_of_set(criteria_set: CriteriaSet, period: Period) -> tuple[Section, ...]:
    requirements = list(
        Requirement.objects.in_force(period.ends_on)
        .filter(criterion__criteria_set=criteria_set)
        .select_related("criterion", "indicator")
        .order_by("criterion__number", "order")
    )
    parts = _parts_of([requirement.indicator_id for requirement in requirements], period)
    grouped: dict[int, tuple[Criterion, list[Row]]] = {}
    for requirement in requirements:
        row = Row(requirement.indicator, parts.get(requirement.indicator_id, {}), requirement)
        grouped.setdefault(requirement.criterion_id, (requirement.criterion, []))[1].append(row)
    return tuple(Section(criterion, tuple(rows)) for criterion, rows in grouped.values())


def _sections_of_fields(form: ReportForm, period: Period) -> tuple[Section, ...]:
    measured = Indicator.objects.measured_on(period.ends_on)
    rows_asked = FormField.objects.filter(form=form, indicator__in=measured)
    fields = list(rows_asked.select_related("indicator").order_by("order", "pk"))
    parts = _parts_of([one.indicator_id for one in fields], period)
    rows = tuple(Row(one.indicator, parts.get(one.indicator_id, {})) for one in fields)
    return (Section(None, rows),) if rows else ()


def _parts_of(indicators: list[int], period: Period) -> dict[int, dict[str, Indicator]]:
    found: dict[int, dict[str, Indicator]] = {}
    parts = Indicator.objects.measured_on(period.ends_on).filter(parent__in=indicators)
    for part in parts.order_by("pk"):
        if part.parent_id is not None:
            found.setdefault(part.parent_id, {})[part.part] = part
    return found
