"""The question in the address: who may ask it, and what is refused."""

import pytest
from django.test import Client

from tests.support import People

PAGES = [
    "/units/{code}/",
    "/units/{code}/heatmap/",
    "/units/{code}/reports/",
    "/units/{code}/table.csv",
    "/units/{code}/criteria/17/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_cadre_sees_nothing_outside_the_own_scope(page: str, people: People, client: Client) -> None:
    client.force_login(people.cadre)

    assert client.get(page.format(code="03703")).status_code == 200
    for other in ("14", "118", "03688", "99999"):
        assert client.get(page.format(code=other)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_asked_to(page: str, people: People, client: Client) -> None:
    assert client.get(page.format(code="14")).status_code == 302

    client.force_login(people.deactivated)
    assert client.get(page.format(code="03703")).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_only_read(page: str, people: People, client: Client) -> None:
    client.force_login(people.official)

    assert client.post(page.format(code="14")).status_code == 405


def test_a_cadre_reads_what_the_commune_was_made_of(people: People, client: Client) -> None:
    client.force_login(people.cadre)

    answer = client.get("/units/03703/?period=2025-H1")

    assert answer.status_code == 200
    assert answer.context["question"].unit.name == "Thị trấn Mường Giàng"
    assert client.get("/units/03694/?period=2024").status_code == 404


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("perid=2025", "perid"),
        ("period=2025&stat=sent", "stat"),
        ("unit__code=1", "unit__code"),
        ("period=2031", "2031"),
        ("period=", "period"),
        ("state=sent", "sent"),
        ("state=entered&state=accepted", "state"),
    ],
)
def test_what_is_not_understood_is_named(query: str, named: str, people: People, client: Client) -> None:
    client.force_login(people.official)

    answer = client.get(f"/units/14/?{query}")

    assert answer.status_code == 400
    assert named in answer.content.decode()


def test_a_bad_question_about_another_place_says_no_more_than_that_it_is_bad(
    people: People, client: Client
) -> None:
    client.force_login(people.cadre)

    assert client.get("/units/14/?period=2025&state=entered").status_code == 404
    assert client.get("/units/?q=quynh nhai&x=1").status_code == 400


def test_a_criterion_that_the_set_does_not_have_is_not_found(people: People, client: Client) -> None:
    client.force_login(people.official)

    assert client.get("/units/14/criteria/20/?period=2025").status_code == 404


def test_tong_hop_leads_to_the_own_place_and_keeps_the_question(people: People, client: Client) -> None:
    client.force_login(people.official)
    assert client.get("/tong-hop/?period=2025")["Location"] == "/units/14/?period=2025"

    client.force_login(people.cadre)
    assert client.get("/tong-hop/")["Location"] == "/units/03703/"


def test_a_search_folds_accents_and_finds_ended_units_with_their_years(
    people: People, client: Client
) -> None:
    client.force_login(people.official)

    html = client.get("/units/?q=QUYNH NHAI").content.decode()

    assert "Xã Quỳnh Nhai" in html
    assert "Huyện Quỳnh Nhai" in html
    ended = client.get("/units/?q=Mường giàng").content.decode()
    assert "Thị trấn Mường Giàng" in ended
    assert "đến 30/6/2025" in ended
    assert "?period=2025-H1" in ended


def test_a_search_stays_within_the_scope(people: People, client: Client) -> None:
    client.force_login(people.cadre)

    html = client.get("/units/?q=muong").content.decode()

    assert "Mường Giàng" in html
    assert "Mường Chiên" not in html


def test_a_ward_is_told_that_the_set_is_not_for_it(people: People, client: Client) -> None:
    client.force_login(people.official)
    ward = client.get("/units/?q=phuong to hieu").context["page"].found[0].unit

    html = client.get(f"/units/{ward.code}/?period=2025").content.decode()

    assert "không thuộc bộ tiêu chí nông thôn mới" in html
