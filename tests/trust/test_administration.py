"""The administration is one policy: staff. Every address under it, for those who are not."""

from collections.abc import Iterable

import pytest
from django.contrib import admin
from django.db.models import Model
from django.shortcuts import resolve_url
from django.test import Client

from communes.models import Membership, Role, User, first_day
from sonla.policies import STAFF_PREFIX
from tests.support import make_user, unit
from tests.trust.routes import all_routes
from tests.trust.world import World, rows

pytestmark = pytest.mark.django_db

ROUTES = [route for route in all_routes() if route.path.startswith(STAFF_PREFIX)]
# What a person who is administrator of a commune comes for; how far, is tested with the people there.
OF_A_UNIT = {"user", "membership", "apitoken", "unit"}


def test_there_are_addresses_to_try() -> None:
    assert len(ROUTES) > 100


@pytest.mark.parametrize("name", ["cadre", "reviewer", "deactivated", "nobody"])
def test_nobody_but_staff_is_answered(name: str) -> None:
    world = World()
    client, before = world.browsers[name], rows()
    answered = []
    for route in ROUTES:
        for method in ("get", "post"):
            response = getattr(client, method)(route.url(object_id="1"))
            led_away = response.status_code == 302 and response["Location"].startswith(
                (resolve_url("login"), resolve_url("admin:login"))
            )
            if response.status_code not in (403, 404) and not led_away and route.name != "logout":
                answered.append(f"{method} /{route.path}: {response.status_code}")

    assert answered == []
    assert rows() == before


def test_a_login_for_the_administration_alone_opens_nothing_in_it() -> None:
    """`is_staff` without the role of an administrator is no power."""
    person = make_user("nhan.vien", is_staff=True)
    Membership.objects.create(user=person, unit=unit("14"), role=Role.REVIEWER, valid_from=first_day)

    assert statuses(person, admin.site._registry) == {403}


def test_an_administrator_of_a_unit_is_led_to_people_and_nothing_else() -> None:
    person = make_user("giu.viec", is_staff=True)
    Membership.objects.create(user=person, unit=unit("03703"), role=Role.ADMINISTRATOR, valid_from=first_day)
    others = [model for model in admin.site._registry if model._meta.model_name not in OF_A_UNIT]

    assert statuses(person, others) == {403}


def statuses(person: User, models: Iterable[type[Model]]) -> set[int]:
    client = Client()
    client.force_login(person)
    found = set()
    for model in models:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        found |= {client.get(base + end).status_code for end in ("", "add/")}
    return found
