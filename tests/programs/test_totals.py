"""Totals over the real province: for a period, at a date, over mergers, and what they rest on."""

from datetime import date

import pytest

from communes.models import Membership, Role, Unit, first_day
from programs.actions import Item, accept_reports, record_batches, submit_reports
from programs.models import FigureState, PeriodState, Recognition, RecognitionLevel, Report, Through
from programs.queries.totals import QuestionError, rollup
from tests.support import TODAY, make_report, make_user, period, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
END_2025 = date(2025, 12, 31)


@pytest.fixture
def clerk():
    """Somebody who enters figures for the whole province, ended communes included."""
    person = make_user("clerk")
    province = unit("14")
    for role in (Role.CADRE, Role.REVIEWER):
        Membership.objects.create(user=person, unit=province, role=role, valid_from=first_day)
    return person


def communes(day: date, kind: str = "xa") -> list[Unit]:
    return list(Unit.objects.in_force(day).filter(level="commune", kind=kind).order_by("code"))


def enter(clerk, period_code: str, figures: dict[Unit, list[Item]], form: str = "ntm.xa") -> list[Report]:
    period(period_code)
    batches = [(make_report(one.code, period_code, form), [*items]) for one, items in figures.items()]
    # The last reports of communes that ended are entered on the day they were due.
    ended = [report.due_on for report, _items in batches if not report.unit.lives_on(TODAY)]
    record_batches(batches=batches, by=clerk, through=Through.IMPORT, today=min(ended, default=TODAY))
    return [report for report, _items in batches]


def only(answer):
    (row,) = answer.rows
    return row


def ask(indicator, code="14", **question):
    day = question["period"].ends_on if question.get("period") else question.get("at") or TODAY
    return rollup(indicator=indicator, unit=unit(code, day), today=TODAY, **question)


@pytest.fixture
def case_8(clerk):
    """64 of 67 xã reported clean water in 2025: 97,640 of 260,500 households; wards do not count."""
    xa = communes(END_2025)
    assert len(xa) == 67
    reporting, silent = xa[:64], xa[64:]
    bases = {one: 4070 for one in reporting[:63]} | {reporting[63]: 260_500 - 63 * 4070}
    piped = {one: 1525 for one in reporting[:63]} | {reporting[63]: 97_640 - 63 * 1525}
    # 21 of them reach 30 %, 43 do not: move households between two halves, the sum stays.
    enter(clerk, "2025", {one: [Item(WATER, piped[one], bases[one])] for one in reporting})
    households = bases | {one: 1500 for one in silent}
    enter(clerk, "2025", {one: [Item("base.households", n)] for one, n in households.items()}, form="base")
    return reporting, silent


def test_a_percentage_is_a_ratio_of_sums_and_says_who_is_missing(case_8):
    row = only(ask(WATER, period=period("2025")))
    assert (row.value, row.numerator, row.denominator) == ("37.48", "97640", "260500")
    assert (row.reported_units, row.expected_units) == (64, 67)


def test_wards_change_nothing_for_a_set_of_communes(case_8):
    assert only(ask(WATER, at=END_2025)).expected_units == 67
    assert only(ask("base.households", period=period("2025"))).expected_units == 75


def test_a_unit_without_a_figure_is_a_row_without_a_value(case_8):
    _reporting, silent = case_8
    rows = {row.unit: row for row in ask(WATER, period=period("2025"), by="commune").rows}
    assert len(rows) == 75
    assert (rows[silent[0]].value, rows[silent[0]].reported_units) == (None, 0)


def test_former_districts_add_up_to_the_province(case_8):
    whole = only(ask("base.households", period=period("2025")))
    parts = ask("base.households", period=period("2025"), by="district").rows
    assert len(parts) == 12
    assert sum(int(row.value or 0) for row in parts) == int(whole.value)
    assert sum(row.expected_units for row in parts) == whole.expected_units == 75


