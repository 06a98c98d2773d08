"""What decides whose a figure is, and who one is, cannot be sent along with something else."""

from typing import Any

import pytest
from django.test import Client

from communes.models import User
from programs.models import FigureState, ObservationChange, Report, Through
from tests.support import figure
from tests.trust.calls import FIGURE, typed_in_page
from tests.trust.world import TYPED, Thing, World, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def foreign(world: World) -> dict[str, Any]:
    """Keys that would move a figure elsewhere or give it a standing, were they taken."""
    other = world.things[1]
    return {
        "unit": other.unit.pk,
        "unit_id": other.unit.pk,
        "report": other.report.pk,
        "report_id": other.report.pk,
        "period": "2025",
        "province": other.unit.pk,
        "updated_by": world.people.reviewer.pk,
        "by": world.people.reviewer.pk,
        "through": "import",
        "updated_at": "2020-01-01T00:00:00Z",
    }


def check_own(world: World, thing: Thing, through: str) -> None:
    """The figure stands in the own report, entered by the person who sent it, and nowhere else."""
    stored = figure(thing.report, TYPED)
    assert (stored.value, stored.denominator, stored.state) == (80, 100, FigureState.ENTERED)
    assert (stored.unit, stored.period) == (thing.unit, thing.report.period)
    assert (stored.updated_by, stored.through) == (world.people.cadre, through)
    change = ObservationChange.objects.get(indicator__code=TYPED)
    assert (change.unit, change.by, change.through) == (thing.unit, world.people.cadre, through)
    assert Report.objects.get(pk=thing.report.pk).state == "entering"


def test_the_form_takes_only_figures(world: World) -> None:
    own = world.things[0]
    items = [{**FIGURE, **foreign(world), "state": 2}]
    body = {"user": world.people.cadre.pk, "items": items, "state": "accepted", **foreign(world)}
    response = world.browsers["cadre"].post(
        f"/reports/{own.report.pk}/values/", body, content_type="application/json"
    )

    assert response.json()["items"][0]["status"] == "saved"
    check_own(world, own, Through.FORM)


def test_the_page_without_a_script_takes_only_figures(world: World) -> None:
    own = world.things[0]
    sent = {**foreign(world), **typed_in_page(own, world.people.cadre), "state": "accepted"}
    assert world.browsers["cadre"].post(f"/reports/{own.report.pk}/", sent).status_code == 302

    check_own(world, own, Through.FORM)


def test_somebody_elses_name_on_what_was_typed_is_refused(world: World) -> None:
    """Typed by one person, sent in the session of the next one on the same machine."""
    own, before = world.things[0], rows()
    body = {"user": world.people.reviewer.pk, "items": [FIGURE]}
    response = world.browsers["cadre"].post(
        f"/reports/{own.report.pk}/values/", body, content_type="application/json"
    )

    assert response.status_code == 401
    assert rows() == before


def patch(world: World, body: dict[str, Any]) -> Any:
    address = f"/api/v1/reports/{world.things[0].report.pk}/observations/"
    return world.programs["cadre"].patch(address, body, content_type="application/json")


@pytest.mark.parametrize("name", ["unit", "unit_id", "report_id", "period", "province", "by"])
@pytest.mark.parametrize("place", ["body", "item"])
def test_the_api_refuses_what_it_does_not_know(world: World, name: str, place: str) -> None:
    before = rows()
    extra = {name: foreign(world)[name]}
    inside, outside = (extra, {}) if place == "item" else ({}, extra)
    response = patch(world, {"observations": [{**FIGURE, **inside}], **outside})

    assert response.status_code == 400
    assert [error["pointer"].split("/")[-1] for error in response.json()["errors"]] == [name]
    assert rows() == before


def test_the_api_takes_back_what_it_gave_and_writes_only_the_figure(world: World) -> None:
    """GET, change, PATCH: what is only shown may come along and changes nothing."""
    own = world.things[0]
    shown = {"state": "accepted", "updated_by": "reviewer", "through": "import", "derived": True}
    body = {"report": world.things[1].report.pk, "state": "accepted", "observations": [{**FIGURE, **shown}]}
    assert patch(world, body).status_code == 200

    check_own(world, own, Through.API)


@pytest.mark.parametrize("step", ["submit", "accept", "return"])
def test_a_step_takes_no_other_words(step: str) -> None:
    world = World(sent=step != "submit")
    before = rows()
    name = "cadre" if step == "submit" else "reviewer"
    response = world.programs[name].post(
        f"/api/v1/reports/{world.things[0].report.pk}/{step}/",
        {"by": 1, "state": "accepted", "unit": 1},
        content_type="application/json",
    )

    assert response.status_code == 400
    assert rows() == before


def test_changing_ones_password_changes_nothing_else_and_nobody_else(world: World) -> None:
    sent = {
        "old_password": "mật-khẩu-thử",
        "new_password1": "một-mật-khẩu-khác-2026",
        "new_password2": "một-mật-khẩu-khác-2026",
        "username": "root",
        "user": world.people.reviewer.pk,
        "is_superuser": "on",
        "is_staff": "on",
    }
    others = {one.pk: one.password for one in User.objects.exclude(pk=world.people.cadre.pk)}
    elsewhere = Client()
    elsewhere.force_login(world.people.cadre)
    assert world.browsers["cadre"].post("/mat-khau/", sent).status_code == 302

    changed = User.objects.get(pk=world.people.cadre.pk)
    assert changed.check_password("một-mật-khẩu-khác-2026")
    assert (changed.username, changed.is_staff, changed.is_superuser) == ("cadre", False, False)
    assert {one.pk: one.password for one in User.objects.exclude(pk=changed.pk)} == others
    assert elsewhere.get("/").status_code == 302, "a session elsewhere outlived the password"
    assert world.browsers["cadre"].get("/").status_code == 200
