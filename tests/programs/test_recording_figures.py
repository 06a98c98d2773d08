"""A cadre types figures: what is stored, what is refused and why, and what it says about the commune."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communes.models import Succession
from programs.actions import Item, StaleFigures, submit_report
from programs.models import (
    Assessment,
    CriterionAssessment,
    FigureState,
    ObservationChange,
    PeriodState,
    Requirement,
    Result,
    Through,
)
from tests.support import TODAY, figure, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report():
    return make_report("03703", "2026")


def refused(report, by, *items: Item) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        record(report, by, items)
    return error.value.message_dict


def test_a_figure_is_stored_with_who_and_how(people, report):
    recorded = record(report, people.cadre, [Item(WATER, 2011, 6504)])

    stored = figure(report, WATER)
    assert (stored.value, stored.denominator, stored.version) == (2011, 6504, 1)
    assert (stored.updated_by, stored.through, stored.state) == (
        people.cadre,
        Through.FORM,
        FigureState.ENTERED,
    )
    assert recorded.report.entered == 1
    change = ObservationChange.objects.get(unit=report.unit, indicator__code=WATER)
    assert (change.old_value, change.value, change.denominator, change.by) == (None, 2011, 6504, people.cadre)


def test_each_change_keeps_what_it_was(people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    record(report, people.cadre, [Item(WATER, 2100, 6504, version=1, reason="đếm lại")])

    steps = ObservationChange.objects.filter(unit=report.unit, indicator__code=WATER).order_by("version")
    assert [(s.version, s.old_value, s.value, s.reason) for s in steps] == [
        (1, None, 2011, ""),
        (2, 2011, 2100, "đếm lại"),
    ]
    assert figure(report, WATER).version == 2


def test_sending_the_same_again_changes_nothing(people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    again = record(report, people.cadre, [Item(WATER, 2011, 6504)])

    assert again.changed == []
    assert figure(report, WATER).version == 1


def test_a_stale_figure_shows_both_values_and_loses_neither(people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    with pytest.raises(StaleFigures) as conflict:
        record(report, people.cadre, [Item(WATER, 1900, 6504)])

    ((mine, theirs),) = conflict.value.conflicts
    assert (mine.value, theirs.value, theirs.version) == (1900, 2011, 1)
    assert figure(report, WATER).value == 2011


def test_a_cleared_figure_keeps_its_row_and_counts_as_missing(people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    recorded = record(report, people.cadre, [Item(WATER, version=1)])

    stored = figure(report, WATER)
    assert (stored.value, stored.denominator, stored.version) == (None, None, 2)
    assert recorded.report.entered == 0


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Item("ntm.xa.17.6", 1620, 1584), "Tử số 16,2 lớn hơn mẫu số 15,84"),
        (Item(WATER, 30), "tỷ lệ % do hệ thống tính"),
        (Item(WATER, 0, 0), "Mẫu số"),
        (Item("ntm.xa.17.2", 0, 0), "không áp dụng"),
        (Item(WATER, -1, 100), "âm"),
        (Item("ntm.xa.9.1", -3), "âm"),
        (Item("ntm.xa.1.1", 2), "Có hoặc Không"),
        (Item("ntm.xa.9.1", 3, 10), "không có mẫu số"),
        (Item("ntm.xa.13.4", not_applicable=True), "Ghi lý do không áp dụng"),
        (Item("ntm.xa.1.1", not_applicable=True, note="không có"), "áp dụng cho mọi xã"),
        (Item("ntm.xa.12.1", 610, 1000), "tính từ các thành phần"),
        (Item("ntm.xa.99.9", 1), "không có trong biểu mẫu"),
    ],
)
def test_a_bad_figure_is_refused_in_plain_words(people, report, item, words):
    errors = refused(report, people.cadre, item)
    assert words in " ".join(errors[item.indicator])


def test_every_bad_item_is_named_and_nothing_of_the_batch_is_stored(people, report):
    errors = refused(
        report, people.cadre, Item(WATER, 2011, 6504), Item("ntm.xa.9.1", -3), Item("ntm.xa.4.2", 9, 8)
    )
    assert set(errors) == {"ntm.xa.9.1", "ntm.xa.4.2"}
    assert not report.observations.exists()


def test_another_communes_cadre_may_not_write(people, report):
    with pytest.raises(PermissionDenied):
        record(report, people.neighbour, [Item(WATER, 1, 2)])
    for reader in (people.official, people.reviewer, people.deactivated):
        with pytest.raises(PermissionDenied):
            record(report, reader, [Item(WATER, 1, 2)])
    assert not report.observations.exists()


@pytest.mark.parametrize(("state", "words"), [(PeriodState.LOCKED, "khóa"), (PeriodState.CLOSED, "đóng")])
def test_a_closed_or_locked_period_takes_no_figures(people, report, state, words):
    period("2026", state=state)
    report.refresh_from_db()
    with pytest.raises(ValidationError, match=words):
        record(report, people.cadre, [Item(WATER, 1, 2)])


def test_a_sent_report_takes_no_figures(people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    submit_report(report=report, by=people.cadre, today=TODAY, reason="đang chờ số liệu")
    with pytest.raises(ValidationError, match="đã gửi"):
        record(report, people.cadre, [Item(WATER, 2012, 6504, version=1)])


def test_the_last_report_of_an_ended_unit_is_finished_by_its_successor(people):
    ended = Succession.objects.filter(successor=unit("03703"), predecessor__kind="xa").first().predecessor
    last = make_report(ended.code, "2025-H1")
    assert last.unit == ended
    record(last, people.cadre, [Item(WATER, 200, 400)])
    assert figure(last, WATER).updated_by == people.cadre
    with pytest.raises(PermissionDenied):
        record(last, people.neighbour, [Item(WATER, 300, 400, version=1)])


def test_men_and_women_are_added_up_to_the_whole(people, report):
    """Case 6: 680 of 1,000 men and 540 of 1,000 women: not met because of the women, though 61 % together."""
    record(report, people.cadre, [Item("ntm.xa.12.1.male", 680, 1000)])
    assert not report.observations.filter(indicator__code="ntm.xa.12.1", value__isnull=False).exists()
    recorded = record(report, people.cadre, [Item("ntm.xa.12.1.female", 540, 1000)])

    whole = figure(report, "ntm.xa.12.1")
    assert (whole.value, whole.denominator) == (1220, 2000)
    row = recorded.structure.row_of[whole.indicator_id]
    assert row.judge({pk: one.figure for pk, one in recorded.observations.items()}) == Result.NOT_MET


def test_a_composed_figure_is_what_its_rule_gives(people, report):
    record(report, people.cadre, [Item("ntm.xa.3.2.required_items", 1), Item("ntm.xa.3.2.score", 49)])
    assert figure(report, "ntm.xa.3.2").value == 0
    record(report, people.cadre, [Item("ntm.xa.3.2.score", 50, version=1)])
    assert figure(report, "ntm.xa.3.2").value == 1


def test_not_applicable_leaves_the_criterion_met(people, report):
    """Case 6: 13.1, 13.2, 13.3, 13.5 met and 13.4 not applicable: criterion 13 met, 4/4 that apply."""
    yes = [Item(f"ntm.xa.13.{n}", 1) for n in (1, 2, 3, 5)]
    record(report, people.cadre, yes)
    criterion = CriterionAssessment.objects.get(unit=report.unit, criterion__number=13, period=report.period)
    assert criterion.result == Result.UNKNOWN

    record(report, people.cadre, [Item("ntm.xa.13.4", not_applicable=True, note="Xã không có làng nghề")])
    criterion.refresh_from_db()
    assert (criterion.result, criterion.met, criterion.applicable, criterion.total) == (Result.MET, 4, 4, 5)

    record(report, people.cadre, [Item("ntm.xa.13.3", 0, version=1)])
    criterion.refresh_from_db()
    assert (criterion.result, criterion.met, criterion.applicable) == (Result.NOT_MET, 3, 4)


def test_the_assessment_follows_each_save(people, report):
    record(report, people.cadre, [Item("ntm.xa.1.1", 1), Item("ntm.xa.1.2", 1)])
    assessment = Assessment.objects.get(unit=report.unit, period=report.period)
    assert (assessment.met, assessment.unknown, assessment.result) == (1, 18, Result.UNKNOWN)

    record(report, people.cadre, [Item("ntm.xa.1.2", 0, version=1)])
    assessment.refresh_from_db()
    assert (assessment.met, assessment.not_met, assessment.result) == (0, 1, Result.NOT_MET)


def test_what_rests_on_a_provisional_threshold_says_so(people, report):
    """Income has no threshold of its own in 2026: that of 2025 decides and is marked."""
    record(report, people.cadre, [Item("ntm.xa.10.1", 46_000_000)])
    income = CriterionAssessment.objects.get(unit=report.unit, criterion__number=10, period=report.period)
    assert (income.result, income.provisional) == (Result.MET, True)


def test_a_corrected_threshold_decides_from_the_next_save_on(people, report):
    """The shape of a form is kept in memory: a change of a rule must be seen at once."""
    record(report, people.cadre, [Item("ntm.xa.7.1", 1)])
    trade = CriterionAssessment.objects.get(unit=report.unit, criterion__number=7, period=report.period)
    assert trade.result == Result.MET

    requirement = Requirement.objects.get(indicator__code="ntm.xa.7.1")
    requirement.rule = {"op": "is", "value": False}
    requirement.save()
    record(report, people.cadre, [Item("ntm.xa.7.1", 1, version=1, note="xem lại")])
    trade.refresh_from_db()
    assert trade.result == Result.NOT_MET


def test_two_values_for_one_base_are_asked_about(people, report):
    record(report, people.cadre, [Item("ntm.xa.4.2", 6400, 6504)])
    recorded = record(report, people.cadre, [Item(WATER, 2011, 6540)])
    assert "6.504" in " ".join(recorded.warnings[WATER])


def test_a_jump_over_the_last_period_asks_for_a_note(people):
    before = make_report("03703", "2026-H1")
    record(before, people.cadre, [Item("ntm.xa.10.1", 30_000_000)])
    now = make_report("03703", "2026")
    recorded = record(now, people.cadre, [Item("ntm.xa.10.1", 60_000_000)])
    assert "6 tháng đầu năm 2026" in " ".join(recorded.warnings["ntm.xa.10.1"])

    noted = record(now, people.cadre, [Item("ntm.xa.10.1", 60_000_000, version=1, note="có nhà máy mới")])
    assert noted.warnings == {}


def test_saving_one_value_takes_few_statements(people, report, django_assert_max_num_queries):
    record(report, people.cadre, [Item("ntm.xa.1.1", 1)])
    with django_assert_max_num_queries(14):
        record(report, people.cadre, [Item("ntm.xa.1.1", 0, version=1)])
