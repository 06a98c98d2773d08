"""Units over time, and the people who may read and write about them."""

from communes.models.marks import Verification
from communes.models.people import ApiToken, Membership, Role, User
from communes.models.reorganise import (
    HandOver,
    Reorganisation,
    ReorganisationFile,
    ReorganisationLine,
    ReorganisationState,
)
from communes.models.ties import Act, Ancestry, Lineage, Placement, Succession, Tie
from communes.models.units import Level, Unit, UnitKind, first_day, today

__all__ = [
    "Act",
    "Ancestry",
    "ApiToken",
    "HandOver",
    "Level",
    "Lineage",
    "Membership",
    "Placement",
    "Reorganisation",
    "ReorganisationFile",
    "ReorganisationLine",
    "ReorganisationState",
    "Role",
    "Succession",
    "Tie",
    "Unit",
    "UnitKind",
    "User",
    "Verification",
    "first_day",
    "today",
]
