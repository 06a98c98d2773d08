"""'Không áp dụng' leaves the count of what is entered, on the form, at home, when sending and reviewing."""

from typing import Any

import pytest
from django.test import Client

from programs.actions import Item, submit_report
from programs.models import Report
from programs.queries.structure import structure_of
from tests.support import TODAY, People, make_people, make_report, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    """Three rows entered and 13.4 not applicable."""
    made = make_report()
    items = [Item(f"ntm.xa.13.{number}", 1) for number in (1, 2, 3)]
    record(made, people.cadre, [*items, Item("ntm.xa.13.4", not_applicable=True, note="không có làng nghề")])
    return made


def page(person: Any, path: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_form_the_home_and_the_reviewer_say_the_same(people: People, report: Report) -> None:
    assert "Đã nhập 3/56, 1 không áp dụng" in page(people.cadre, f"/reports/{report.pk}/")
    assert "Đã nhập 3/56 chỉ tiêu, 1 không áp dụng" in page(people.cadre, "/")
    sending = page(people.cadre, f"/reports/{report.pk}/send/")
    assert "3/56</b>" in sending
    assert "Còn 53 chỉ tiêu chưa nhập" in sending

    submit_report(report=report, by=people.cadre, today=TODAY, reason="từng phần")

    assert "3/56 chỉ tiêu, 1 không áp dụng" in page(people.reviewer, f"/reports/{report.pk}/review/")
    assert "3/56 chỉ tiêu, 1 không áp dụng" in page(people.reviewer, "/reports/?period=2026&q=quynh nhai")


def test_the_script_is_told_the_same_words(people: People, report: Report) -> None:
    client = Client()
    client.force_login(people.cadre)
    items = [{"indicator": "ntm.xa.13.5", "value": "1", "version": 0}]
    body = {"user": people.cadre.pk, "items": items}

    answer = client.post(f"/reports/{report.pk}/values/", body, content_type="application/json").json()

    assert answer["progress"]["words"] == "Đã nhập 4/56, 1 không áp dụng"
    assert answer["progress"]["entered"] == 5


def test_without_any_the_words_are_the_plain_ones(people: People) -> None:
    report = make_report()
    record(report, people.cadre, [Item("ntm.xa.1.1", 1)])
    count = structure_of(report.form, report.period).count

    assert f"Đã nhập 1/{count}<" in page(people.cadre, f"/reports/{report.pk}/")
