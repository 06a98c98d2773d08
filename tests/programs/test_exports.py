"""Who took what away as a file: kept in a table that nobody changes, read by those who inspect."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from communes.models import Role
from programs.actions import Item
from programs.actions.exports import log_export
from programs.models import ExportLog
from tests.support import TODAY, People, make_member, make_people, make_report, record, unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("honesty", "workbooks"):
        monkeypatch.setattr(f"programs.views.{name}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_cadre_takes_the_record_and_the_inspector_reads_it(people: People) -> None:
    record(make_report(), people.cadre, [Item("ntm.xa.17.1", 1000, 2000)])
    b"".join(signed_in(people.cadre).get("/units/03703/record.zip").streaming_content)

    page = text(signed_in(people.official).get("/exports/"))

    assert "1 lần tải trong phạm vi của bạn" in page
    assert "cadre toàn bộ hồ sơ số liệu của xã Xã Quỳnh Nhai 1 —" in page


def test_each_reads_what_is_theirs(people: People) -> None:
    for code, person in [("03703", people.cadre), ("03688", people.neighbour)]:
        log_export(kind="record", unit=unit(code), rows=5, by=person, at=timezone.now())
    log_export(kind="late-changes", unit=unit("14"), rows=5, by=people.reviewer, at=timezone.now())
    inspector = make_member("inspector", unit("03703"), Role.VIEWER)
    administrator = make_member("administrator", unit("03703"), Role.ADMINISTRATOR)

    seen = {
        person.username: {one.unit.code for one in listed(person)}
        for person in (people.cadre, people.neighbour, people.official, inspector, administrator)
    }

    assert seen == {
        "cadre": {"03703"},
        "neighbour": {"03688"},
        "official": {"03703", "03688", "14"},
        "inspector": {"03703"},
        "administrator": {"03703"},
    }
    assert listed(people.deactivated) == []


def listed(person: Any) -> list[ExportLog]:
    return list(ExportLog.objects.readable_by(person, TODAY).select_related("unit"))


def test_lists_and_tables_are_written_down_too(people: People) -> None:
    client = signed_in(people.official)
    b"".join(client.get("/changes/table.csv", {"period": "2026"}).streaming_content)
    client.get("/units/03703/workbook/", {"period": "2026", "form": "ntm.xa"})

    kept = list(ExportLog.objects.order_by("pk"))

    assert [(one.kind, one.unit.code, one.note) for one in kept] == [
        ("late-changes", "14", "period=2026"),
        ("table", "03703", "ntm.xa 2026"),
    ]


def test_what_is_refused_is_not_written_down(people: People) -> None:
    signed_in(people.neighbour).get("/units/03703/record.zip")
    signed_in(people.official).get("/changes/table.csv", {"period": "nope"})

    assert not ExportLog.objects.exists()


def test_it_is_narrowed_by_kind_and_unit_and_paged(people: People) -> None:
    start = timezone.now()
    for number in range(60):
        at = start + timedelta(minutes=number)
        log_export(kind="record", unit=unit("03703"), rows=number, by=people.cadre, at=at)
    log_export(kind="table", unit=unit("03688"), rows=7, by=people.neighbour, at=start)
    client = signed_in(people.official)

    assert client.get("/exports/").context["listed"].page.object_list[0].rows == 59
    assert len(client.get("/exports/?page=2").context["listed"].page.object_list) == 11
    assert client.get("/exports/?kind=table").context["listed"].total == 1
    assert client.get("/exports/?q=muong chien").context["listed"].total == 1
    for bad in ("kind=nope", "page=x", "what=1"):
        assert client.get(f"/exports/?{bad}").status_code == 400


def test_the_administration_shows_it_and_lets_nobody_change_it(people: People) -> None:
    kept = log_export(kind="record", unit=unit("03703"), rows=5, by=people.cadre, at=timezone.now())
    people.system.is_superuser = people.system.is_staff = True
    people.system.save()
    client = signed_in(people.system)

    assert "toàn bộ hồ sơ số liệu của xã" in text(client.get("/admin/programs/exportlog/?kind=record"))
    assert client.get("/admin/programs/exportlog/add/").status_code == 403
    assert client.post(f"/admin/programs/exportlog/{kept.pk}/change/", {"rows": 1}).status_code == 403
    assert client.post(f"/admin/programs/exportlog/{kept.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_kind_without_words_is_a_mistake_of_the_program(people: People) -> None:
    with pytest.raises(ValueError, match="without words"):
        log_export(kind="nope", unit=None, rows=0, by=people.cadre, at=timezone.now())
