"""How late a report is: in hours and minutes where its deadline has an hour, in days otherwise."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from programs.models import Period, Report
from programs.queries.deadlines import deadline_for, late_words, span_words, unsent_words
from programs.queries.report_list import report_list
from programs.rules.lateness import lateness
from sonla.dashboards.queries.reports import reports_page
from tests.dashboards.conftest import ask
from tests.support import TODAY, People, make_people, make_report, period

DUE, FOUR = date(2026, 11, 24), time(16, 0)


@pytest.mark.parametrize(
    ("hour", "day", "clock", "expected"),
    [
        (None, DUE, time(23, 59), timedelta()),
        (None, date(2026, 11, 26), time(0, 1), timedelta(days=2)),
        (FOUR, DUE, time(16, 0), timedelta()),
        (FOUR, DUE, time(19, 20), timedelta(hours=3, minutes=20)),
        (FOUR, date(2026, 11, 23), time(23, 0), timedelta()),
        (FOUR, date(2026, 11, 25), time(17, 0), timedelta(days=1, hours=1)),
        (FOUR, date(2026, 11, 25), None, timedelta(days=1)),
    ],
)
def test_late_is_measured_from_the_hour_else_from_the_days_end(
    hour: time | None, day: date, clock: time | None, expected: timedelta
) -> None:
    assert lateness(DUE, hour, day, clock) == expected


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), ""),
        (timedelta(seconds=5), "1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(hours=3, minutes=20), "3 giờ"),
        (timedelta(days=1, hours=23), "1 ngày"),
        (timedelta(days=3), "3 ngày"),
    ],
)
def test_a_span_is_said_in_the_unit_that_it_fills(span: timedelta, words: str) -> None:
    assert span_words(span) == words


@pytest.fixture
def people(db: None) -> People:
    return make_people()


@pytest.fixture
def due_at_four(people: People) -> Report:
    """A report of a period that is due today at four o'clock."""
    when = period("2026")
    Period.objects.filter(pk=when.pk).update(deadline=TODAY, moved_to=None, deadline_time=FOUR)
    report = make_report()
    report.period.refresh_from_db()
    return report


def sent(report: Report, day: date, clock: time) -> Report:
    report.first_sent_at = timezone.make_aware(datetime.combine(day, clock))
    report.sent_at, report.state = report.first_sent_at, "sent"
    report.save()
    return report


def test_who_has_not_sent_is_hours_over(due_at_four: Report) -> None:
    assert late_words(due_at_four, TODAY, time(15, 0)) == ""
    assert late_words(due_at_four, TODAY, time(19, 5)) == "3 giờ"
    assert deadline_for(due_at_four, TODAY, clock=time(15, 0)).words == "hạn 16:00 hôm nay"
    assert deadline_for(due_at_four, TODAY, clock=time(19, 5)).words == "quá hạn 3 giờ"


def test_who_was_given_more_time_has_the_whole_day(due_at_four: Report) -> None:
    due_at_four.extended_until = TODAY + timedelta(days=1)

    assert late_words(due_at_four, TODAY + timedelta(days=1), time(20, 0)) == ""
    assert late_words(due_at_four, TODAY + timedelta(days=3), time(20, 0)) == "2 ngày"


def test_the_list_of_reports_says_hours_and_puts_the_late_ones_first(
    people: People, due_at_four: Report
) -> None:
    in_time = sent(make_report("03688"), TODAY, time(15, 0))
    late = sent(make_report("03646"), TODAY, time(18, 30))
    Report.objects.exclude(pk__in=[due_at_four.pk, in_time.pk, late.pk]).delete()
    asked = {"order": "late", "period": "2026"}

    listed = report_list(people.official, TODAY, asked, time(19, 5))

    said = {row.report.pk: row.late for row in listed.rows}
    assert said == {due_at_four.pk: "3 giờ", late.pk: "2 giờ", in_time.pk: ""}
    assert [row.report.pk for row in listed.rows] == [due_at_four.pk, late.pk, in_time.pk]
    before = report_list(people.official, TODAY, asked, time(15, 30))
    assert before.rows[0].report == late


def test_the_province_sees_who_is_hours_over(people: People, due_at_four: Report) -> None:
    late = sent(make_report("03688"), TODAY, time(18, 30))

    page = reports_page(ask(people.official, period="2026"), "late", time(19, 5))

    said = {one.row.unit.pk: one.late for one in page.rows}
    assert (said[due_at_four.unit_id], said[late.unit_id]) == ("3 giờ", "2 giờ")
    assert "Hạn 16:00 ngày 24/11/2026, đã quá 3 giờ." in page.message


def test_a_deadline_without_an_hour_counts_days(people: People) -> None:
    report = make_report()
    Period.objects.filter(pk=report.period_id).update(deadline=TODAY - timedelta(days=2), moved_to=None)
    report.period.refresh_from_db()

    assert late_words(report, TODAY, time(9, 0)) == "2 ngày"
    client = Client()
    client.force_login(people.official)
    page = client.get("/reports/", {"period": "2026"}).content.decode()
    assert "chưa gửi, quá hạn" in page


def test_the_text_for_the_message_group_names_the_hour() -> None:
    text = unsent_words(["Co Mạ"], DUE, "báo cáo", hour=FOUR, late="3 giờ")

    assert text == "Còn 1 xã chưa gửi báo cáo: Co Mạ. Hạn 16:00 ngày 24/11/2026, đã quá 3 giờ."
