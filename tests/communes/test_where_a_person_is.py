"""What the head of every page says about the person."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from communes.models import Level, Membership, Role, Unit, UnitKind, User
from communes.views import whereabouts

pytestmark = pytest.mark.django_db


def make_unit(name: str, level: Level) -> Unit:
    kind, _made = UnitKind.objects.get_or_create(code=level, defaults={"name": level.label, "level": level})
    return Unit.objects.create(
        code=name[-10:], name=name, level=level, kind=kind, valid_from=date(2021, 1, 1)
    )


def seen_by(user: User | AnonymousUser) -> dict:
    request = RequestFactory().get("/")
    request.user = user
    return whereabouts(request)


def test_a_cadre_stands_in_the_own_commune_and_is_not_led_to_the_province(django_assert_num_queries) -> None:
    an = User.objects.create_user("xa.03703")
    commune = make_unit("Xã Quỳnh Nhai", Level.COMMUNE)
    Membership.objects.create(user=an, unit=commune, role=Role.CADRE, valid_from=date(2025, 7, 1))

    with django_assert_num_queries(1):
        seen = seen_by(an)
        assert seen["own_place"].name == "Xã Quỳnh Nhai"
        assert not seen["sees_province"]


def test_of_several_places_the_highest_counts() -> None:
    binh = User.objects.create_user("tinh")
    for name, level in (("Xã Quỳnh Nhai", Level.COMMUNE), ("Tỉnh Sơn La", Level.PROVINCE)):
        unit = make_unit(name, level)
        Membership.objects.create(user=binh, unit=unit, role=Role.VIEWER, valid_from=date(2025, 7, 1))

    seen = seen_by(binh)

    assert seen["own_place"].name == "Tỉnh Sơn La"
    assert seen["sees_province"]


def test_an_ended_membership_is_no_place_any_more() -> None:
    an = User.objects.create_user("xa.03703")
    Membership.objects.create(
        user=an,
        unit=make_unit("Xã Quỳnh Nhai", Level.COMMUNE),
        role=Role.CADRE,
        valid_from=date(2025, 7, 1),
        valid_to=date(2025, 8, 1),
    )

    assert not seen_by(an)["own_place"]


def test_nobody_has_no_place() -> None:
    seen = seen_by(AnonymousUser())

    assert not seen["own_place"]
    assert not seen["sees_province"]
