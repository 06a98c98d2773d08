"""A report goes out, comes back with comments, is sent again and confirmed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from programs.actions import (
    Item,
    accept_report,
    open_reports,
    return_report,
    set_period_state,
    submit_report,
)
from programs.models import (
    Assessment,
    CriterionAssessment,
    FigureState,
    ObservationChange,
    PeriodState,
    Report,
    ReportState,
    ReviewVerdict,
)
from tests.support import TODAY, figure, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
MORNING = datetime(2026, 11, 24, 8, 12, tzinfo=UTC)
PLAN = [Item("ntm.xa.1.1", 1), Item("ntm.xa.1.2", 1)]


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report(people):
    made = make_report("03703", "2026")
    record(made, people.cadre, [*PLAN, Item(WATER, 2011, 6504)])
    return made


@pytest.fixture
def sent(people, report):
    return submit_report(
        report=report, by=people.cadre, today=TODAY, reason="Chờ số liệu của trạm y tế", at=MORNING
    )


def test_sending_makes_the_figures_count_as_submitted(sent, people):
    assert (sent.state, sent.sent_by, sent.first_sent_at is not None) == (
        ReportState.SENT,
        people.cadre,
        True,
    )
    assert sent.is_on_time
    assert figure(sent, WATER).state == FigureState.SUBMITTED
    plan = CriterionAssessment.objects.get(unit=sent.unit, period=sent.period, criterion__number=1)
    assert plan.state == FigureState.SUBMITTED
    assert sent.events.get().to_state == ReportState.SENT


def test_an_incomplete_report_is_sent_only_with_a_reason_and_keeps_its_gaps(report, people):
    with pytest.raises(ValidationError) as error:
        submit_report(report=report, by=people.cadre, today=TODAY)
    assert error.value.code == "incomplete"
    assert "54 chỉ tiêu" in error.value.message

    sent = submit_report(report=report, by=people.cadre, today=TODAY, reason="chưa có số")
    assert sent.incomplete_reason == "chưa có số"
    assert sent.observations.holding().count() == 3


def test_an_empty_report_is_not_sent(people):
    with pytest.raises(ValidationError) as error:
        submit_report(report=make_report("03703", "2026"), by=people.cadre, today=TODAY, reason="vội")
    assert error.value.code == "empty"


def test_only_the_communes_cadre_sends(report, people):
    for person in (people.neighbour, people.official, people.reviewer, people.deactivated):
        with pytest.raises(PermissionDenied):
            submit_report(report=report, by=person, today=TODAY, reason="x")


def test_a_return_names_criteria_and_takes_back_only_their_figures(sent, people):
    returned = return_report(
        report=sent, by=people.reviewer, today=TODAY, comments={17: "17.1 tăng nhiều, đề nghị kèm minh chứng"}
    )
    assert returned.state == ReportState.RETURNED
    review = returned.reviews.get()
    assert (review.criterion.number, review.verdict, review.by) == (
        17,
        ReviewVerdict.RETURNED,
        people.reviewer,
    )
    assert figure(sent, WATER).state == FigureState.ENTERED
    assert figure(sent, "ntm.xa.1.1").state == FigureState.SUBMITTED
    assert Assessment.objects.get(unit=sent.unit, period=sent.period).state == FigureState.ENTERED

    record(returned, people.cadre, [Item(WATER, 1900, 6504, version=1)])
    again = submit_report(report=returned, by=people.cadre, today=TODAY, reason="đã sửa 17.1")
    assert again.state == ReportState.SENT
    assert not again.reviews.filter(verdict=ReviewVerdict.RETURNED).exists()
    assert again.first_sent_at == sent.first_sent_at


def test_a_return_without_a_word_is_refused(sent, people):
    with pytest.raises(ValidationError, match="Ghi ý kiến"):
        return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "  "})
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT


def test_a_return_of_an_unknown_criterion_is_refused(sent, people):
    with pytest.raises(ValidationError, match="99"):
        return_report(report=sent, by=people.reviewer, today=TODAY, comments={99: "?"})


def test_confirming_some_criteria_confirms_the_report_when_all_are(sent, people):
    accept_report(report=sent, by=people.reviewer, today=TODAY, criteria=[1])
    sent.refresh_from_db()
    assert sent.state == ReportState.SENT
    assert figure(sent, "ntm.xa.1.1").state == FigureState.ACCEPTED
    assert figure(sent, WATER).state == FigureState.SUBMITTED

    accept_report(report=sent, by=people.reviewer, today=TODAY, criteria=range(2, 20))
    sent.refresh_from_db()
    assert sent.state == ReportState.ACCEPTED
    assert figure(sent, WATER).state == FigureState.ACCEPTED


def test_confirming_the_whole_report(sent, people):
    accepted = accept_report(report=sent, by=people.reviewer, today=TODAY)
    assert accepted.state == ReportState.ACCEPTED
    assert set(accepted.reviews.values_list("verdict", flat=True)) == {ReviewVerdict.ACCEPTED}
    assert Assessment.objects.get(unit=sent.unit, period=sent.period).state == FigureState.ACCEPTED


def test_a_confirmed_criterion_stays_confirmed_through_a_return_unless_its_figures_change(sent, people):
    accept_report(report=sent, by=people.reviewer, today=TODAY, criteria=[1, 2])
    returned = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "kiểm tra lại"})
    record(returned, people.cadre, [Item(WATER, 1900, 6504, version=1)])
    again = submit_report(report=returned, by=people.cadre, today=TODAY, reason="đã sửa")
    assert figure(again, "ntm.xa.1.1").state == FigureState.ACCEPTED
    assert set(again.reviews.values_list("criterion__number", flat=True)) == {1, 2}

    once_more = return_report(report=again, by=people.reviewer, today=TODAY, comments={17: "vẫn chưa rõ"})
    unsaid = Item("ntm.xa.1.1", 0, version=1)
    with pytest.raises(ValidationError, match="đã được xác nhận"):
        record(once_more, people.cadre, [unsaid])
    record(once_more, people.cadre, [replace(unsaid, reason_kind="typing", reason="nhập nhầm cột")])
    change = ObservationChange.objects.get(indicator__code="ntm.xa.1.1", version=2)
    assert (change.after, change.reason_kind, change.reason) == ("accepted", "typing", "nhập nhầm cột")
    third = submit_report(report=once_more, by=people.cadre, today=TODAY, reason="đã sửa")
    assert set(third.reviews.values_list("criterion__number", flat=True)) == {2}
    assert figure(third, "ntm.xa.1.1").state == FigureState.SUBMITTED


def test_confirming_twice_is_confirming_once(sent, people):
    accept_report(report=sent, by=people.reviewer, today=TODAY)
    accept_report(report=sent, by=people.reviewer, today=TODAY)
    assert sent.events.filter(to_state=ReportState.ACCEPTED).count() == 1


def test_only_a_reviewer_confirms_or_returns(sent, people):
    for person in (people.cadre, people.neighbour, people.official, people.deactivated):
        with pytest.raises(PermissionDenied):
            accept_report(report=sent, by=person, today=TODAY)
        with pytest.raises(PermissionDenied):
            return_report(report=sent, by=person, today=TODAY, comment="?")


def test_what_was_not_sent_cannot_be_confirmed(report, people):
    with pytest.raises(ValidationError, match="chưa được gửi"):
        accept_report(report=report, by=people.reviewer, today=TODAY)


def test_opening_a_period_makes_the_reports_that_are_owed():
    Report.objects.all().delete()
    assert open_reports(period=period("2025-H1")) == 177
    assert open_reports(period=period("2025-H1")) == 0
    year = open_reports(period=period("2025"))
    assert year == 67 + 75 + 75, "67 xã owe the criteria, all 75 communes base figures and poverty review"


def test_locking_a_period_locks_confirmed_reports_and_unlocking_brings_them_back(sent, people):
    accept_report(report=sent, by=people.reviewer, today=TODAY)
    set_period_state(periods=[sent.period], state=PeriodState.LOCKED)
    sent.refresh_from_db()
    assert (sent.state, sent.period.state) == (ReportState.LOCKED, PeriodState.LOCKED)
    with pytest.raises(ValidationError, match="khóa"):
        return_report(report=sent, by=people.reviewer, today=TODAY, comment="xem lại")

    set_period_state(periods=[sent.period], state=PeriodState.CLOSED)
    sent.refresh_from_db()
    assert sent.state == ReportState.ACCEPTED


def test_a_returned_report_of_a_closed_period_can_be_corrected(sent, people):
    set_period_state(periods=[sent.period], state=PeriodState.CLOSED)
    sent.refresh_from_db()
    returned = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "kiểm tra"})
    record(returned, people.cadre, [Item(WATER, 1950, 6504, version=1)])
    assert figure(returned, WATER).value == 1950