def test_only_figures_at_or_above_the_state_count(clerk):
    first, second = communes(END_2025)[:2]
    reports = enter(clerk, "2025", {first: [Item(WATER, 30, 100)], second: [Item(WATER, 50, 100)]})
    submit_reports(reports=reports[:1], by=clerk, today=TODAY, reason="từng phần")

    asked = {state: only(ask(WATER, period=period("2025"), state=state)) for state in FigureState}
    assert [asked[state].value for state in FigureState] == ["40.00", "30.00", None]
    accept_reports(reports=reports[:1], by=clerk, today=TODAY)
    assert only(ask(WATER, period=period("2025"), state=FigureState.ACCEPTED)).value == "30.00"


def test_a_merged_commune_takes_its_predecessors_until_it_has_its_own(clerk):
    muong_chien = unit("03688")
    before = [one for one in muong_chien.origins.all() if one.whole]
    old = [one.predecessor for one in before]
    enter(clerk, "2025-H1", {one: [Item(WATER, 10 * n, 100)] for n, one in enumerate(old, 1)})

    row = only(ask(WATER, "03688", at=date(2025, 7, 1)))
    total = sum(10 * n for n in range(1, len(old) + 1))
    assert (row.numerator, row.denominator) == (str(total), str(100 * len(old)))
    assert not row.estimate

    enter(clerk, "2025", {muong_chien: [Item(WATER, 90, 200)]})
    assert only(ask(WATER, "03688", at=END_2025)).value == "45.00"
    assert only(ask(WATER, "03688", at=date(2025, 7, 1))).value == row.value


def test_a_merged_commune_with_a_silent_predecessor_is_missing_and_names_it(clerk):
    muong_chien = unit("03688")
    old = [one.predecessor for one in muong_chien.origins.all()]
    enter(clerk, "2025-H1", {old[0]: [Item(WATER, 10, 100)]})
    row = only(ask(WATER, "03688", at=date(2025, 7, 1)))
    assert (row.value, row.reported_units, row.expected_units) == (None, 0, 1)
    assert set(row.missing) == {one.pk for one in old[1:]}


def test_a_past_date_never_takes_a_later_period(clerk):
    one = communes(END_2025)[0]
    enter(clerk, "2025", {one: [Item(WATER, 40, 100)]})
    assert only(ask(WATER, one.code, at=date(2025, 12, 30))).value is None
    assert only(ask(WATER, one.code, at=END_2025)).value == "40.00"


def test_today_takes_the_open_period_too(clerk):
    one = communes(TODAY)[0]
    enter(clerk, "2026", {one: [Item(WATER, 41, 100)]})
    assert only(ask(WATER, one.code)).value == "41.00"
    assert only(ask(WATER, one.code, at=date(2026, 11, 23))).value is None


def test_income_is_weighted_by_population(clerk):
    first, second = communes(END_2025)[:2]
    enter(
        clerk, "2025", {first: [Item("ntm.xa.10.1", 40_000_000)], second: [Item("ntm.xa.10.1", 50_000_000)]}
    )
    enter(
        clerk,
        "2025",
        {first: [Item("base.population", 1000)], second: [Item("base.population", 3000)]},
        form="base",
    )
    assert only(ask("ntm.xa.10.1", period=period("2025"))).value == "47500000"


def test_not_applicable_leaves_every_count(clerk):
    """Case 6: 5 of 67 have craft villages and 4 of them meet: 4/5."""
    xa = communes(END_2025)
    none = Item("ntm.xa.13.4", not_applicable=True, note="Xã không có làng nghề")
    figures = {one: [none] for one in xa[5:]}
    figures |= {one: [Item("ntm.xa.13.4", int(n < 4))] for n, one in enumerate(xa[:5])}
    enter(clerk, "2025", figures)
    row = only(ask("ntm.xa.13.4", period=period("2025")))
    assert (row.value, row.denominator, row.reported_units, row.expected_units) == ("4", "5", 5, 5)


