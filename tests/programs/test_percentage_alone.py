"""A closed past period is known by a percentage only: it decides, is marked, and stays out of every sum."""

import io
import re
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from programs.actions import Item, record_batches, record_observations
from programs.models import (
    Assessment,
    ImportJob,
    ImportState,
    Observation,
    ObservationChange,
    PeriodState,
    Reopening,
    Report,
    Through,
)
from programs.queries.official import live_sheet
from programs.queries.previous import previous_figures
from programs.queries.printed import printed_report
from programs.queries.totals import rollup
from programs.queries.versions import compare
from tests.support import TODAY, People, figure, make_member, make_people, make_report, period, unit
from tests.workbooks import column_of, filled, line_of, opened, sent, table_filled

pytestmark = pytest.mark.django_db

WATER, YES = "ntm.xa.17.1", "ntm.xa.1.1"
MALE, FEMALE = "ntm.xa.12.1.male", "ntm.xa.12.1.female"
SHOWN = "85,20% (chỉ có tỷ lệ)"
END_2025 = date(2025, 12, 31)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("imports", "workbooks", "entry", "history", "review", "home"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def clerk(people: People) -> Any:
    return make_member("clerk", unit("14"), "cadre")


def reopened(code: str, by: Any) -> Report:
    """The commune's report of 2025, a closed year that the province opened to it once more."""
    report = make_report(code, "2025")
    Reopening.objects.create(
        form=report.form, period=report.period, unit=report.unit, until=TODAY, reason="Bổ sung số cũ", by=by
    )
    period("2025", state=PeriodState.CLOSED)
    return Report.objects.get(pk=report.pk)


@pytest.fixture
def report(people: People) -> Report:
    return reopened("03703", people.reviewer)


@pytest.fixture
def cadre(people: People, client: Client) -> Client:
    client.force_login(people.cadre)
    return client


@pytest.fixture
def alone(report: Report, people: People) -> Report:
    """Clean water of 2025, known as 85.2 % only."""
    imported(report, people.cadre, Item(WATER, percentage=8520))
    return report


def imported(report: Report, by: Any, *items: Item) -> None:
    record_observations(report=report, items=items, by=by, through=Through.IMPORT, today=TODAY)


def workbook(client: Client, report: Report) -> bytes:
    return client.get(f"/reports/{report.pk}/workbook/").content


def upload(client: Client, address: str, content: bytes) -> ImportJob:
    response = client.post(address, {"file": sent(content)})
    assert response.status_code == 302, response.content.decode()
    return ImportJob.objects.latest("pk")


def apply(client: Client, job: ImportJob) -> ImportJob:
    page = client.get(f"/imports/{job.pk}/").context["page"]
    client.post(f"/imports/{job.pk}/", {"do": "apply", "reading": page.reading})
    job.refresh_from_db()
    return job


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def total(**question: Any) -> Any:
    where = question.pop("unit", unit("14", END_2025))
    (row,) = rollup(indicator=WATER, unit=where, today=TODAY, **question).rows
    return row


# -- The workbook of a commune ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells", [{"percent": 0.852}, {"percent": "85,2%"}, {"value": "85,2 %"}, {"value": "85.2%"}]
)
def test_a_closed_years_percentage_comes_by_the_communes_workbook(
    cadre: Client, report: Report, cells: dict[str, Any]
) -> None:
    content = workbook(cadre, report)
    sheet = opened(content)["Số liệu"]
    assert not sheet.cell(line_of(sheet, WATER), column_of(sheet, "percent")).protection.locked

    job = upload(cadre, f"/reports/{report.pk}/import/", filled(content, **{WATER: cells}))
    row = job.rows.get(key__startswith="17.1 ")
    assert (row.verdict, row.new) == ("new", SHOWN)
    assert "Chỉ có tỷ lệ" in row.message
    assert not report.observations.exists()

    assert apply(cadre, job).state == ImportState.APPLIED
    held = figure(report, WATER)
    assert (held.value, held.denominator, held.percentage) == (None, None, 8520)
    met = Assessment.objects.get(unit=report.unit, period=report.period)
    assert met.indicators_met == 1
    report.refresh_from_db()
    assert report.entered == 1

    again = upload(cadre, f"/reports/{report.pk}/import/", workbook(cadre, report))
    assert set(again.counts) == {"unchanged"}


