"""The scopes of a person on a day, as ids of units: what `Unit.objects.readable_by` and the like select.

Each takes the person's id and the day and builds the same statement for everybody (see `Prepared`). Unions:
with filters and 'or' between them, the database would make their tables for every row.
"""

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from communes.models.people import Membership, Role, User
from communes.models.ties import Ancestry, Lineage, Succession, Tie

Ids = QuerySet[Any, Any]


def readable(person: int, at: date) -> Ids:
    """What the person's units reach, its whole predecessors, and the divided ones that the person serves."""
    within = reach(Membership.objects.of(User(pk=person), at).values("unit"), at)
    back = Lineage.objects.filter(unit__in=within).values("predecessor")
    serves = held(person, at, Role.CADRE, Role.LEADER)
    return within.union(back, predecessors(serves, whole=False), all=True)


def held(person: int, at: date, *roles: str) -> Ids:
    """What the units reach on which the person has one of these roles."""
    return reach(Membership.objects.of(User(pk=person), at).filter(role__in=roles).values("unit"), at)


def served(person: int, at: date, role: str) -> Ids:
    """The same for one role, with the direct predecessors."""
    within = held(person, at, role)
    return within.union(predecessors(within), all=True)


def reach(own: Ids | list[int], at: date) -> Ids:
    """The ids of the units that stand under one of `own` on that day, or did on their last day."""
    now = Q(valid_to=None, valid_from__lte=at) | Q(valid_to__gt=at, valid_from__lte=at)
    on_last_day = Q(valid_to__isnull=False, valid_to=F("unit__valid_to"))
    return Ancestry.objects.filter(now | on_last_day, tie=Tie.TREE, ancestor__in=own).values("unit")


def predecessors(units: Ids, **kinds: bool) -> Ids:
    """The ids of the units of which one of `units` is a direct successor."""
    return Succession.objects.filter(successor__in=units, **kinds).order_by().values("predecessor")
