"""Indicators, criteria, periods, reports, observations, assessments and recognitions."""

from programs.models.criteria import CriteriaSet, Criterion, RecognitionLevel, Requirement
from programs.models.indicators import Direction, Indicator, IndicatorKind, OverTime, OverUnits, PartRole
from programs.models.observations import FigureState, Observation, ObservationChange, Through
from programs.models.periods import Assignment, FormField, Period, PeriodKind, PeriodState, ReportForm
from programs.models.reports import (
    SENT_STATES,
    WRITABLE_STATES,
    CriterionReview,
    Reopening,
    Report,
    ReportEvent,
    ReportState,
    ReviewVerdict,
)
from programs.models.results import Assessment, CriterionAssessment, Recognition, RecognitionEnd, Result
from programs.models.rulebook import Rulebook

__all__ = [
    "SENT_STATES",
    "WRITABLE_STATES",
    "Assessment",
    "Assignment",
    "CriteriaSet",
    "Criterion",
    "CriterionAssessment",
    "CriterionReview",
    "Direction",
    "FigureState",
    "FormField",
    "Indicator",
    "IndicatorKind",
    "Observation",
    "ObservationChange",
    "OverTime",
    "OverUnits",
    "PartRole",
    "Period",
    "PeriodKind",
    "PeriodState",
    "Recognition",
    "RecognitionEnd",
    "RecognitionLevel",
    "Reopening",
    "Report",
    "ReportEvent",
    "ReportForm",
    "ReportState",
    "Requirement",
    "Result",
    "ReviewVerdict",
    "Rulebook",
    "Through",
]
