"""Reads of the units' room that are more than one filter: whom an administrator looks after."""

from datetime import date

from django.db.models import Q, QuerySet

from communes.models import Membership, Role, Unit, User


def administered_units(user: User, at: date) -> QuerySet[Unit]:
    """The units in which a person manages people: all for a superuser, else those held as administrator."""
    if user.is_active and user.is_superuser:
        return Unit.objects.all()
    return Unit.objects.held_by(user, at, Role.ADMINISTRATOR)


def administered_people(user: User, at: date) -> QuerySet[User]:
    """The people whom a person manages: all for a superuser.

    Else those who have, or had, a role in the administered units and hold none outside of them, now or
    later: whoever may set a password may do all that its owner may. Never oneself, never staff.
    """
    if user.is_active and user.is_superuser:
        return User.objects.all()
    units = administered_units(user, at)
    inside = Membership.objects.filter(unit__in=units)
    going_on = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    outside = going_on.exclude(unit__in=units)
    return (
        User.objects.filter(is_superuser=False, is_staff=False, pk__in=inside.values("user"))
        .exclude(pk__in=outside.values("user"))
        .exclude(pk=user.pk)
    )
