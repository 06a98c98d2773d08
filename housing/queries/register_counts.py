"""Registers as those above the communes see them: how many, and how complete; never a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum

from communes.models import Level, Unit, User
from housing.models import CommuneReview, Household, Source


@dataclass(frozen=True, slots=True)
class RegisterCount:
    """One commune's register in numbers, and where its figures of the latest year come from.

    `numbered`, `dated`, `grouped`: households whose head's identity number, birth year, ethnic group are
    written down. `source` '' while no review of the year was begun.
    """

    commune: Unit
    households: int
    persons: int
    numbered: int
    dated: int
    grouped: int
    source: str

    @property
    def source_words(self) -> str:
        return str(Source(self.source).label) if self.source else ""


@dataclass(frozen=True)
class RegisterCounts:
    """The living communes of a person's scope with what their registers hold."""

    rows: list[RegisterCount]

    @cached_property
    def households(self) -> int:
        return sum(one.households for one in self.rows)

    @cached_property
    def persons(self) -> int:
        return sum(one.persons for one in self.rows)

    @cached_property
    def begun(self) -> int:
        """Communes that have written down at least one household."""
        return sum(one.households > 0 for one in self.rows)


def register_counts(user: User, today: date) -> RegisterCounts:
    """Three statements, whatever the number of communes and households."""
    communes = Unit.objects.readable_by(user, today).in_force(today).filter(level=Level.COMMUNE)
    shown = list(communes.select_related("kind").order_by("search_name"))
    counted = {row["commune"]: row for row in _counted(shown)}
    sources = _sources(shown)
    return RegisterCounts([_row(one, counted.get(one.pk, {}), sources.get(one.pk, "")) for one in shown])


def _row(commune: Unit, row: Mapping[str, Any], source: str) -> RegisterCount:
    return RegisterCount(
        commune=commune,
        households=row.get("households", 0),
        persons=row.get("people", 0),
        numbered=row.get("numbered", 0),
        dated=row.get("dated", 0),
        grouped=row.get("grouped", 0),
        source=source,
    )


def _counted(communes: list[Unit]) -> Any:
    rows = Household.objects.filter(commune__in=communes, ended_on=None).order_by().values("commune")
    return rows.annotate(
        households=Count("pk"),
        people=Sum("persons"),
        numbered=Count("pk", filter=~Q(identity_number="")),
        dated=Count("pk", filter=Q(head_birth_year__isnull=False)),
        grouped=Count("pk", filter=Q(ethnic_group__isnull=False)),
    )


def _sources(communes: list[Unit]) -> dict[int, str]:
    """The source of each commune's latest round that closes a year."""
    rows = CommuneReview.objects.filter(commune__in=communes, round__period__isnull=False)
    return dict(rows.order_by("round__ends_on").values_list("commune", "source"))
