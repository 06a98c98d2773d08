"""A figure's history: who, when, through what, from what to what; and what it was in other periods."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from programs.actions import Item, record_observations, return_report, submit_report
from programs.models import Through
from programs.queries.history import Save, figure_history
from tests.support import TODAY, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
DAYS = [datetime(2026, 11, day, 1, 12, tzinfo=UTC) for day in (20, 21, 22, 23)]


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    monkeypatch.setattr("programs.views.history.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report(people):
    """Typed, sent, returned, corrected through the API."""
    made = make_report("03703", "2026")
    record_observations(
        report=made,
        items=[Item(WATER, 2011, 6504)],
        by=people.cadre,
        through=Through.FORM,
        today=TODAY,
        at=DAYS[0],
    )
    submit_report(report=made, by=people.cadre, today=TODAY, reason="x", at=DAYS[1])
    made.refresh_from_db()
    return_report(
        report=made, by=people.reviewer, today=TODAY, comments={17: "giếng khoan chưa kiểm định"}, at=DAYS[2]
    )
    made.refresh_from_db()
    record_observations(
        report=made,
        items=[Item(WATER, 1900, 6504, version=1, note="bỏ giếng chưa kiểm định", reason="theo góp ý")],
        by=people.cadre,
        through=Through.API,
        today=TODAY,
        at=DAYS[3],
    )
    return made


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def history(report, code, reader):
    return figure_history(report, code, reader=reader, today=TODAY)


def test_each_change_says_who_when_through_what_from_what_to_what(people, client, report):
    client.force_login(people.reviewer)

    said = text_of(client.get(reverse("figure_history", args=[report.pk, WATER])))

    assert "30,92% (2.011/6.504 hộ) → thành 29,21% (1.900/6.504 hộ) lần 2" in said
    assert "23/11/2026 08:12, cadre · qua API" in said
    assert "bỏ giếng chưa kiểm định" in said
    assert "theo góp ý" in said


def test_what_happened_to_the_report_stands_between_the_changes(people, report):
    entries = history(report, WATER, people.reviewer).entries

    assert [isinstance(entry, Save) for entry in entries] == [True, False, False, True]
    assert [entry.words for entry in entries[1:3]] == ["Trả lại để chỉnh sửa", "Gửi báo cáo"]
    assert "giếng khoan" in entries[1].comment


def test_men_and_women_and_what_they_add_up_to_are_one_entry(people):
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item("ntm.xa.12.1.male", 680, 1000), Item("ntm.xa.12.1.female", 540, 1000)])

    whole = history(report, "ntm.xa.12.1", people.cadre)
    part = history(report, "ntm.xa.12.1.female", people.cadre)

    (save,) = whole.entries
    assert [(one.name, one.new.main) for one in save.changes] == [
        ("", "61,00%"),
        ("Nam", "68,00%"),
        ("Nữ", "54,00%"),
    ]
    assert part.row == whole.row


def test_a_figure_that_was_cleared_or_does_not_apply_is_told_as_such(people):
    report = make_report("03703", "2026")
    craft = "ntm.xa.13.4"
    record(report, people.cadre, [Item(craft, 1)])
    record(report, people.cadre, [Item(craft, not_applicable=True, note="không có làng nghề", version=1)])
    record(report, people.cadre, [Item(craft, version=2, note="")])

    entries = history(report, craft, people.cadre).entries

    steps = [(save.changes[0].old.main, save.changes[0].new.main) for save in entries]
    assert sorted(steps) == sorted([("không áp dụng", "—"), ("Có", "không áp dụng"), ("—", "Có")])


def test_the_series_judges_each_period_by_its_own_bar(people):
    income = "ntm.xa.10.1"
    for code in ("2025", "2026-H1"):
        record(make_report("03703", code), people.cadre, [Item(income, 44_000_000)])
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item(income, 46_500_000)])

    own, *_before = history(report, income, people.reviewer).series

    assert [(row.period.code, row.own.main, row.lacks) for row in own.rows] == [
        ("2026", "46,5 triệu đồng/người/năm", []),
        ("2026-H1", "44 triệu đồng/người/năm", ["thiếu 1 triệu đồng/người/năm"]),
        ("2025", "44 triệu đồng/người/năm", ["thiếu 1 triệu đồng/người/năm"]),
    ]
    assert [row.provisional for row in own.rows] == [True, True, False]
    assert own.rows[0].is_this


def test_the_predecessors_figures_are_named_by_unit(people, client):
    former = make_report("03703", "2024")
    record(former, people.predecessor, [Item(WATER, 900, 2000)], today=date(2024, 12, 1))
    report = make_report("03703", "2026")
    client.force_login(people.cadre)

    answer = client.get(reverse("figure_history", args=[report.pk, WATER]))

    assert "45,00%" in text_of(answer)
    assert "đơn vị cũ" in text_of(answer)
    assert "Chưa ai nhập số này." in text_of(answer)


@pytest.mark.parametrize(
    ("name", "status"), [("reviewer", 200), ("official", 200), ("cadre", 200), ("neighbour", 404)]
)
def test_who_reads_it(people, client, report, name, status):
    client.force_login(getattr(people, name))

    assert client.get(reverse("figure_history", args=[report.pk, WATER])).status_code == status


@pytest.mark.parametrize("code", ["ntm.xa.99.9", "base.population", "x"])
def test_a_code_that_the_form_does_not_have_is_not_found(people, client, report, code):
    client.force_login(people.reviewer)

    assert client.get(reverse("figure_history", args=[report.pk, code])).status_code == 404


def test_an_unknown_word_in_the_address_is_refused(people, client, report):
    client.force_login(people.reviewer)

    answer = client.get(reverse("figure_history", args=[report.pk, WATER]), {"version": "1"})

    assert answer.status_code == 400
    assert "version" in answer.content.decode()


def test_the_page_costs_the_same_for_many_periods(people, client, report, django_assert_max_num_queries):
    for code in ("2025", "2026-H1"):
        record(make_report("03703", code), people.cadre, [Item(WATER, 1000, 6504)])
    period("2026")
    client.force_login(people.reviewer)

    with django_assert_max_num_queries(14) as asked:
        client.get(reverse("figure_history", args=[report.pk, WATER]))
    assert len(asked) > 5
