"""Seven people and nobody, at every address, about their own units and about others'.

Who is out is led to the login page (401 in the API). Who is no reader of the unit finds nothing: 404. A
reader who may not do this is told so: 403. In all three nothing is stored. Who may is answered, and the
call has its effect, so that the refusals above were refusals of something that works.
"""

from contextlib import nullcontext
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.shortcuts import resolve_url

from sonla.policies import POLICIES, Who
from tests.support import unit
from tests.trust.calls import CALLS, DECLARED, make, units_shown
from tests.trust.oracle import Scope
from tests.trust.world import NOBODY, OUT, Thing, World, rows, undone

pytestmark = pytest.mark.django_db

# Who is out is out for everything, and the program reads what the official reads: one thing is enough.
HOME_ROOMS = ("households/", "houses/", "reviews/", "commune-reviews/", "sheets/")
ASKED_ONCE = (*OUT, "system")


def test_every_declared_address_has_an_example_call() -> None:
    assert sorted(set(DECLARED) - CALLS.keys()) == [], "add an example to tests/trust/calls.py"
    assert sorted(CALLS.keys() - set(DECLARED)) == []


@pytest.mark.parametrize(("path", "method"), DECLARED, ids=lambda word: str(word))
def test_each_gets_what_is_declared(path: str, method: str) -> None:
    call = CALLS[path, method]
    led = POLICIES[path][method] in (Who.LEADER, Who.COMMUNE)
    room = path.removeprefix("api/v1/")
    world = World(
        sent=call.sent,
        asked=call.asked,
        forms=path.startswith("ad-hoc/"),
        homes=room.startswith(HOME_ROOMS),
        houses=room.startswith("houses/"),
        left=call.left,
        voted=call.voted,
        review=call.review,
        waiting=call.waiting,
        led=led,
        recognised=room.startswith("recognitions/"),
    )
    before = rows()
    wrong = [
        line
        for index, thing in enumerate(world.things)
        for name in (*world.names, NOBODY)
        if index == 0 or name not in ASKED_ONCE
        for line in violations(world, name, path, method, thing, before)
    ]

    assert wrong == []
    assert rows() == before


def violations(
    world: World, name: str, path: str, method: str, thing: Thing, before: dict[str, list]
) -> list[str]:
    """What one call does that it should not, in words."""
    reading = method == "GET"
    with nullcontext() if reading else undone():
        response = make(world, name, path, method, thing)
        stored = not reading and before != rows()
    wanted = expected(world, name, path, method, thing)
    found = got(response, path)
    told = f"{method} /{path} · {name} · {thing.name}: {response.status_code}"
    wrong = []
    # None of the seven keeps a register: of the unit that is meant instead, they are refused.
    kept = POLICIES[path][method] in (Who.ADMINISTRATOR, Who.KEEPER, Who.REVIEWER)
    if wanted == "found elsewhere":
        # The code is borne by another unit that this person reads: that one may be shown, this one not.
        scope = world.scopes[name].reads
        if found == "allowed" and not units_shown(response, world.register.units) <= scope:
            wrong.append(f"{told}, shows a unit outside the person's scope")
        elif found not in ("allowed", "not found", *(["refused"] if kept else [])):
            wrong.append(f"{told}, {found} instead of not found")
    elif found != wanted:
        wrong.append(f"{told}, {found} instead of {wanted}")
    may_store = wanted == "allowed" and not reading and CALLS[path, method].stores
    if stored != may_store:
        wrong.append(f"{told}, {'stored something' if stored else 'stored nothing'}")
    return wrong


def expected(world: World, name: str, path: str, method: str, thing: Thing) -> str:
    if name in OUT:
        return "signed out"
    scope, policy, own = world.scopes[name], POLICIES[path][method], thing.unit.pk
    if own not in scope.reads:
        bears_it = any(world.register.units[pk].code == thing.unit.code for pk in scope.reads)
        return "found elsewhere" if bears_it and "<int:pk>" not in path else "not found"
    if policy in (Who.LOCAL, Who.KEEPER):
        return expected_at_home(world, scope, path, policy, thing)
    if policy == Who.WRITER and own not in scope.writes:
        return "refused"
    if policy == Who.REVIEWER and own not in scope.reviews:
        return "refused"
    if policy == Who.LEADER and own not in scope.leads:
        return "refused"
    if policy == Who.COMMUNE and own not in scope.writes | scope.leads:
        return "refused"
    if policy == Who.ADMINISTRATOR:
        return "refused"
    return "allowed"


def expected_at_home(world: World, scope: Scope, path: str, policy: Who, thing: Thing) -> str:
    """Names are for the people of the commune; its register is kept by its own cadre, while it lives.

    An address without a household means the living bearer of the code first.
    """
    meant = thing.unit
    if "<int:pk>" not in path:
        living = world.register.units[unit(meant.code, world.today).pk]
        meant = living if living.pk in scope.reads else meant
    if meant.pk not in scope.knows:
        return "refused"
    keeps = meant.pk in scope.writes and meant.lives_on(world.today)
    return "allowed" if policy == Who.LOCAL or keeps else "refused"


def got(response: HttpResponse, path: str) -> str:
    status = response.status_code
    if path.startswith("api/") and status == HTTPStatus.UNAUTHORIZED:
        return "signed out"
    if status == HTTPStatus.FOUND and response["Location"].startswith(resolve_url("login")):
        return "signed out"
    names = {HTTPStatus.FORBIDDEN: "refused", HTTPStatus.NOT_FOUND: "not found"}
    return names.get(status, "allowed" if status < 400 else f"failed ({response.content.decode()[:300]})")
