"""Stored verdicts and decisions: who meets the set or a criterion, who is recognised, on a day."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from programs.models import Assessment, CriterionAssessment, Period, Recognition, RecognitionLevel, Result
from programs.models.results import ResultQuerySet
from programs.queries.latest import latest

# A unit recognised at a level has reached the lower ones: a model commune is an advanced one (QĐ 319/QĐ-TTg).
IMPLIED = {
    RecognitionLevel.MET: (RecognitionLevel.MET, RecognitionLevel.ADVANCED, RecognitionLevel.MODEL),
    RecognitionLevel.ADVANCED: (RecognitionLevel.ADVANCED, RecognitionLevel.MODEL),
    RecognitionLevel.MODEL: (RecognitionLevel.MODEL,),
    RecognitionLevel.DISTRICT: (RecognitionLevel.DISTRICT,),
}

TRUTH = {Result.MET: True, Result.NOT_MET: False, Result.NOT_APPLICABLE: None}


def determined_verdicts(
    units: Collection[int],
    *,
    criterion: int | None = None,
    period: Period | None = None,
    periods: QuerySet[Period] | None = None,
    state: int,
) -> dict[int, bool | None]:
    """Whether each unit meets the set its form is assessed against, or its criterion of that number.

    Of one period, or the last determined one of `periods`: unknown counts as not reported and an earlier
    verdict then stands. None is 'không áp dụng'; a unit without a verdict is left out.
    """
    rows: ResultQuerySet
    if criterion is None:
        rows = Assessment.objects.filter(
            criteria_set__level=RecognitionLevel.MET, criteria_set__assignments__isnull=False
        )
    else:
        rows = CriterionAssessment.objects.filter(
            criterion__criteria_set__level=RecognitionLevel.MET,
            criterion__criteria_set__assignments__isnull=False,
            criterion__number=criterion,
        )
    rows = rows.at_least(state).determined().filter(unit__in=units)
    if period is not None:
        rows = rows.filter(period=period)
    elif periods is not None:
        rows = latest(rows.filter(period__in=periods), partition=["unit_id"])
    return {unit: TRUTH[Result(result)] for unit, result in rows.values_list("unit_id", "result")}


def recognised_units(units: Collection[int], level: str, at: date) -> set[int]:
    """Those of `units` with a decision of this level, or one that implies it, in force on that day."""
    rows = Recognition.objects.in_force(at).filter(unit__in=units, level__in=IMPLIED[RecognitionLevel(level)])
    return set(rows.values_list("unit_id", flat=True))
