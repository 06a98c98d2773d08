"""Households as the API shows them, for who knows the commune's people by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communes.models import Unit, User
from housing.models import Household, HousingProject, Member, PovertyReview, units_of_people
from housing.rules.records import Hint

RELATED = ("commune", "village", "ethnic_group")


@dataclass(frozen=True)
class HouseholdDetail:
    """What stands beside a household: its people, sheets, houses, and the doubts about what was written."""

    members: Sequence[Member]
    reviews: Sequence[PovertyReview]
    houses: Sequence[HousingProject]
    warnings: Sequence[Hint] = ()


def knows_anybody(user: User, today: date) -> bool:
    """Whether there is a commune or village whose people the person sees by name."""
    return units_of_people(user, today).exists()


def named_household(user: User, today: date, pk: int) -> Household | None:
    """A household that the person sees by name."""
    rows = Household.objects.readable_by(user, today).filter(pk=pk)
    return rows.select_related(*RELATED, "origin", "merged_into", "updated_by").first()


def is_counted(user: User, today: date, pk: int) -> bool:
    """Whether the household is of a commune that the person reads, by name or as a count."""
    return Household.objects.filter(pk=pk, commune__in=Unit.objects.readable_by(user, today)).exists()


def households_asked(
    user: User,
    today: date,
    *,
    commune: Unit | None = None,
    village: str = "",
    poverty_class: str = "",
    left: bool = False,
) -> QuerySet[Household]:
    """The households that the person sees by name, those of one commune or of all.

    `commune` is one whose people the person knows: that was asked beforehand, once, for the database would
    ask it anew with every statement.
    """
    rows = Household.objects.filter(commune=commune)
    if commune is None:
        rows = Household.objects.readable_by(user, today)
    named = {"village__code": village, "poverty_class": poverty_class}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    rows = rows.filter(ended_on__isnull=not left)
    return rows.select_related(*RELATED).order_by("ended_on", "search_name", "pk")


def household_detail(
    household: Household, user: User, today: date, warnings: Sequence[Hint] = ()
) -> HouseholdDetail:
    """Three statements."""
    sheets = PovertyReview.objects.readable_by(user, today).filter(household=household)
    houses = HousingProject.objects.readable_by(user, today).filter(household=household)
    return HouseholdDetail(
        list(household.members.select_related("ethnic_group").order_by("left_on", "pk")),
        list(sheets.select_related("review__round").order_by("-review__round__ends_on", "-pk")),
        list(houses.select_related("list").order_by("-proposed_on", "-pk")),
        warnings,
    )
