"""Whose part is it: the criteria that a person's roles cover on one unit."""

from collections.abc import Sequence
from datetime import date

from communes.models import Membership, Unit, User
from programs.models import Agency, CriteriaSet, MembershipAgency, covered_criteria


def memberships_over(user: User, unit: Unit, at: date, roles: Sequence[str]) -> list[Membership]:
    """The person's memberships of these roles whose scope holds the unit on that day."""
    held = list(Membership.objects.of(user, at).filter(role__in=roles).select_related("unit"))
    if len(held) < 2:
        return held
    return [one for one in held if Unit.objects.filter(pk=unit.pk).under(one.unit, at).exists()]


def part_of(
    user: User, unit: Unit, criteria_set: CriteriaSet | None, at: date, roles: Sequence[str]
) -> set[int] | None:
    """The criteria (ids) of the set that are this person's part on the unit; None: all of them."""
    if user.is_superuser:
        return None
    return covered_criteria(memberships_over(user, unit, at, roles), criteria_set)


def agency_of(user: User, unit: Unit, at: date, roles: Sequence[str]) -> Agency | None:
    """The department or desk in whose name the person acts on the unit."""
    rows = MembershipAgency.objects.filter(membership__in=memberships_over(user, unit, at, roles))
    found = rows.select_related("agency").first()
    return found.agency if found else None