def test_a_criterion_counts_met_not_met_and_not_reported_apart(clerk):
    """Case 8: criterion 19: 21 met, 43 not, 3 have not reported (not 46 not met)."""
    xa = communes(END_2025)
    enter(
        clerk,
        "2025",
        {one: [Item("ntm.xa.19.1", 1), Item("ntm.xa.19.2", int(n < 21))] for n, one in enumerate(xa[:64])},
    )
    row = only(ask("ntm.criterion.19.met", period=period("2025")))
    assert (row.value, row.denominator, row.reported_units, row.expected_units) == ("21", "64", 64, 67)


def test_a_half_typed_form_does_not_pull_the_count_down(clerk):
    one = communes(TODAY)[0]
    yes = [Item("ntm.xa.19.1", 1), Item("ntm.xa.19.2", 1)]
    enter(clerk, "2025", {one: yes})
    enter(clerk, "2026", {one: [Item("ntm.xa.19.1", 1)]})
    assert only(ask("ntm.criterion.19.met", one.code)).value == "1"
    enter(clerk, "2026", {one: [Item("ntm.xa.19.2", 0)]})
    assert only(ask("ntm.criterion.19.met", one.code)).value == "0"


def test_a_merger_inherits_no_verdict(clerk):
    muong_chien = unit("03688")
    old = [one.predecessor for one in muong_chien.origins.all() if one.predecessor.kind_id == "xa"]
    enter(clerk, "2025-H1", {one: [Item("ntm.xa.19.1", 1), Item("ntm.xa.19.2", 1)] for one in old})
    assert only(ask("ntm.criterion.19.met", "118", at=date(2025, 6, 30))).value == str(len(old))
    assert only(ask("ntm.criterion.19.met", "118", at=date(2025, 7, 1))).value is None


def test_recognised_counts_decisions_in_force_and_a_higher_level_counts_too():
    first, second = communes(END_2025)[:2]
    for one, level in ((first, RecognitionLevel.MET), (second, RecognitionLevel.ADVANCED)):
        Recognition.objects.create(
            unit=one, level=level, decision="1/QĐ-UBND", decided_on=END_2025, valid_from=END_2025
        )
    assert only(ask("ntm.communes.recognised", at=END_2025)).value == "2"
    assert only(ask("ntm.communes.advanced", at=END_2025)).value == "1"
    assert only(ask("ntm.communes.recognised", at=date(2025, 12, 30))).value == "0"


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2024, 12, 31), 188), (date(2025, 6, 30), 177), (date(2025, 7, 1), 67)],
)
def test_the_expected_units_are_those_of_the_day(day, expected):
    assert only(ask("ntm.communes.recognised", at=day)).expected_units == expected


def test_a_kind_that_changed_is_asked_for_by_one_code(clerk):
    """15.4 was a percentage until February 2024 and is a yes/no since."""
    old, new = communes(date(2023, 12, 31))[0], communes(END_2025)[0]
    enter(clerk, "2023", {old: [Item("ntm.xa.15.4", 600, 1000)]})
    enter(clerk, "2025", {new: [Item("ntm.xa.15.4", 1)]})
    before, after = (only(ask("ntm.xa.15.4", period=period(code))) for code in ("2023", "2025"))
    assert (before.value, before.numerator) == ("60.00", "600")
    assert (after.value, after.denominator) == ("1", "1")


def test_questions_without_an_answer_say_why():
    with pytest.raises(QuestionError) as both:
        ask(WATER, period=period("2025"), at=END_2025)
    assert both.value.code == "both"
    with pytest.raises(QuestionError) as early:
        rollup(indicator=WATER, unit=unit("14"), today=TODAY, at=date(2020, 12, 31))
    assert early.value.code == "before_register"
    with pytest.raises(QuestionError) as unknown:
        ask("ntm.xa.99", at=END_2025)
    assert unknown.value.code == "indicator"


@pytest.mark.parametrize("by", ["unit", "commune", "district"])
def test_statements_do_not_grow_with_units(case_8, django_assert_max_num_queries, by):
    with django_assert_max_num_queries(9):
        ask(WATER, period=period("2025", state=PeriodState.OPEN), by=by)
