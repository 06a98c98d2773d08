"""Stored assessments: kept in the transaction that changed a figure or its state."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction

from programs.models import (
    Assessment,
    CriteriaSet,
    CriterionAssessment,
    FigureState,
    Observation,
    Period,
    Report,
)
from programs.queries.structure import Section, Structure, structure_of
from programs.rules.verdicts import CriterionResult, SetResult, judge_set

SET_COUNTS = ["met", "not_met", "unknown", "not_applicable", "indicators_met", "indicators_applicable"]
ASSESSED = ["result", *SET_COUNTS, "state", "provisional"]
CRITERION_ASSESSED = ["result", "met", "applicable", "total", "state", "provisional"]


def store_assessments(
    structure: Structure,
    figures: Mapping[int, Mapping[int, Observation]],
    touched: Mapping[int, Collection[int]] | None = None,
) -> dict[int, Assessment]:
    """Assess units against the structure's set and store the results; returns them by unit.

    `figures` holds, for each unit, its observations of the period by indicator. `touched` narrows which
    criteria of a unit are written (the set's own row always is); without it, all of them.
    """
    if structure.criteria_set is None:
        return {}
    sets: list[Assessment] = []
    criteria: list[CriterionAssessment] = []
    for unit, observations in figures.items():
        by_indicator = {pk: one.figure for pk, one in observations.items()}
        results = [section.judge(by_indicator) for section in structure.sections]
        sets.append(_assess_set(structure, unit, observations, judge_set(results)))
        for section, result in zip(structure.sections, results, strict=True):
            if section.criterion is None:
                continue
            if touched is not None and section.criterion.pk not in touched[unit]:
                continue
            criteria.append(_assess_criterion(structure, section, unit, observations, result))
    Assessment.objects.bulk_create(
        sets,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["criteria_set", "period", "unit"],
        update_fields=ASSESSED,
    )
    CriterionAssessment.objects.bulk_create(
        criteria,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["criterion", "period", "unit"],
        update_fields=CRITERION_ASSESSED,
    )
    return {one.unit_id: one for one in sets}


def _assess_set(
    structure: Structure, unit: int, observations: Mapping[int, Observation], result: SetResult
) -> Assessment:
    return Assessment(
        unit_id=unit,
        criteria_set=structure.criteria_set,
        period=structure.period,
        result=int(result.verdict),
        met=result.met,
        not_met=result.not_met,
        unknown=result.unknown,
        not_applicable=result.not_applicable,
        indicators_met=result.indicators_met,
        indicators_applicable=result.indicators_applicable,
        state=_lowest(observations.values()),
        provisional=result.provisional,
    )


def _assess_criterion(
    structure: Structure,
    section: Section,
    unit: int,
    observations: Mapping[int, Observation],
    result: CriterionResult,
) -> CriterionAssessment:
    own = [
        observations[indicator.pk]
        for row in section.rows
        for indicator in row.indicators
        if indicator.pk in observations
    ]
    return CriterionAssessment(
        unit_id=unit,
        criterion=section.criterion,
        period=structure.period,
        result=int(result.verdict),
        met=result.met,
        applicable=result.applicable,
        total=result.total,
        state=_lowest(own),
        provisional=result.provisional,
    )


def _lowest(observations: Iterable[Observation]) -> int:
    """An assessment carries the lowest state of the figures it rests on; of nothing, 'entered'."""
    states = [one.state for one in observations if one.figure.given]
    return min(states, default=FigureState.ENTERED)


def assess_reports(reports: Sequence[Report]) -> None:
    """Assess these reports anew from their stored figures; they share neither form nor period by need."""
    grouped: dict[tuple[int, int], list[Report]] = {}
    for report in reports:
        grouped.setdefault((report.form_id, report.period_id), []).append(report)
    for group in grouped.values():
        structure = structure_of(group[0].form, group[0].period)
        if structure.criteria_set is None:
            continue
        figures: dict[int, dict[int, Observation]] = {report.unit_id: {} for report in group}
        rows = Observation.objects.filter(period=structure.period, unit__in=figures)
        for one in rows.filter(indicator__in=structure.row_of):
            figures[one.unit_id][one.indicator_id] = one
        store_assessments(structure, figures)


@transaction.atomic
def reassess(*, criteria_set: CriteriaSet, periods: Iterable[Period]) -> int:
    """Assess all reports of these periods against the set anew, after a threshold was corrected.

    Returns how many reports were assessed.
    """
    reports = Report.objects.filter(
        period__in=[period.pk for period in periods], form__assignments__criteria_set=criteria_set
    )
    found = list(reports.select_related("form", "period").distinct())
    assess_reports(found)
    return len(found)
