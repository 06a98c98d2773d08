"""Indicators, criteria, periods, reports, observations, assessments and recognitions."""

from programs.models.criteria import CriteriaSet, Criterion, RecognitionLevel, Requirement
from programs.models.deadlines import Extension, ExtensionState, Holiday
from programs.models.desks import (
    Agency,
    AgencyCriterion,
    AgencySuccession,
    MembershipAgency,
    MembershipCriterion,
    covered_criteria,
)
from programs.models.exports import ExportLog
from programs.models.files import Evidence, ReportVersion, StoredFile
from programs.models.imports import ImportJob, ImportRow, ImportState, RowVerdict
from programs.models.indicators import Direction, Indicator, IndicatorKind, OverTime, OverUnits, PartRole
from programs.models.observations import (
    ChangedAfter,
    FigureState,
    Observation,
    ObservationChange,
    ReasonKind,
    Through,
)
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
from programs.models.revocation import RevocationRule, RevokedTier, tier_of
from programs.models.rulebook import Rulebook
from programs.models.tasks import BackgroundTask

__all__ = [
    "SENT_STATES",
    "WRITABLE_STATES",
    "Agency",
    "AgencyCriterion",
    "AgencySuccession",
    "Assessment",
    "Assignment",
    "BackgroundTask",
    "ChangedAfter",
    "CriteriaSet",
    "Criterion",
    "CriterionAssessment",
    "CriterionReview",
    "Direction",
    "Evidence",
    "ExportLog",
    "Extension",
    "ExtensionState",
    "FigureState",
    "FormField",
    "Holiday",
    "ImportJob",
    "ImportRow",
    "ImportState",
    "Indicator",
    "IndicatorKind",
    "MembershipAgency",
    "MembershipCriterion",
    "Observation",
    "ObservationChange",
    "OverTime",
    "OverUnits",
    "PartRole",
    "Period",
    "PeriodKind",
    "PeriodState",
    "ReasonKind",
    "Recognition",
    "RecognitionEnd",
    "RecognitionLevel",
    "Reopening",
    "Report",
    "ReportEvent",
    "ReportForm",
    "ReportState",
    "ReportVersion",
    "Requirement",
    "Result",
    "ReviewVerdict",
    "RevocationRule",
    "RevokedTier",
    "RowVerdict",
    "Rulebook",
    "StoredFile",
    "Through",
    "covered_criteria",
    "tier_of",
]
