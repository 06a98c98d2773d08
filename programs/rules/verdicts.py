"""Met, not met, unknown: a requirement's rule against figures, a criterion, a set.

A rule is data: {"op": ">=", "value": 70}, about a "part" where it names one (absent or '': the indicator
itself), only "when" something holds, several joined by "all" or "any". Comparison is exact, never of rounded
percentages; a missing figure is unknown, never zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from programs.rules.shapes import (
    Condition,
    Group,
    Node,
    RuleError,
    Threshold,
    When,
    check_rule,
    holds,
    parts_named,
    read_rule,
    threshold_texts,
    thresholds,
    with_thresholds,
)

__all__ = [
    "CriterionResult",
    "Figure",
    "Measure",
    "RuleError",
    "SetResult",
    "Shortfall",
    "Threshold",
    "Verdict",
    "When",
    "check_rule",
    "judge",
    "judge_criterion",
    "judge_set",
    "parts_named",
    "percent_of",
    "shortfall",
    "threshold_texts",
    "thresholds",
    "with_thresholds",
]


class Verdict(IntEnum):
    """The state of a requirement, a criterion or a set; stored as its number."""

    NOT_MET = 0
    MET = 1
    UNKNOWN = 2
    NOT_APPLICABLE = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in its smallest step: the numerator of a percentage, 1 or 0 of a yes/no.

    `percentage` (in percent) stands for a figure of a closed past period that is known only so (RULES 9): it
    decides, but has no numerator or denominator.
    """

    value: int | None
    denominator: int | None = None
    not_applicable: bool = False
    percentage: Fraction | None = None

    @property
    def given(self) -> bool:
        """Whether somebody answered: with a figure or with 'không áp dụng'."""
        return self.not_applicable or self.value is not None or self.percentage is not None


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is compared: kind ('boolean', 'number', 'money', 'percent') and decimals of its step."""

    kind: str
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A condition that is not met: the threshold and what was reached, both in the indicator's unit."""

    part: str
    op: str
    threshold: Fraction
    actual: Fraction

    @property
    def gap(self) -> Fraction:
        """How far the figure is from its threshold, without a sign."""
        return abs(self.threshold - self.actual)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A criterion: its verdict and how many of its `total` requirements are in which state."""

    verdict: Verdict
    met: int
    applicable: int
    total: int
    not_met: int
    unknown: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class SetResult:
    """A set: its verdict, how many criteria are in which state, and indicators met of those that apply."""

    verdict: Verdict
    met: int
    not_met: int
    unknown: int
    not_applicable: int
    provisional: bool
    indicators_met: int
    indicators_applicable: int


def judge(
    rule: Mapping[str, object] | Node | None, figures: Mapping[str, Figure], measures: Mapping[str, Measure]
) -> Verdict:
    """The verdict on one requirement (RULES 20, 22); key '' is the indicator itself, others its parts.

    Not applicable when the indicator is, or when no condition of the rule applies. A condition that is not
    met decides against any number of unknown ones. Raises RuleError for a rule that `check_rule` refuses.
    """
    own = figures.get("")
    if own is not None and own.not_applicable:
        return Verdict.NOT_APPLICABLE
    if not rule:
        return Verdict.UNKNOWN
    return _judge_node(read_rule(rule), figures, measures)


def shortfall(
    rule: Mapping[str, object] | None, figures: Mapping[str, Figure], measures: Mapping[str, Measure]
) -> list[Shortfall]:
    """By how much: every condition that keeps the requirement from being met, in the rule's order.

    Empty unless the requirement is not met. Raises RuleError as `judge` does.
    """
    if not rule or judge(rule, figures, measures) is not Verdict.NOT_MET:
        return []
    return list(_shortfalls(read_rule(rule), figures, measures))


def judge_criterion(results: Sequence[tuple[Verdict, bool]]) -> CriterionResult:
    """A criterion from its requirements, each (verdict, its threshold is provisional)."""
    verdicts = [verdict for verdict, _ in results]
    met, not_met = verdicts.count(Verdict.MET), verdicts.count(Verdict.NOT_MET)
    decided = (Verdict.MET, Verdict.NOT_MET)
    return CriterionResult(
        verdict=_joined(verdicts) if verdicts else Verdict.UNKNOWN,
        met=met,
        applicable=len(verdicts) - verdicts.count(Verdict.NOT_APPLICABLE),
        total=len(verdicts),
        not_met=not_met,
        unknown=verdicts.count(Verdict.UNKNOWN),
        provisional=any(provisional and verdict in decided for verdict, provisional in results),
    )


def judge_set(criteria: Sequence[CriterionResult]) -> SetResult:
    """A set from its criteria; with nothing in it that can be evaluated it is unknown, never met."""
    verdicts = [criterion.verdict for criterion in criteria]
    verdict = _joined(verdicts)
    return SetResult(
        verdict=Verdict.UNKNOWN if verdict is Verdict.NOT_APPLICABLE else verdict,
        met=verdicts.count(Verdict.MET),
        not_met=verdicts.count(Verdict.NOT_MET),
        unknown=verdicts.count(Verdict.UNKNOWN),
        not_applicable=verdicts.count(Verdict.NOT_APPLICABLE),
        provisional=any(criterion.provisional for criterion in criteria),
        indicators_met=sum(criterion.met for criterion in criteria),
        indicators_applicable=sum(criterion.applicable for criterion in criteria),
    )


def _joined(verdicts: Sequence[Verdict]) -> Verdict:
    """All of them: one not met decides, else one unknown, else one met; else nothing applies."""
    for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET):
        if verdict in verdicts:
            return verdict
    return Verdict.NOT_APPLICABLE


def _any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """One of them: one met decides, else one unknown, else not met; else nothing applies."""
    for verdict in (Verdict.MET, Verdict.UNKNOWN, Verdict.NOT_MET):
        if verdict in verdicts:
            return verdict
    return Verdict.NOT_APPLICABLE


def _judge_node(node: Node, figures: Mapping[str, Figure], measures: Mapping[str, Measure]) -> Verdict:
    if node.when is not None:
        applies = _applies(node.when, figures, measures)
        if applies is not True:
            return Verdict.UNKNOWN if applies is None else Verdict.NOT_APPLICABLE
    if isinstance(node, Group):
        verdicts = [_judge_node(child, figures, measures) for child in node.children]
        return _joined(verdicts) if node.how == "all" else _any_of(verdicts)
    return _judge_condition(node, figures, measures)


def _judge_condition(
    condition: Condition, figures: Mapping[str, Figure], measures: Mapping[str, Measure]
) -> Verdict:
    figure, measure = figures.get(condition.part), measures.get(condition.part)
    if figure is not None and figure.not_applicable:
        return Verdict.NOT_APPLICABLE
    actual = _actual(figure, measure)
    if actual is None or condition.value is None:
        return Verdict.UNKNOWN
    return Verdict.MET if holds(actual, condition.op, condition.value) else Verdict.NOT_MET


def _applies(when: When, figures: Mapping[str, Figure], measures: Mapping[str, Measure]) -> bool | None:
    """Whether a branch applies; None when the figure it asks for is missing."""
    figure, measure = figures.get(when.part), measures.get(when.part)
    if figure is None or measure is None or figure.not_applicable or when.value is None:
        return None
    if when.of == "value":
        actual = _actual(figure, measure)
    else:
        raw = figure.denominator if when.of == "denominator" else figure.value
        actual = None if raw is None else Fraction(raw, 10**measure.decimals)
    return None if actual is None else holds(actual, when.op, when.value)


def _actual(figure: Figure | None, measure: Measure | None) -> Fraction | None:
    """The figure in its own unit (percent for a percentage), exact; None where it is not known."""
    if figure is None or measure is None:
        return None
    if measure.kind != "percent":
        return None if figure.value is None else Fraction(figure.value, 10**measure.decimals)
    return percent_of(figure)


def percent_of(figure: Figure) -> Fraction | None:
    """A percentage's exact value in percent, from its pair or where it stands alone; None where unknown."""
    if figure.value is None or figure.denominator is None:
        return figure.percentage
    return Fraction(figure.value * 100, figure.denominator) if figure.denominator else None


def _shortfalls(
    node: Node, figures: Mapping[str, Figure], measures: Mapping[str, Measure]
) -> Iterable[Shortfall]:
    if _judge_node(node, figures, measures) is not Verdict.NOT_MET:
        return
    if isinstance(node, Group):
        for child in node.children:
            yield from _shortfalls(child, figures, measures)
        return
    actual = _actual(figures.get(node.part), measures.get(node.part))
    if actual is not None and node.value is not None:
        yield Shortfall(node.part, node.op, node.value, actual)
