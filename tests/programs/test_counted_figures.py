"""A figure that is counted from the commune's household and housing records is read, not typed."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from programs.actions import Item, record_observations
from programs.models import ImportJob, Indicator, Report, Through
from programs.queries.structure import structure_of
from tests.support import TODAY, People, figure, make_people, make_report, record
from tests.workbooks import column_of, filled, line_of, opened, sent

pytestmark = pytest.mark.django_db

WATER, YES, HOUSES = "ntm.xa.17.1", "ntm.xa.1.1", "ntm.xa.9.1"
WORDS = "Tính từ hồ sơ hộ, hồ sơ nhà ở của Xã Quỳnh Nhai"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("entry", "imports", "workbooks"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    """Water, and the houses that are no good, come from the records; last year both were typed."""
    before = make_report("03703", "2026-H1")
    record(before, people.cadre, [Item(WATER, 1700, 6500), Item(HOUSES, 12)])
    made = make_report("03703", "2026")
    counted(made, people, Item(WATER, 2011, 6504))
    return made


def counted(report: Report, people: People, *items: Item) -> None:
    record_observations(report=report, items=items, by=people.cadre, through=Through.RECORDS, today=TODAY)


@pytest.fixture
def cadre(people: People, client: Client) -> Client:
    client.force_login(people.cadre)
    return client


def row_of(html: str, number: str) -> str:
    """The form's line of an indicator."""
    found = re.search(rf'id="ct-{re.escape(number)}" role="group".*?(?=id="ct-|</section>)', html, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_form_shows_it_and_whose_it_is_and_has_no_box(cadre: Client, report: Report) -> None:
    html = cadre.get(reverse("report", args=[report.pk])).content.decode()
    line = row_of(html, "17.1")

    assert "2.011 trên 6.504" in line
    assert "30,92%" in line
    assert WORDS in line
    assert "<input" not in line
    assert 'name="keep"' not in line
    assert f'name="{HOUSES}"' in row_of(html, "9.1")
    assert WORDS not in row_of(html, "9.1")


def test_typed_over_it_stays_and_says_why(cadre: Client, report: Report) -> None:
    here = reverse("report", args=[report.pk])
    response = cadre.post(
        here, {WATER: "3000", f"{WATER}:d": "6504", f"{WATER}:v": "1", f"{WATER}:was": "2.011|6.504||"}
    )

    assert response.status_code == 400
    assert "sửa ở hồ sơ" in response.content.decode()
    assert figure(report, WATER).value == 2011


def test_counted_anew_it_follows(cadre: Client, report: Report, people: People) -> None:
    counted(report, people, Item(WATER, 2100, 6504, version=1))

    held = figure(report, WATER)
    assert (held.value, held.from_records, held.version) == (2100, True, 2)


def test_in_the_workbook_its_cells_are_locked_and_a_change_is_refused(cadre: Client, report: Report) -> None:
    content = cadre.get(f"/reports/{report.pk}/workbook/").content
    sheet = opened(content)["Số liệu"]
    line, other = line_of(sheet, WATER), line_of(sheet, HOUSES)
    for key in ("value", "denominator", "absent"):
        assert sheet.cell(line, column_of(sheet, key)).protection.locked, key
    assert not sheet.cell(other, column_of(sheet, "value")).protection.locked
    assert sheet.cell(line, column_of(sheet, "value")).value == 2011
    assert "Tính từ hồ sơ hộ" in sheet.cell(line, column_of(sheet, "name")).value

    job = upload(cadre, f"/reports/{report.pk}/import/", filled(content, **{WATER: {"value": 3000}}))
    assert "sửa ở hồ sơ" in job.rows.get(verdict="error").message
    same = upload(cadre, f"/reports/{report.pk}/import/", content)
    assert set(same.counts) == {"unchanged"}


def test_in_the_table_of_many_its_cells_are_locked(cadre: Client, report: Report) -> None:
    sheet = opened(cadre.get("/units/03703/workbook/?period=2026").content)["Bảng số liệu"]
    line = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == "03703")
    for key in (WATER, f"{WATER}:d"):
        assert sheet.cell(line, column_of(sheet, key)).protection.locked
    assert not sheet.cell(line, column_of(sheet, HOUSES)).protection.locked


def test_a_note_beside_it_leaves_it_counted(cadre: Client, report: Report) -> None:
    content = cadre.get(f"/reports/{report.pk}/workbook/").content
    job = upload(cadre, f"/reports/{report.pk}/import/", filled(content, **{WATER: {"note": "đã đối chiếu"}}))
    page = cadre.get(f"/imports/{job.pk}/").context["page"]
    cadre.post(f"/imports/{job.pk}/", {"do": "apply", "reading": page.reading})

    held = figure(report, WATER)
    assert (held.note, held.from_records, held.value) == ("đã đối chiếu", True, 2011)


def upload(client: Client, address: str, content: bytes) -> ImportJob:
    response: Any = client.post(address, {"file": sent(content)})
    assert response.status_code == 302
    return ImportJob.objects.latest("pk")


def test_beside_a_counted_part_the_other_has_its_note_and_reason(
    cadre: Client, report: Report, people: People
) -> None:
    male, female = "ntm.xa.12.1.male", "ntm.xa.12.1.female"
    first = next(one.code for one in row_parts(report))
    other = female if first == male else male
    counted(report, people, Item(first, 680, 1000))
    record(report, people.cadre, [Item(other, 540, 1000)])
    report.observations.filter(indicator__code=other).update(once_accepted=True)
    html = cadre.get(reverse("report", args=[report.pk])).content.decode()
    boxes = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', row_of(html, "12.1")))
    assert f'name="{other}:note"' in row_of(html, "12.1")
    reason = next(re.finditer(r'name="([^"]*:reason)"', row_of(html, "12.1")))[1]
    typed = {other: "610", f"{other}:note": "theo sổ mới", reason: "sổ lao động mới"}
    cadre.post(reverse("report", args=[report.pk]), {**boxes, **typed})

    held = figure(report, other)
    assert (held.value, held.note) == (610, "theo sổ mới")
    assert figure(report, first).from_records


def row_parts(report: Report) -> list[Indicator]:
    structure = structure_of(report.form, report.period)
    return structure.row_of[structure.by_code["ntm.xa.12.1"].pk].typed


def test_a_sum_is_counted_when_all_its_parts_are(report: Report, people: People) -> None:
    counted(report, people, Item("ntm.xa.12.1.male", 680, 1000))
    record(report, people.cadre, [Item("ntm.xa.12.1.female", 540, 1000)])
    assert not figure(report, "ntm.xa.12.1").from_records
    counted(report, people, Item("ntm.xa.12.1.female", 540, 1000, version=1))

    whole = figure(report, "ntm.xa.12.1")
    assert (whole.value, whole.from_records) == (1220, True)


def test_a_yes_or_no_can_be_counted_too(cadre: Client, report: Report, people: People) -> None:
    assert Indicator.objects.filter(code=YES).exists()
    counted(report, people, Item(YES, 1))
    line = row_of(cadre.get(reverse("report", args=[report.pk])).content.decode(), "1.1")

    assert "<input" not in line
    assert "Có" in line
