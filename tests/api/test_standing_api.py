"""Keeping the standard and after an act, by program: the worked case, a decision, what became of it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from programs.models import Recognition
from tests.dashboards.conftest import answers, enter, office, people, structure  # noqa: F401
from tests.support import People, unit

Enter = Callable[..., list]
GIVEN = {"decision": "12/QĐ-UBND", "decided_on": "2026-11-20", "reason": "Không giữ được tiêu chí"}


@pytest.fixture
def recognised(db: None) -> Recognition:
    day = date(2025, 8, 1)
    return Recognition.objects.create(
        unit=unit("03703"), level="met", decision="900/QĐ-UBND", decided_on=day, valid_from=day
    )


@pytest.mark.parametrize(
    ("criteria", "share", "ground"),
    [
        ([1, 2, 3, 4, 17], "26.32", None),
        ([1, 2, 3, 4, 7, 17], "31.58", "key"),
        ([1, 2, 3, 4, 7, 8], "31.58", None),
        ([1, 2, 3, 4, 7, 8, 9, 11, 12], "47.37", None),
        ([1, 2, 3, 4, 7, 8, 9, 11, 12, 14], "52.63", "many"),
    ],
)
def test_the_worked_case(
    enter: Enter,  # noqa: F811
    people: People,  # noqa: F811
    client: Client,
    recognised: Recognition,
    criteria: list[int],
    share: str,
    ground: str | None,
) -> None:
    form = structure("2026")
    fails = [one.rows[0].number for one in form.sections if one.criterion.number in criteria]
    enter("2026", {"03703": answers(form, fails=fails).values()})
    client.force_login(people.official)

    (row,) = client.get("/api/v1/standing/", {"unit": "14"}).json()["rows"]

    assert (row["unit"], row["recognition"], row["decision"]) == ("03703", recognised.pk, "900/QĐ-UBND")
    assert (row["share"], row["ground"], row["proposed"]) == (share, ground, ground is not None)
    assert [one["number"] for one in row["fallen"]] == criteria
    assert row["key_failed"] == ([17] if 17 in criteria else [])
    assert row["provisional"] is True
    assert client.get("/api/v1/recognitions/").json()["results"][0]["end_reason"] == ""


def test_a_decision_revokes(people: People, client: Client, recognised: Recognition) -> None:  # noqa: F811
    address = f"/api/v1/recognitions/{recognised.pk}/revoke/"
    for who, status in ((people.neighbour, 404), (people.cadre, 403), (people.official, 403)):
        client.force_login(who)
        assert client.post(address, GIVEN, content_type="application/json").status_code == status
    client.force_login(people.reviewer)
    wrong = client.post(address, {**GIVEN, "decided_on": "2027-01-01"}, content_type="application/json")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/decided_on"

    done = client.post(address, GIVEN, content_type="application/json")

    assert done.status_code == 200, done.content
    said = done.json()
    assert (said["end_reason"], said["end_decision"], said["valid_to"]) == (
        "revoked",
        "12/QĐ-UBND",
        "2026-11-20",
    )
    assert client.post(address, GIVEN, content_type="application/json").status_code == 400
    assert client.get("/api/v1/recognitions/").json()["results"] == []
    (ended,) = client.get("/api/v1/recognitions/", {"end_reason": "revoked"}).json()["results"]
    assert ended["end_note"] == GIVEN["reason"]


def test_what_became_of_it_after_the_act(people: People, client: Client, db: None) -> None:  # noqa: F811
    client.force_login(people.official)

    said = client.get("/api/v1/after-act/", {"unit": "14"}).json()

    assert said["act"] == "1681/NQ-UBTVQH15"
    row = next(one for one in said["rows"] if one["unit"] == "03703")
    assert (row["fate"], row["awaits"], row["met"]) == ("never", True, None)
    assert len(row["predecessors"]) > 1
    assert client.get("/api/v1/after-act/", {"unit": "14", "act": "0"}).status_code == 400
    client.force_login(people.neighbour)
    own = client.get("/api/v1/after-act/", {"unit": "03688"}).json()
    assert {one["unit"] for one in own["rows"]} == {"03688"}
    assert client.get("/api/v1/after-act/", {"unit": "14"}).status_code == 404