def test_the_pair_that_was_found_later_takes_its_place(cadre: Client, alone: Report) -> None:
    content = filled(workbook(cadre, alone), **{WATER: {"value": 5541, "denominator": 6504}})
    job = upload(cadre, f"/reports/{alone.pk}/import/", content)
    row = job.rows.get(key__startswith="17.1 ")
    assert (row.verdict, row.old, row.new) == ("changed", SHOWN, "5.541 trên 6.504 hộ")

    apply(cadre, job)
    held = figure(alone, WATER)
    assert (held.value, held.denominator, held.percentage) == (5541, 6504, None)
    change = ObservationChange.objects.get(indicator__code=WATER, version=2)
    assert (change.old_percentage, change.percentage) == (8520, None)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"percent": 1.2}, "từ 0% đến 100%"),
        ({"percent": 0.85214}, "chữ số thập phân"),
        ({"value": "tám lăm %"}, "không phải là số"),
        ({"percent": 0.852, "denominator": 6504}, "không kèm tử số, mẫu số"),
    ],
)
def test_a_percentage_that_cannot_be_is_said_at_its_cell(
    cadre: Client, report: Report, cells: dict[str, Any], words: str
) -> None:
    content = filled(workbook(cadre, report), **{WATER: cells})
    row = upload(cadre, f"/reports/{report.pk}/import/", content).rows.get(verdict="error")

    assert words in row.message


# -- Where it is refused ------------------------------------------------------------------------------


def test_an_open_period_takes_no_percentage_alone(cadre: Client, people: People) -> None:
    report = make_report("03703", "2026")
    content = workbook(cadre, report)
    sheet = opened(content)["Số liệu"]
    assert sheet.cell(line_of(sheet, WATER), column_of(sheet, "percent")).protection.locked
    for cells in ({"value": "85,2 %"}, {"percent": 0.852}):
        job = upload(cadre, f"/reports/{report.pk}/import/", filled(content, **{WATER: cells}))
        assert "new" not in job.counts
    with pytest.raises(Exception, match="Nhập cả tử số và mẫu số"):
        imported(report, people.cadre, Item(WATER, percentage=8520))


@pytest.mark.parametrize("through", [Through.FORM, Through.API, Through.ADMIN])
def test_nobody_types_it_even_where_the_year_is_open_again(
    report: Report, people: People, through: str
) -> None:
    with pytest.raises(Exception, match="tỷ lệ % do hệ thống tính"):
        record_observations(
            report=report,
            items=[Item(WATER, percentage=8520)],
            by=people.cadre,
            through=through,
            today=TODAY,
        )


def test_only_a_percentage_is_one(report: Report, people: People) -> None:
    with pytest.raises(Exception, match="không phải tỷ lệ"):
        imported(report, people.cadre, Item(YES, percentage=8520))


# -- The table of many communes, and the sums -----------------------------------------------------------


def test_the_offices_table_takes_it_and_the_sums_leave_it_out(
    client: Client, clerk: Any, people: People
) -> None:
    for code in ("03703", "03688"):
        reopened(code, people.reviewer)
    client.force_login(clerk)
    content = client.get("/units/14/workbook/?period=2025").content
    content = table_filled(content, "03703", **{WATER: "85,2 %"})
    content = table_filled(content, "03688", **{WATER: 1500, f"{WATER}:d": 4000})
    job = upload(client, "/units/14/import/?period=2025", content)
    assert job.counts["new"] == 2
    assert job.rows.get(key__startswith="Xã Quỳnh Nhai · 17.1 ", verdict="new").new == SHOWN
    assert apply(client, job).state == ImportState.APPLIED

    for question in ({"period": period("2025", state=PeriodState.CLOSED)}, {"at": END_2025}):
        row = total(**question)
        assert (row.value, row.numerator, row.denominator) == ("37.50", "1500", "4000")
        assert (row.reported_units, row.expected_units) == (1, 67)
        own = total(unit=unit("03703", END_2025), **question)
        assert (own.value, own.reported_units, own.expected_units) == (None, 0, 1)

    again = upload(client, "/units/14/import/?period=2025", content)
    assert set(again.counts) == {"unchanged"}


def test_an_older_pair_does_not_speak_for_a_year_known_by_percent(alone: Report, people: People) -> None:
    before = make_report("03703", "2025-H1")
    clerk = make_member("clerk", unit("14"), "cadre")
    record_batches(
        batches=[(before, [Item(WATER, 10, 100)])], by=clerk, through=Through.IMPORT, today=before.due_on
    )

    assert total(at=END_2025).value is None


# -- Where it is shown ----------------------------------------------------------------------------------


