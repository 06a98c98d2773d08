"""From records to figures: stubs until the counting stands."""

from datetime import date, datetime

from communes.models import Unit, User
from housing.models import CommuneReview, HousingList


def refresh_poverty(review: CommuneReview, *, by: User, today: date, at: datetime | None = None) -> None:
    """Make the commune's poverty figures of one round anew from its sheets and register."""


def refresh_houses(
    commune: Unit, list: HousingList, *, by: User, today: date, at: datetime | None = None
) -> None:
    """Make the commune's figures of one list anew from its houses."""
