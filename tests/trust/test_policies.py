"""Deny by default: an address that nobody has declared fails here, by its name."""

import pytest
from django.test import Client

from communes.models import User
from sonla.policies import POLICIES, PUBLIC_BECAUSE, STAFF_PREFIX, Who
from tests.trust.routes import all_routes, methods_of

pytestmark = pytest.mark.django_db

ROUTES = [route for route in all_routes() if not route.path.startswith(STAFF_PREFIX)]


def test_every_address_and_method_is_declared_and_nothing_else_is() -> None:
    root = User.objects.create_superuser("root")
    real = {(route.path, method) for route in ROUTES for method in methods_of(route, root)}
    declared = {(path, method) for path, methods in POLICIES.items() for method in methods}

    assert sorted(real - declared) == [], "answered, but sonla/policies.py does not say to whom"
    assert sorted(declared - real) == [], "declared in sonla/policies.py, but no such address or method"


def test_every_address_has_a_name_of_its_own() -> None:
    paths = [route.path for route in ROUTES]

    assert [route.path for route in ROUTES if not route.name] == []
    assert len(paths) == len(set(paths))


def test_what_is_open_to_everybody_says_why_and_is_little() -> None:
    public = {path for path, methods in POLICIES.items() if Who.PUBLIC in methods.values()}

    assert public == set(PUBLIC_BECAUSE)
    assert len(public) <= 10
    assert all(len(reason.split()) > 4 for reason in PUBLIC_BECAUSE.values())


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_what_is_not_listed_tells_strangers_nothing(method: str) -> None:
    """Every address but those open to everybody: no page, no list of fields or methods."""
    answered = []
    for route in ROUTES:
        if route.path not in PUBLIC_BECAUSE:
            response = Client().generic(method, route.url())
            if response.status_code not in (302, 401, 405):
                answered.append(f"{method} /{route.path}: {response.status_code}")

    assert answered == []
