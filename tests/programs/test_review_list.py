"""The list of reports: a person's scope, filters, states, what comes first."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communes.models import Level, Unit
from programs.actions import Item, open_reports, submit_report
from tests.support import TODAY, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATE = datetime(2026, 12, 18, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    monkeypatch.setattr("programs.views.review.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def year():
    opened = period("2026")
    open_reports(period=opened)
    return opened


@pytest.fixture
def sent(people, year):
    """Quỳnh Nhai in time, Mường Chiên three days late."""
    ours, theirs = make_report("03703", "2026"), make_report("03688", "2026")
    record(ours, people.cadre, [Item("ntm.xa.1.1", 1)])
    record(theirs, people.neighbour, [Item("ntm.xa.1.1", 1)])
    submit_report(report=ours, by=people.cadre, today=TODAY, reason="x", at=EARLY)
    submit_report(report=theirs, by=people.neighbour, today=TODAY, reason="x", at=LATE)
    return ours, theirs


def names(answer) -> list[str]:
    return [row.report.unit.name for row in answer.context["listed"].rows]


def listed(client, **words):
    answer = client.get(reverse("reports"), words)
    assert answer.status_code == 200
    return answer


def test_a_reviewer_sees_the_province_with_a_count_for_each_state(people, client, sent):
    client.force_login(people.reviewer)

    answer = listed(client, form="ntm.xa")

    words = {pill["word"]: pill["count"] for pill in answer.context["listed"].states}
    assert {str(word): count for word, count in words.items()} == {
        "Tất cả": 67,
        "đang nhập": 65,
        "đã gửi": 2,
    }
    assert len(names(answer)) == 30
    assert "Trang sau" in answer.content.decode()


def test_the_last_opened_period_comes_first_and_all_are_one_word_away(people, client, sent):
    make_report("03703", "2026-H1")
    client.force_login(people.cadre)

    assert {row.report.period.code for row in listed(client).context["listed"].rows} == {"2026"}
    # The houses of November are a report too.
    assert {row.report.period.code for row in listed(client, period="all").context["listed"].rows} == {
        "2026",
        "2026-11",
        "2026-H1",
    }


def test_a_form_comes_with_the_last_period_in_which_it_is_asked_for(people, client, sent):
    client.force_login(people.reviewer)

    rows = listed(client, form="housing").context["listed"].rows

    assert {row.report.period.code for row in rows} == {"2026-11"}


@pytest.mark.parametrize("typed", ["quynh nhai", "QUỲNH", "Quỳnh"])
def test_a_unit_is_found_however_it_is_typed(people, client, sent, typed):
    client.force_login(people.reviewer)

    assert names(listed(client, q=typed, form="ntm.xa")) == ["Xã Quỳnh Nhai"]


def test_a_state_narrows_and_keeps_its_counts(people, client, sent):
    client.force_login(people.reviewer)

    answer = listed(client, state="sent", form="ntm.xa")

    assert names(answer) == ["Xã Mường Chiên", "Xã Quỳnh Nhai"]
    assert answer.context["listed"].total == 67


def test_what_is_late_can_come_first(people, client, sent):
    client.force_login(people.reviewer)

    answer = listed(client, state="sent", order="late", form="ntm.xa")

    assert names(answer) == ["Xã Mường Chiên", "Xã Quỳnh Nhai"]
    assert "muộn 3 ngày" in answer.content.decode()


def test_a_cadre_sees_the_own_commune_and_is_led_to_the_form(people, client, sent):
    client.force_login(people.cadre)

    answer = listed(client, form="ntm.xa")

    assert names(answer) == ["Xã Quỳnh Nhai"]
    assert f'href="{reverse("report", args=[sent[0].pk])}"' in answer.content.decode()


def test_a_reviewer_is_led_to_the_review(people, client, sent):
    client.force_login(people.reviewer)

    page = listed(client, q="quynh nhai", form="ntm.xa").content.decode()

    assert f'href="{reverse("report_review", args=[sent[0].pk])}"' in page


def test_nothing_to_show_says_what_to_do(people, client, year):
    client.force_login(people.reviewer)

    page = listed(client, q="không có xã này").content.decode()

    assert "Không có báo cáo nào như vậy." in page


@pytest.mark.parametrize(
    "query",
    ["sate=sent", "state=lost", "period=1999", "form=x", "order=colour", "page=0x1", "unit__code=03703"],
)
def test_a_misspelt_filter_is_refused_by_name_and_shows_nothing(people, client, year, query):
    client.force_login(people.reviewer)

    answer = client.get(reverse("reports") + "?" + query)

    assert answer.status_code == 400
    assert query.split("=")[0] in answer.content.decode()
    assert "Quỳnh Nhai" not in answer.content.decode()


def test_one_row_costs_as_many_questions_as_thirty(people, client, year):
    client.force_login(people.reviewer)
    one = list(Unit.objects.in_force(TODAY).filter(level=Level.COMMUNE, name="Xã Quỳnh Nhai"))
    assert len(one) == 1

    def asked(**words) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = listed(client, **words)
        asked.rows = len(names(answer))
        return len(queries)

    few = asked(q="quynh nhai", form="ntm.xa")
    assert asked.rows == 1
    many = asked(form="ntm.xa")
    assert asked.rows == 30
    assert few == many <= 18
