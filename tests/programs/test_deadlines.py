"""When a report is due: working days, more time for one commune, the last report of a commune that ended."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from programs.actions import Item, answer_extension, ask_extension, move_deadlines, submit_report
from programs.models import (
    Extension,
    ExtensionState,
    Holiday,
    Period,
    PeriodState,
    Reopening,
    Report,
    ReportState,
)
from programs.queries.deadlines import deadline_for, deadlines_for, due_expression, unsent_words
from tests.support import TODAY, People, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 15)
LATER = date(2026, 12, 20)
WATER = "ntm.xa.17.1"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report() -> Report:
    return make_report()


def refused(call) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        call()
    return caught.value


class TestWorkingDays:
    def test_a_deadline_on_a_holiday_moves_over_the_weekend(self) -> None:
        one = Period.objects.create(
            code="2027-01",
            name="Tháng 1/2027",
            kind="month",
            starts_on=date(2027, 1, 1),
            ends_on=date(2027, 1, 31),
            opens_on=date(2027, 1, 25),
            deadline=date(2027, 2, 5),
        )
        # The days off of Tết begin on Friday the 5th and end on Tuesday the 9th.
        assert one.due_on == date(2027, 2, 10)
        one.deadline = date(2027, 2, 4)
        one.save(update_fields=["deadline"])
        assert Period.objects.get(pk=one.pk).due_on == date(2027, 2, 4)

    def test_the_real_deadlines_are_on_working_days(self) -> None:
        for one in Period.objects.all():
            assert one.due_on.weekday() < 5
            assert not Holiday.objects.filter(day=one.due_on).exists()

    def test_a_new_holiday_moves_what_falls_on_it(self, report: Report) -> None:
        Holiday.objects.create(day=DUE, name="Nghỉ đột xuất")
        assert move_deadlines() == 1
        assert Report.objects.get(pk=report.pk).due_on == date(2026, 12, 16)
        assert move_deadlines() == 0

    def test_what_an_administrator_struck_out_does_not_come_back(self) -> None:
        Holiday.objects.filter(day=date(2026, 2, 18)).delete()
        call_command("load_programmes", verbosity=0)
        assert not Holiday.objects.filter(day=date(2026, 2, 18)).exists()

    def test_days_from_memory_say_so(self) -> None:
        assert Holiday.objects.get(day=date(2026, 9, 2)).name == "Quốc khánh"
        assert "chưa đối chiếu" in Holiday.objects.get(day=date(2026, 2, 17)).name
        assert {day.year for day in Holiday.objects.values_list("day", flat=True)} == {2025, 2026, 2027}


class TestAskingForTime:
    def ask(self, report: Report, by, until: date = LATER, reason: str = "Mưa lũ", today: date = TODAY):
        return ask_extension(report=report, by=by, today=today, until=until, reason=reason)

    def test_time_that_is_granted_becomes_the_reports_own_deadline(
        self, people: People, report: Report
    ) -> None:
        asked = self.ask(report, people.cadre)
        assert (asked.state, asked.asked_by) == (ExtensionState.ASKED, people.cadre)
        assert Report.objects.get(pk=report.pk).due_on == DUE, "asking is not getting"

        answer_extension(extension=asked, by=people.reviewer, today=TODAY, grant=True)
        report.refresh_from_db()
        assert report.due_on == LATER
        assert make_report("03688").due_on == DUE, "a neighbour has no more time"
        assert Report.objects.annotate(due=due_expression()).get(pk=report.pk).due == LATER

    def test_on_time_is_by_the_own_deadline(self, people: People, report: Report) -> None:
        report.first_sent_at = timezone.make_aware(datetime.combine(LATER, time(23, 59)))
        assert not report.is_on_time
        report.extended_until = LATER
        assert report.is_on_time
        report.first_sent_at += timedelta(minutes=1)
        assert not report.is_on_time

    def test_an_hour_counts_on_the_day_itself(self, report: Report) -> None:
        report.period.deadline_time = time(16)
        report.first_sent_at = timezone.make_aware(datetime.combine(DUE, time(16)))
        assert report.is_on_time
        report.first_sent_at += timedelta(minutes=1)
        assert not report.is_on_time

    def test_a_refusal_says_why_and_changes_nothing(self, people: People, report: Report) -> None:
        asked = self.ask(report, people.cadre)

        def silent():
            answer_extension(extension=asked, by=people.reviewer, today=TODAY, grant=False, answer=" ")

        assert refused(silent).code == "answer"
        answer_extension(
            extension=asked, by=people.reviewer, today=TODAY, grant=False, answer="Tỉnh phải báo cáo 16/12"
        )
        assert Report.objects.get(pk=report.pk).due_on == DUE
        shown = deadlines_for([report], TODAY)[report.pk]
        assert shown.asked_words == "tỉnh không đồng ý gia hạn đến 20/12: Tỉnh phải báo cáo 16/12"

    def test_one_request_at_a_time(self, people: People, report: Report) -> None:
        asked = self.ask(report, people.cadre)
        assert refused(lambda: self.ask(report, people.cadre)).code == "open"
        answer_extension(extension=asked, by=people.reviewer, today=TODAY, grant=False, answer="Không")
        self.ask(report, people.cadre)
        assert Extension.objects.count() == 2

    def test_two_reviewers_answer_and_the_first_wins(self, people: People, report: Report) -> None:
        asked = self.ask(report, people.cadre)
        answer_extension(extension=asked, by=people.reviewer, today=TODAY, grant=True)
        late = refused(
            lambda: answer_extension(
                extension=asked, by=people.reviewer, today=TODAY, grant=False, answer="x"
            )
        )
        assert late.code == "answered"
        assert Report.objects.get(pk=report.pk).due_on == LATER

    @pytest.mark.parametrize(
        ("until", "reason", "field"),
        [
            (DUE, "Mưa lũ", "until"),
            (date(2026, 12, 1), "Mưa lũ", "until"),
            (date(2027, 12, 1), "Mưa lũ", "until"),
            (LATER, "  ", "reason"),
            (LATER, "x" * 501, "reason"),
        ],
    )
    def test_a_day_and_a_reason_that_do_not_do(
        self, people: People, report: Report, until: date, reason: str, field: str
    ) -> None:
        assert list(refused(lambda: self.ask(report, people.cadre, until, reason)).error_dict) == [field]

    def test_after_the_deadline_from_today_on(self, people: People, report: Report) -> None:
        today = DUE + timedelta(days=5)
        assert "until" in refused(lambda: self.ask(report, people.cadre, DUE, today=today)).error_dict
        assert self.ask(report, people.cadre, today, today=today).until == today

    def test_what_was_sent_or_locked_needs_no_time(self, people: People, report: Report) -> None:
        record(report, people.cadre, [Item(WATER, 30, 100)])
        submit_report(report=report, by=people.cadre, today=TODAY, reason="Còn thiếu")
        assert refused(lambda: self.ask(report, people.cadre)).code == "frozen"
        other = make_report("03688")
        period("2026", state=PeriodState.LOCKED)
        assert refused(lambda: self.ask(other, people.neighbour)).code == "frozen"

    def test_only_the_communes_cadres_ask_and_only_reviewers_answer(
        self, people: People, report: Report
    ) -> None:
        for stranger in (people.neighbour, people.reviewer, people.official, people.deactivated):
            with pytest.raises(PermissionDenied):
                self.ask(report, stranger)
        asked = self.ask(report, people.cadre)
        for stranger in (people.cadre, people.neighbour, people.official):
            with pytest.raises(PermissionDenied):
                answer_extension(extension=asked, by=stranger, today=TODAY, grant=True)

    def test_more_time_holds_after_the_period_is_closed(self, people: People, report: Report) -> None:
        asked = self.ask(report, people.cadre)
        answer_extension(extension=asked, by=people.reviewer, today=TODAY, grant=True)
        report.refresh_from_db()
        report.period = period("2026", state=PeriodState.CLOSED)
        assert report.accepts_writing(LATER)
        assert not report.accepts_writing(LATER + timedelta(days=1))


class TestTheLastReportOfACommuneThatEnded:
    """Chiềng Ơn ended on 2025-07-01; its report of the first half of 2025 was due on 15/7/2025."""

    @pytest.fixture
    def last(self) -> Report:
        report = make_report("03688", "2025-H1")
        assert report.unit.valid_to == date(2025, 7, 1)
        return report

    def test_successors_finish_it_until_it_is_due(self, people: People, last: Report) -> None:
        assert last.due_on == date(2025, 7, 15)
        assert last.accepts_writing(date(2025, 7, 15))
        assert not last.accepts_writing(date(2025, 7, 16)), "an open period alone is not enough"
        record(last, people.neighbour, [Item(WATER, 30, 100)], today=date(2025, 7, 15))
        frozen = refused(
            lambda: record(last, people.neighbour, [Item(WATER, 31, 100, version=1)], today=TODAY)
        )
        assert frozen.code == "frozen"
        assert "đã kết thúc" in frozen.messages[0]

    def test_then_only_by_exception(self, people: People, last: Report) -> None:
        Reopening.objects.create(
            form=last.form,
            period=last.period,
            unit=last.unit,
            until=TODAY,
            reason="Thiếu",
            by=people.reviewer,
        )
        assert last.accepts_writing(TODAY)
        assert not last.accepts_writing(TODAY + timedelta(days=1))

    def test_or_when_the_province_itself_sends_it_back(self, last: Report) -> None:
        last.state = ReportState.RETURNED
        assert last.accepts_writing(TODAY)

    def test_a_commune_that_lives_may_be_late(self) -> None:
        assert make_report().accepts_writing(DUE + timedelta(days=10))


class TestWords:
    @pytest.mark.parametrize(
        ("today", "words"),
        [
            (date(2026, 11, 24), "hạn 15/12, còn 21 ngày"),
            (date(2026, 12, 15), "hạn hôm nay, 15/12"),
            (date(2026, 12, 18), "quá hạn 3 ngày"),
        ],
    )
    def test_of_a_deadline(self, report: Report, today: date, words: str) -> None:
        assert deadline_for(report, today).words == words

    def test_of_more_time(self, report: Report) -> None:
        report.extended_until = LATER
        assert deadline_for(report, date(2026, 12, 18)).words == "gia hạn đến 20/12, còn 2 ngày"

    def test_to_paste_into_a_message_group(self) -> None:
        names = [unit(code).name for code in ("03703", "03688")]
        text = unsent_words(names, DUE, "báo cáo nông thôn mới năm 2026")
        assert text == (
            "Còn 2 xã chưa gửi báo cáo nông thôn mới năm 2026: Xã Quỳnh Nhai, Xã Mường Chiên. Hạn 15/12/2026."
        )
        again = unsent_words([], DUE, "báo cáo", ["Co Mạ"])
        assert again == "1 xã cần chỉnh sửa và gửi lại: Co Mạ. Hạn 15/12/2026."
        assert unsent_words([], DUE, "báo cáo") == ""
