"""Whom an administrator looks after, and where."""

from datetime import date

from django.db.models import Q, QuerySet

from communes.models import Level, Membership, Role, Unit, User
from communes.rules.usernames import proposed_username

# What those who look after a commune's people give: the other roles are the province's to give.
GRANTABLE = (Role.CADRE, Role.LEADER, Role.VIEWER)


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


def managed_communes(user: User, at: date) -> QuerySet[Unit]:
    """The living communes whose people a person looks after: as administrator there or above, or as the
    commune's own leader (quản trị, lãnh đạo)."""
    communes = Unit.objects.in_force(at).filter(level=Level.COMMUNE)
    if user.is_active and user.is_superuser:
        return communes
    led = Membership.objects.of(user, at).filter(role=Role.LEADER)
    administered = administered_units(user, at)
    return communes.filter(Q(pk__in=administered.values("pk")) | Q(pk__in=led.values("unit")))


def managed_people(user: User, unit: Unit, at: date) -> QuerySet[User]:
    """The people of a commune whose accounts and roles the person may touch.

    Those who have, or had, a role in it and hold none outside of what the person looks after, now or later:
    whoever may set a password may do all that its owner may. So an administrator's account is not the
    leader's; and never oneself, never staff.
    """
    people = User.objects.filter(is_superuser=False, is_staff=False).exclude(pk=user.pk)
    inside = Membership.objects.filter(unit__in=Unit.objects.territory_of(unit, at))
    people = people.filter(pk__in=inside.values("user"))
    if user.is_superuser:
        return people
    going_on = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at))
    own, administered = Q(unit__in=Unit.objects.territory_of(unit, at)), administered_units(user, at)
    beyond = going_on.exclude(own | Q(unit__in=administered.values("pk")))
    people = people.exclude(pk__in=beyond.values("user"))
    if not administered.filter(pk=unit.pk).exists():
        people = people.exclude(pk__in=going_on.exclude(role__in=GRANTABLE).values("user"))
    return people


def free_username(full_name: str) -> str:
    """A user name made of the person's name that nobody bears; '' for a name without letters."""
    plain = proposed_username(full_name, ())
    if not plain:
        return ""
    taken = User.objects.filter(username__istartswith=plain).values_list("username", flat=True)
    return proposed_username(full_name, list(taken))
