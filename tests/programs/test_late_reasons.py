"""A figure that was confirmed, or whose closed period was opened again, changes with a reason."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from programs.actions import Item
from programs.models import ObservationChange, PeriodState, ReasonKind, Reopening, Report
from tests.support import TODAY, People, figure, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER, YES = "ntm.xa.17.1", "ntm.xa.1.1"
MALE, FEMALE = "ntm.xa.12.1.male", "ntm.xa.12.1.female"
KIND_BOX = f'name="{WATER}:kind"'


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.views.entry.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    """Clean water and the trained labour were confirmed once; the master plan was not."""
    made = make_report("03703", "2026")
    items = [Item(WATER, 1751, 6504), Item(YES, 1), Item(MALE, 680, 1000), Item(FEMALE, 540, 1000)]
    record(made, people.cadre, items)
    made.observations.exclude(indicator__code=YES).update(once_accepted=True)
    return made


@pytest.fixture
def cadre(people: People, client: Client) -> Client:
    client.force_login(people.cadre)
    return client


def page_of(client: Client, report: Report) -> str:
    return client.get(reverse("report", args=[report.pk])).content.decode()


def boxes(html: str) -> dict[str, str]:
    """What a browser without a script would send of the text boxes as they stand."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not (re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag):
            found[unescape(name[1])] = unescape(value[1]) if value else "on"
    return found


def save(client: Client, report: Report, **typed: str) -> Any:
    here = reverse("report", args=[report.pk])
    return client.post(here, {**boxes(page_of(client, report)), **typed}, follow=True)


def send(client: Client, report: Report, people: People, **item: Any) -> dict[str, Any]:
    body = {"user": people.cadre.pk, "items": [item]}
    response = client.post(
        reverse("report_values", args=[report.pk]), json.dumps(body), content_type="application/json"
    )
    assert response.status_code == 200
    return response.json()["items"][0]


def last_change(code: str) -> ObservationChange:
    return ObservationChange.objects.filter(indicator__code=code).latest("version")


def test_the_list_is_there_only_where_a_reason_is_needed(cadre: Client, report: Report) -> None:
    html = page_of(cadre, report)

    assert KIND_BOX in html
    assert f'name="{YES}:kind"' not in html
    for kind in ReasonKind:
        assert f'<option value="{kind}">{kind.label}</option>' in html


def test_without_a_script_the_kind_and_the_words_are_kept(cadre: Client, report: Report) -> None:
    bare = save(cadre, report, **{WATER: "1.800"})
    html = bare.content.decode()
    assert bare.status_code == 400
    assert "Ghi rõ lý do" in html
    assert re.search(r'<details class="more entry-more" id="m-ct-17\.1" open>', html)

    half = save(cadre, report, **{WATER: "1.800", f"{WATER}:kind": "typing"}).content.decode()
    assert '<option value="typing" selected>' in half

    save(cadre, report, **{WATER: "1.800", f"{WATER}:kind": "typing", f"{WATER}:reason": "nhầm cột"})
    assert figure(report, WATER).value == 1800
    assert (last_change(WATER).reason_kind, last_change(WATER).reason) == ("typing", "nhầm cột")


def test_a_reason_in_free_words_alone_is_another_reason(cadre: Client, report: Report) -> None:
    save(cadre, report, **{WATER: "1.800", f"{WATER}:reason": "đếm lại"})

    assert (last_change(WATER).reason_kind, last_change(WATER).reason) == ("other", "đếm lại")


def test_one_reason_stands_for_the_whole_row(cadre: Client, report: Report) -> None:
    """Men and women are two figures of one row, and the row has one place for its reason."""
    first = boxes(page_of(cadre, report))
    (box,) = [name for name in first if name.startswith("ntm.xa.12.1") and name.endswith(":reason")]
    kind = box.replace(":reason", ":kind")
    save(cadre, report, **{FEMALE: "610", MALE: "690", kind: "source", box: "sổ lao động mới"})

    for code, value in ((FEMALE, 610), (MALE, 690)):
        assert figure(report, code).value == value
        assert (last_change(code).reason_kind, last_change(code).reason) == ("source", "sổ lao động mới")


def test_with_the_script_too(cadre: Client, report: Report, people: People) -> None:
    changed = {"indicator": WATER, "value": "1800", "denominator": "6504", "version": 1}
    assert send(cadre, report, people, **changed)["status"] == "error"
    wrong = send(cadre, report, people, **changed, reason_kind="mood", reason="thích")
    assert wrong["errors"] == ["Chọn loại lý do trong danh sách."]

    done = send(cadre, report, people, **changed, reason_kind="inspection", reason="kết luận 12/KL")
    assert done["status"] == "saved"
    assert (last_change(WATER).reason_kind, last_change(WATER).reason) == ("inspection", "kết luận 12/KL")


def test_a_reopened_year_asks_too_and_takes_the_reopenings_reason(cadre: Client, people: People) -> None:
    old = make_report("03703", "2025")
    record(old, people.cadre, [Item(WATER, 1000, 6504)])
    Reopening.objects.create(
        form=old.form, period=old.period, unit=old.unit, until=TODAY, reason="Bổ sung", by=people.reviewer
    )
    period("2025", state=PeriodState.CLOSED)

    assert KIND_BOX in page_of(cadre, old)
    save(cadre, old, **{WATER: "1100"})
    assert (last_change(WATER).reason_kind, last_change(WATER).reason) == ("other", "Bổ sung")
    save(cadre, old, **{WATER: "1200", f"{WATER}:kind": "source", f"{WATER}:reason": "sổ mới"})
    assert (last_change(WATER).reason_kind, last_change(WATER).reason) == ("source", "sổ mới")
