"""Met, not met, unknown: the commune set's rules, the worked cases, and what must hold of any rule."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.entry import entered, sum_of_parts
from programs.rules.numbers import NumberError, format_percent
from programs.rules.verdicts import (
    CriterionResult,
    Figure,
    Measure,
    RuleError,
    Shortfall,
    Verdict,
    When,
    check_rule,
    judge,
    judge_criterion,
    judge_set,
    parts_named,
    shortfall,
    threshold_texts,
    thresholds,
    with_thresholds,
)

NOT_MET, MET, UNKNOWN, NOT_APPLICABLE = Verdict
YES: dict[str, Any] = {"op": "is", "value": True}
SCHOOLS: dict[str, Any] = {
    "all": [
        {"part": "minimum_level", "op": ">=", "value": 100},
        {"op": ">=", "value": 70, "when": {"of": "denominator", "op": ">", "value": 3}},
        {"op": ">=", "value": 50, "when": {"of": "denominator", "op": "<=", "value": 3}},
    ]
}
DISASTERS: dict[str, Any] = {
    "all": [
        {"part": "required_items", "op": "is", "value": True},
        {"part": "score", "op": ">=", "value": 50},
    ]
}
TRAINED: dict[str, Any] = {
    "all": [{"op": ">=", "value": 60, "part": "female"}, {"op": ">=", "value": 60, "part": "male"}]
}
WATER: dict[str, Any] = {"all": [{"op": ">=", "value": 30}, {"part": "piped", "op": ">=", "value": 10}]}
PERCENT = Measure("percent")
ALL_PERCENT = {part: PERCENT for part in ("", "minimum_level", "male", "female", "piped")}
MIXED = {"required_items": Measure("boolean"), "score": Measure("number")}


def percent(rule: Mapping[str, object] | None, numerator: int | None, denominator: int | None) -> Verdict:
    return judge(rule, {"": Figure(numerator, denominator)}, ALL_PERCENT)


# One requirement


def test_a_yes_or_no() -> None:
    measures = {"": Measure("boolean")}
    assert judge(YES, {"": Figure(1)}, measures) is MET
    assert judge(YES, {"": Figure(0)}, measures) is NOT_MET
    assert judge(YES, {"": Figure(None)}, measures) is UNKNOWN
    assert judge(YES, {}, measures) is UNKNOWN


def test_a_percentage_is_compared_exactly() -> None:
    at_least_80 = {"op": ">=", "value": 80}
    assert percent(at_least_80, 4, 5) is MET
    assert percent(at_least_80, 79_996, 100_000) is NOT_MET
    assert percent({"op": ">=", "value": "33.333"}, 1, 3) is MET
    assert percent({"op": "<=", "value": 13}, 13_004, 100_000) is NOT_MET
    assert percent({"op": "==", "value": 0}, 0, 12) is MET


def test_nothing_over_nothing_and_half_a_percentage_are_unknown() -> None:
    rule = {"op": ">=", "value": 0}
    assert percent(rule, 0, 0) is UNKNOWN
    assert percent(rule, 3, None) is UNKNOWN
    assert percent(rule, None, 3) is UNKNOWN


@pytest.mark.parametrize("written", [12.5, "12.5", "12.50"])
def test_a_threshold_means_the_same_however_it_is_written(written: object) -> None:
    rule = {"op": "<=", "value": written}
    measures = {"": Measure("number", 2)}
    assert judge(rule, {"": Figure(1250)}, measures) is MET
    assert judge(rule, {"": Figure(1251)}, measures) is NOT_MET


def test_income_is_compared_in_dong() -> None:
    rule = {"op": ">=", "value": 45_000_000}
    assert judge(rule, {"": Figure(45_000_000)}, {"": Measure("money")}) is MET
    assert judge(rule, {"": Figure(44_999_999)}, {"": Measure("money")}) is NOT_MET


@pytest.mark.parametrize("rule", [None, {}, {"op": ">=", "value": None}])
def test_without_a_threshold_it_is_unknown(rule: Mapping[str, object] | None) -> None:
    assert percent(rule, 4, 5) is UNKNOWN


def test_not_applicable_wins_over_everything() -> None:
    figures = {"": Figure(None, not_applicable=True), "piped": Figure(0, 100)}
    assert judge(WATER, figures, ALL_PERCENT) is NOT_APPLICABLE
    assert judge(None, figures, ALL_PERCENT) is NOT_APPLICABLE


def test_a_percentage_without_its_numbers_decides_but_not_what_depends_on_them() -> None:
    figures = {"": Figure(None, percentage=Fraction("79.9"))}
    assert judge({"op": ">=", "value": 80}, figures, ALL_PERCENT) is NOT_MET
    figures["minimum_level"] = Figure(None, percentage=Fraction(100))
    assert judge(SCHOOLS, figures, ALL_PERCENT) is UNKNOWN


# Compound rules


@pytest.mark.parametrize(
    ("level_one", "schools", "minimum", "verdict"),
    [
        (7, 10, 10, MET),
        (6, 10, 10, NOT_MET),
        (7, 10, 9, NOT_MET),
        (2, 3, 3, MET),
        (1, 3, 3, NOT_MET),
        (1, 2, 2, MET),
        (3, 4, 4, MET),
        (2, 4, 4, NOT_MET),
    ],
)
def test_schools_need_less_where_there_are_three_or_fewer(
    level_one: int, schools: int, minimum: int, verdict: Verdict
) -> None:
    figures = {"": Figure(level_one, schools), "minimum_level": Figure(minimum, schools)}
    assert judge(SCHOOLS, figures, ALL_PERCENT) is verdict


def test_what_a_branch_depends_on_may_be_missing() -> None:
    assert judge(SCHOOLS, {"minimum_level": Figure(3, 3)}, ALL_PERCENT) is UNKNOWN
    assert judge(SCHOOLS, {"minimum_level": Figure(2, 3)}, ALL_PERCENT) is NOT_MET


def test_a_rule_of_which_no_branch_applies_is_never_met() -> None:
    rule = {"op": ">=", "value": 0, "when": {"of": "numerator", "op": ">", "value": 5}}
    assert percent(rule, 3, 5) is NOT_APPLICABLE
    assert percent(rule, 6, 7) is MET


def test_a_branch_may_depend_on_the_value_of_a_part_in_its_own_unit() -> None:
    rule = {"op": ">=", "value": 10, "when": {"of": "value", "op": ">=", "value": 50, "part": "piped"}}
    assert judge(rule, {"": Figure(1, 10), "piped": Figure(1, 2)}, ALL_PERCENT) is MET
    assert judge(rule, {"": Figure(1, 10), "piped": Figure(1, 3)}, ALL_PERCENT) is NOT_APPLICABLE
    roads = {"op": ">=", "value": 10, "when": {"of": "denominator", "op": ">", "value": 3}}
    assert judge(roads, {"": Figure(100, 3001)}, {"": Measure("percent", 3)}) is NOT_MET
    assert judge(roads, {"": Figure(100, 3000)}, {"": Measure("percent", 3)}) is NOT_APPLICABLE


def test_disasters_need_every_item_and_the_score() -> None:
    assert judge(DISASTERS, {"required_items": Figure(1), "score": Figure(50)}, MIXED) is MET
    assert judge(DISASTERS, {"required_items": Figure(0), "score": Figure(90)}, MIXED) is NOT_MET
    assert judge(DISASTERS, {"required_items": Figure(1)}, MIXED) is UNKNOWN
    assert judge(DISASTERS, {"score": Figure(49)}, MIXED) is NOT_MET


def test_any_of_several() -> None:
    rule = {"any": [{"op": ">=", "value": 90}, {"part": "piped", "op": ">=", "value": 50}]}
    assert judge(rule, {"": Figure(1, 2), "piped": Figure(1, 2)}, ALL_PERCENT) is MET
    assert judge(rule, {"": Figure(1, 2), "piped": Figure(1, 3)}, ALL_PERCENT) is NOT_MET
    assert judge(rule, {"": Figure(1, 2)}, ALL_PERCENT) is UNKNOWN
    assert judge(rule, {"piped": Figure(1, 2)}, ALL_PERCENT) is MET


def test_a_part_that_does_not_apply_leaves_the_others_to_decide() -> None:
    nobody = Figure(None, not_applicable=True)
    assert judge(TRAINED, {"male": Figure(6, 10), "female": nobody}, ALL_PERCENT) is MET
    assert judge(TRAINED, {"male": nobody, "female": nobody}, ALL_PERCENT) is NOT_APPLICABLE


# The worked cases


def test_case_1_the_rate_of_a_merged_commune_comes_from_sums() -> None:
    """A 1,200 households, 180 poor, 120 near-poor; B 800, 40, 60; C 500, 10, 15."""
    poor, near = 180 + 40 + 10, 120 + 60 + 15
    households = 1200 + 800 + 500
    assert (poor, near, households) == (230, 195, 2500)
    assert format_percent(poor, households) == "9,20%"
    assert format_percent(near, households) == "7,80%"
    assert format_percent(poor + near, households) == "17,00%"
    at_most_13 = {"op": "<=", "value": 13}
    assert percent(at_most_13, poor + near, households) is NOT_MET
    communes = [(300, 1200), (100, 800)]  # C is a town: the set does not apply to it
    assert [percent(at_most_13, *each) for each in communes] == [NOT_MET, MET]
    assert [format_percent(*each) for each in communes] == ["25,00%", "12,50%"]


INDICATORS = (2, 4, 2, 2, 1, 3, 1, 4, 2, 1, 1, 2, 5, 4, 4, 2, 12, 2, 3)
"""A set of 19 criteria with 57 indicators."""


def test_case_2_eighteen_of_nineteen() -> None:
    assert (len(INDICATORS), sum(INDICATORS)) == (19, 57)
    verdicts = [[MET] * count for count in INDICATORS]
    verdicts[16][0] = percent({"op": ">=", "value": 30}, 299, 1000)
    result = judge_set([judge_criterion([(v, False) for v in criterion]) for criterion in verdicts])
    assert result.verdict is NOT_MET
    assert (result.met, result.not_met) == (18, 1)
    assert (result.indicators_met, result.indicators_applicable) == (56, 57)


def test_case_6_not_applicable_leaves_the_count() -> None:
    def criterion(*verdicts: Verdict) -> CriterionResult:
        return judge_criterion([(verdict, False) for verdict in verdicts])

    thirteen = criterion(MET, MET, MET, NOT_APPLICABLE, MET)
    assert (thirteen.verdict, thirteen.met, thirteen.applicable, thirteen.total) == (MET, 4, 4, 5)
    empty = criterion(MET, MET, MET, UNKNOWN, MET)
    assert empty.verdict is UNKNOWN
    commune = judge_set([criterion(MET)] * 18 + [empty])
    assert (commune.verdict, commune.met, commune.unknown) == (UNKNOWN, 18, 1)
    failed = criterion(MET, MET, NOT_MET, NOT_APPLICABLE, MET)
    assert (failed.verdict, failed.met, failed.applicable) == (NOT_MET, 3, 4)


def test_case_6_women_alone_decide_though_together_it_would_do() -> None:
    figures = {"male": Figure(680, 1000), "female": Figure(540, 1000)}
    together = sum_of_parts(list(figures.values()))
    assert together == Figure(1220, 2000)
    assert format_percent(1220, 2000) == "61,00%"
    figures[""] = together
    assert judge(TRAINED, figures, ALL_PERCENT) is NOT_MET
    (short,) = shortfall(TRAINED, figures, ALL_PERCENT)
    assert short == Shortfall("female", ">=", Fraction(60), Fraction(54))
    assert short.gap == 6


def test_case_6_no_establishment_is_never_a_percentage() -> None:
    assert percent({"op": ">=", "value": 100}, 0, 0) is UNKNOWN


def test_case_8_three_that_have_not_reported_are_not_failures() -> None:
    verdicts = [percent({"op": ">=", "value": 30}, n, 100) for n in [40] * 21 + [20] * 43]
    verdicts += [percent({"op": ">=", "value": 30}, None, None)] * 3
    assert [verdicts.count(v) for v in (MET, NOT_MET, UNKNOWN)] == [21, 43, 3]
    assert format_percent(97_640, 260_500) == "37,48%"
    assert format_percent(265_000 - 4_500, 265_000) == "98,30%"
    assert format_percent(21, 67) == "31,34%"


# Criteria and sets


def test_a_criterion_none_of_whose_requirements_applies_leaves_the_set() -> None:
    nothing = judge_criterion([(NOT_APPLICABLE, False)] * 2)
    assert nothing.verdict is NOT_APPLICABLE
    met = judge_criterion([(MET, False)])
    result = judge_set([met] * 18 + [nothing])
    assert (result.verdict, result.met, result.not_applicable) == (MET, 18, 1)


def test_what_cannot_be_evaluated_is_unknown_never_met() -> None:
    assert judge_criterion([]).verdict is UNKNOWN
    assert judge_set([]).verdict is UNKNOWN
    assert judge_set([judge_criterion([])] * 15).verdict is UNKNOWN
    assert judge_set([judge_criterion([(NOT_APPLICABLE, False)])]).verdict is UNKNOWN


def test_a_provisional_threshold_marks_what_rests_on_it() -> None:
    assert judge_criterion([(MET, True), (MET, False)]).provisional
    assert not judge_criterion([(UNKNOWN, True), (MET, False)]).provisional
    assert judge_set([judge_criterion([(NOT_MET, True)]), judge_criterion([(MET, False)])]).provisional
    assert not judge_set([judge_criterion([(MET, False)])]).provisional


verdict = st.sampled_from(list(Verdict))
requirements = st.lists(st.tuples(verdict, st.booleans()), max_size=6)


@given(requirements)
def test_a_criterion_counts_each_requirement_once(results: list[tuple[Verdict, bool]]) -> None:
    result = judge_criterion(results)
    assert result.met + result.not_met + result.unknown == result.applicable <= result.total == len(results)
    assert (result.verdict is MET) == (0 < result.met == result.applicable)
    assert (result.verdict is NOT_MET) == (result.not_met > 0)


@given(st.lists(requirements, max_size=6))
def test_a_set_counts_each_criterion_once(criteria: list[list[tuple[Verdict, bool]]]) -> None:
    result = judge_set([judge_criterion(each) for each in criteria])
    assert result.met + result.not_met + result.unknown + result.not_applicable == len(criteria)
    assert result.verdict is not NOT_APPLICABLE
    if result.verdict is MET:
        assert 0 < result.met == len(criteria) - result.not_applicable
    assert result.indicators_met <= result.indicators_applicable


# What must hold of any rule

PARTS = ("", "a", "b", "c")
MEASURES = {part: Measure("number") for part in PARTS}
number = st.integers(min_value=0, max_value=4)
op = st.sampled_from([">=", "<=", "==", ">", "<"])
part = st.sampled_from(PARTS)
when = st.fixed_dictionaries(
    {"of": st.sampled_from(["numerator", "value"]), "op": op, "value": number, "part": part}
)
condition = st.fixed_dictionaries({"op": op, "value": st.none() | number, "part": part})
plain_rule = st.recursive(
    condition,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=6,
)
any_rule = st.recursive(
    st.fixed_dictionaries({"op": op, "value": st.none() | number, "part": part}, optional={"when": when}),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}, optional={"when": when}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}, optional={"when": when}),
    ),
    max_leaves=6,
)
figures = st.dictionaries(part, st.builds(Figure, st.none() | number), max_size=4)


@given(plain_rule, figures, part, number)
def test_adding_a_missing_figure_never_turns_a_verdict_around(
    rule: dict[str, Any], given_figures: dict[str, Figure], added: str, value: int
) -> None:
    """What was decided without a figure stays decided with it: unknown was not taken for an answer."""
    before = judge(rule, given_figures, MEASURES)
    known = given_figures.get(added)
    if before is UNKNOWN or (known is not None and known.given):
        return
    assert judge(rule, given_figures | {added: Figure(value)}, MEASURES) is before


@given(any_rule, figures)
def test_met_needs_at_least_one_figure(rule: dict[str, Any], given_figures: dict[str, Figure]) -> None:
    empty: dict[str, Figure] = {}
    assert judge(rule, empty, MEASURES) is UNKNOWN
    if judge(rule, given_figures, MEASURES) is MET:
        assert any(figure.given for figure in given_figures.values())


@given(any_rule, figures)
def test_a_shortfall_is_told_exactly_when_it_is_not_met(
    rule: dict[str, Any], given_figures: dict[str, Figure]
) -> None:
    short = shortfall(rule, given_figures, MEASURES)
    assert bool(short) == (judge(rule, given_figures, MEASURES) is NOT_MET)
    assert {each.part for each in short} <= parts_named(rule) | {""}


@given(st.lists(plain_rule, min_size=1, max_size=4), figures)
def test_all_is_met_only_when_each_is(rules: list[dict[str, Any]], given_figures: dict[str, Figure]) -> None:
    each = [judge(rule, given_figures, MEASURES) for rule in rules]
    joined = judge({"all": rules}, given_figures, MEASURES)
    assert (joined is MET) == all(v is MET for v in each)
    assert (joined is NOT_MET) == any(v is NOT_MET for v in each)
    either = judge({"any": rules}, given_figures, MEASURES)
    assert (either is MET) == any(v is MET for v in each)
    assert (either is NOT_MET) == all(v is NOT_MET for v in each)


@given(any_rule)
def test_a_rule_survives_its_own_numbers(rule: dict[str, Any]) -> None:
    assert check_rule(rule, dict.fromkeys(PARTS, "number")) == []
    assert with_thresholds(rule, threshold_texts(rule)) == rule


# Reading and editing a rule


def test_a_rule_names_its_parts() -> None:
    assert parts_named(None) == set()
    assert parts_named(YES) == set()
    assert parts_named(SCHOOLS) == {"minimum_level"}
    assert parts_named(TRAINED) == {"male", "female"}
    assert parts_named(
        {"op": ">", "value": 1, "when": {"of": "value", "op": ">", "value": 1, "part": "p"}}
    ) == {"p"}


def test_a_rule_lists_its_thresholds() -> None:
    assert thresholds(None) == []
    assert [(each.part, each.op, each.value) for each in thresholds(DISASTERS)] == [
        ("required_items", "is", 1),
        ("score", ">=", 50),
    ]
    assert thresholds(SCHOOLS)[1].when == When("denominator", ">", Fraction(3))


def test_an_administrator_edits_numbers_only() -> None:
    assert threshold_texts(SCHOOLS) == ["100", "70", "50"]
    edited = with_thresholds(SCHOOLS, ["100", "72,5", ""])
    assert edited == {
        "all": [
            {"part": "minimum_level", "op": ">=", "value": 100},
            {"op": ">=", "value": "72.5", "when": {"of": "denominator", "op": ">", "value": 3}},
            {"op": ">=", "value": None, "when": {"of": "denominator", "op": "<=", "value": 3}},
        ]
    }
    assert SCHOOLS["all"][1]["value"] == 70
    assert threshold_texts(edited) == ["100", "72,5", ""]
    assert with_thresholds({"op": ">=", "value": 1}, ["45.000.000"])["value"] == 45_000_000
    assert with_thresholds(YES, []) == YES


def test_an_edit_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(NumberError) as caught:
        with_thresholds({"op": ">=", "value": 1}, ["45.000"])
    assert caught.value.code == "ambiguous"
    with pytest.raises(ValueError, match="3 numbers, 2 were given"):
        with_thresholds(SCHOOLS, ["1", "2"])


@pytest.mark.parametrize(
    ("rule", "problems"),
    [
        (YES, ["op_not_for_kind op"]),
        (SCHOOLS, []),
        ({"op": ">=", "value": None}, []),
        ("x", ["not_a_rule"]),
        ({}, ["unknown_op op"]),
        ({"op": ">=", "value": 1, "note": ""}, ["unknown_key note"]),
        ({"op": ">=", "value": 1, "all": []}, ["mixed_forms"]),
        ({"all": [], "any": []}, ["mixed_forms"]),
        ({"all": []}, ["empty_group all"]),
        ({"any": "x"}, ["empty_group any"]),
        ({"op": "~", "value": 1}, ["unknown_op op"]),
        ({"op": [], "value": 1}, ["unknown_op op"]),
        ({"op": ">=", "value": "1/3"}, ["not_a_number value"]),
        ({"op": ">=", "value": "1e999999999"}, ["not_a_number value"]),
        ({"op": ">=", "value": True}, ["not_a_number value"]),
        ({"op": ">="}, ["not_a_number value"]),
        ({"op": "is", "value": 1}, ["not_a_boolean value"]),
        ({"op": ">=", "value": 1, "part": "no"}, ["unknown_part part"]),
        ({"op": ">=", "value": 1, "part": 3}, ["unknown_part part"]),
        ({"op": ">=", "value": 1, "part": "yes"}, ["op_not_for_kind op"]),
        ({"all": [{"op": ">=", "value": 1}, {"op": "?", "value": 1}]}, ["unknown_op all[1].op"]),
        ({"op": ">=", "value": 1, "when": 3}, ["not_a_rule when"]),
        (
            {"op": ">=", "value": 1, "when": {"of": "x", "op": "is", "value": True, "y": 1}},
            ["unknown_key when.y", "unknown_aspect when.of", "unknown_op when.op"],
        ),
        (
            {"op": ">=", "value": 1, "when": {"of": "denominator", "op": ">", "value": 1, "part": "score"}},
            ["aspect_not_for_kind when.of"],
        ),
        (
            {"op": ">=", "value": 1, "when": {"of": "value", "op": ">", "value": 1, "part": "no"}},
            ["unknown_part when.part"],
        ),
    ],
)
def test_a_rule_is_checked(rule: object, problems: list[str]) -> None:
    kinds = {"": "percent", "minimum_level": "percent", "score": "number", "yes": "boolean"}
    assert check_rule(rule, kinds) == problems


def test_a_broken_rule_is_not_judged() -> None:
    with pytest.raises(RuleError) as caught:
        judge({"all": [{"op": "?", "value": 1}]}, {}, {})
    assert (caught.value.code, caught.value.path) == ("unknown_op", "all[0].op")
    with pytest.raises(RuleError):
        judge({"op": ">", "value": 1, "when": {"of": "x", "op": ">", "value": 1}}, {}, {})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "op", "value", "part", "when", "of"]), inner, max_size=4
            )
        ),
        max_leaves=10,
    )
)
def test_what_passes_the_check_can_be_judged(rule: object) -> None:
    problems = check_rule(rule, {"": "number"})
    if not problems:
        assert isinstance(rule, dict)
        assert judge(rule, {"": Figure(1)}, {"": Measure("number")}) in Verdict


# Entered, and sums of parts


def test_an_indicator_is_entered_when_all_that_its_rule_names_is_there() -> None:
    male, female = Figure(6, 10), Figure(5, 10)
    assert entered({"male", "female"}, {"male": male, "female": female}, own_typed=False)
    assert not entered({"male", "female"}, {"male": male, "": Figure(6, 10)}, own_typed=False)
    assert not entered({"piped"}, {"piped": male}, own_typed=True)
    assert not entered({"piped"}, {"": male, "piped": Figure(None)}, own_typed=True)
    assert entered({"piped"}, {"": male, "piped": female}, own_typed=True)
    assert entered({"male", "female"}, {"male": male, "female": Figure(None, not_applicable=True)}, False)
    assert entered({"piped"}, {"": Figure(None, not_applicable=True)}, own_typed=True)
    assert not entered(set(), {}, own_typed=True)
    assert not entered(set(), {}, own_typed=False)
    assert entered(set(), {"": Figure(None, percentage=Fraction(5))}, own_typed=True)


def test_a_sum_is_missing_while_a_part_is() -> None:
    nobody = Figure(None, not_applicable=True)
    assert sum_of_parts([Figure(6, 10), Figure(None)]) == Figure(None)
    assert sum_of_parts([Figure(6), Figure(0)]) == Figure(6)
    assert sum_of_parts([Figure(6, 10), Figure(3)]) == Figure(None)
    assert sum_of_parts([Figure(6, 10), nobody]) == Figure(6, 10)
    assert sum_of_parts([nobody, nobody]) == nobody
    assert sum_of_parts([]) == Figure(None)


@given(st.lists(st.tuples(number, number), min_size=1))
def test_a_parent_is_the_sum_of_its_parts(parts: list[tuple[int, int]]) -> None:
    assert sum_of_parts([Figure(*each) for each in parts]) == Figure(
        sum(n for n, _ in parts), sum(d for _, d in parts)
    )