def test_every_page_that_shows_it_says_so(client: Client, alone: Report, people: People) -> None:
    client.force_login(people.cadre)
    form = reverse("report", args=[alone.pk])
    pages = [form, f"/reports/{alone.pk}/print/", reverse("figure_history", args=[alone.pk, WATER])]
    client.force_login(people.reviewer)
    pages += [
        reverse("report_review", args=[alone.pk]),
        "/units/14/criteria/17/?period=2025&state=entered",
        f"/units/14/indicators/{WATER}/?period=2025&state=entered",
    ]
    for page in pages:
        assert SHOWN in text_of(client.get(page, follow=True)), page
    client.force_login(people.cadre)
    for page in pages[:3]:
        assert SHOWN in text_of(client.get(page)), page


def test_what_a_commune_lacks_is_said_of_a_percentage_too(
    client: Client, alone: Report, people: People
) -> None:
    imported(alone, people.cadre, Item(WATER, percentage=2992, version=1))
    client.force_login(people.reviewer)

    said = text_of(client.get("/units/03703/?period=2025&state=entered"))
    assert "29,92% (chỉ có tỷ lệ)" in said
    assert "thiếu 0,08 điểm %" in said


def test_the_papers_table_and_the_frozen_version_carry_it(alone: Report, people: People) -> None:
    line = next(one for one in live_sheet(alone).lines if one.number == "17.1")
    assert (line.numerator.text, line.denominator.text, line.result.text) == ("—", "—", SHOWN)
    assert line.verdict_kind == "met"
    assert any("không vào tổng của tỉnh" in note for note in live_sheet(alone).notes)

    was = printed_report(alone)
    imported(alone, people.cadre, Item(WATER, percentage=2000, version=1))
    (row,) = [one for one in compare(was, printed_report(alone)).rows if one.what == "số liệu"]
    assert (row.old, row.new) == (SHOWN, "20,00% (chỉ có tỷ lệ)")


def test_the_official_workbook_has_it_as_words(cadre: Client, alone: Report) -> None:
    response = cadre.get(f"/reports/{alone.pk}/print.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]

    assert SHOWN in cells
    assert 0.852 not in cells


def test_the_next_year_is_compared_with_it_and_does_not_keep_it(
    cadre: Client, alone: Report, people: People
) -> None:
    now = make_report("03703", "2026")
    indicator = Observation.objects.get(report=alone).indicator
    last = previous_figures(now.unit_id, [indicator], now.period.ends_on)[indicator.pk]
    assert last.figure.percentage is not None

    html = cadre.get(reverse("report", args=[now.pk])).content.decode()
    assert f"Kỳ trước {SHOWN}" in html
    assert 'name="keep" value="ntm.xa.17.1"' not in html
    warned = record_observations(
        report=now, items=[Item(WATER, 1000, 6504)], by=people.cadre, through=Through.FORM, today=TODAY
    ).warnings
    assert "Thay đổi nhiều" in warned[WATER][0]


def test_a_note_in_the_form_leaves_the_percentage(cadre: Client, alone: Report) -> None:
    here = reverse("report", args=[alone.pk])
    fields = dict(
        re.findall(
            r'name="(ntm\.xa\.17\.1:(?:v|was|alone|d))" value="([^"]*)"', cadre.get(here).content.decode()
        )
    )
    assert fields[f"{WATER}:alone"] == "8520"
    cadre.post(
        here, {WATER: "", **fields, f"{WATER}:note": "theo báo cáo tổng kết", f"{WATER}:reason": "bổ sung"}
    )
    held = figure(alone, WATER)

    assert (held.percentage, held.note, held.version) == (8520, "theo báo cáo tổng kết", 2)


def test_a_change_of_it_is_among_the_late_ones(client: Client, alone: Report, people: People) -> None:
    imported(alone, people.cadre, Item(WATER, percentage=2000, version=1))
    client.force_login(people.reviewer)

    said = text_of(client.get(reverse("late_changes")))
    assert SHOWN in said
    assert "20,00% (chỉ có tỷ lệ)" in said


def test_half_known_parts_decide_and_have_no_sum(report: Report, people: People) -> None:
    """12.1: men as a pair, women as a percentage; each decides for itself, the sum is not known."""
    imported(report, people.cadre, Item(MALE, 680, 1000), Item(FEMALE, percentage=5400))
    assert not report.observations.filter(indicator__code="ntm.xa.12.1", value__isnull=False).exists()
    row = next(
        row for part in printed_report(report)["sections"] for row in part["rows"] if row["number"] == "12.1"
    )
    assert row["verdict"] == 0
