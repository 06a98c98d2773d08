"""The shape of a requirement's rule: reading it, naming its parts, editing its numbers, checking it.

See `verdicts` for what a rule means. Only its numbers are edited by people; a new rule is a new version.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt
from typing import Literal

from programs.rules.numbers import format_number, format_plain, parse_form_number

COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": ge, "<=": le, "==": eq, ">": gt, "<": lt, "is": eq,
}  # fmt: skip
ASPECTS = ("denominator", "numerator", "value")
THRESHOLD_DECIMALS = 3
"""A threshold has at most so many decimals."""

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,3}0*)?")


class RuleError(ValueError):
    """A rule that cannot be read. `code` and `path` are those of `check_rule`."""

    def __init__(self, code: str, path: str) -> None:
        super().__init__(f"{code} {path}".strip())
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True)
class When:
    """A branch applies only when this holds: of a figure's denominator, its numerator or its value."""

    of: str
    op: str
    value: Fraction | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """`part` (the indicator itself: '') compared with a threshold; a threshold may be not yet known."""

    part: str
    op: str
    value: Fraction | None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions, of which all or any must hold."""

    how: Literal["all", "any"]
    children: tuple["Node", ...]
    when: When | None = None


Node = Condition | Group
Threshold = Condition
"""What a page shows of one condition of a rule."""


def holds(actual: Fraction, op: str, threshold: Fraction) -> bool:
    """Whether the comparison holds, exactly."""
    return COMPARISONS[op](actual, threshold)


def read_rule(rule: Mapping[str, object] | Node) -> Node:
    """The rule as a tree of conditions. Raises RuleError naming what is wrong and where."""
    if isinstance(rule, Condition | Group):
        return rule
    try:
        text = json.dumps(rule, sort_keys=True)
    except TypeError:
        return _read(rule, "")
    return _read_text(text)


@lru_cache(maxsize=1024)
def _read_text(text: str) -> Node:
    """A rule is read once: every verdict of every commune asks for the same few dozen."""
    return _read(json.loads(text), "")


def parts_named(rule: Mapping[str, object] | Node | None) -> set[str]:
    """The parts that a rule needs, in its conditions and in what they depend on; not the indicator itself."""
    if not rule:
        return set()
    names = set()
    for condition in _conditions(read_rule(rule)):
        names.add(condition.part)
    for when in _whens(read_rule(rule)):
        names.add(when.part)
    return names - {""}


def thresholds(rule: Mapping[str, object] | None) -> list[Threshold]:
    """Every condition of the rule in its order, for display; a yes/no one has op 'is' and value 1 or 0.

    A condition inside a group that itself depends on something shows that of its own, else the group's.
    """
    return list(_conditions(read_rule(rule))) if rule else []


def threshold_texts(rule: Mapping[str, object] | None) -> list[str]:
    """The numbers that `with_thresholds` replaces, in order, as Vietnamese text; '' for an unknown one."""
    numbers = [each.value for each in thresholds(rule) if each.op != "is"]
    return [
        "" if number is None else format_number(int(number * 10**THRESHOLD_DECIMALS), THRESHOLD_DECIMALS)
        for number in numbers
    ]


def with_thresholds(rule: Mapping[str, object], replacements: Sequence[str]) -> dict[str, object]:
    """A new rule with its numbers replaced in the order of `threshold_texts`; '' makes one unknown.

    Yes/no conditions and what a branch depends on stay. Whole numbers are kept as such, others as text, so
    that no float comes in. Raises NumberError for a text that is no number ('1.234' is ambiguous here),
    RuleError for a bad rule, ValueError when there are more or fewer texts than numbers.
    """
    expected = len(threshold_texts(rule))
    if len(replacements) != expected:
        raise ValueError(f"the rule has {expected} numbers, {len(replacements)} were given")
    return _replaced(rule, iter(replacements))


def check_rule(rule: object, kinds: Mapping[str, str]) -> list[str]:
    """What is wrong with a rule, each as 'code path' ('unknown_part all[1].part'); empty when it is fine.

    `kinds` gives the kind of the indicator ('') and of each part. Codes: not_a_rule, empty_group,
    mixed_forms, unknown_key, unknown_op, not_a_number, not_a_boolean, unknown_part, op_not_for_kind,
    unknown_aspect, aspect_not_for_kind.
    """
    return [f"{code} {path}".strip() for code, path in _problems(rule, kinds, "")]


def _conditions(node: Node, outer: When | None = None) -> Iterator[Condition]:
    when = node.when or outer
    if isinstance(node, Group):
        for child in node.children:
            yield from _conditions(child, when)
    else:
        yield Condition(node.part, node.op, node.value, when)


def _whens(node: Node) -> Iterator[When]:
    if node.when is not None:
        yield node.when
    if isinstance(node, Group):
        for child in node.children:
            yield from _whens(child)


def _read(rule: object, path: str) -> Node:
    for code, where in _shape_problems(rule, path):
        raise RuleError(code, where)
    assert isinstance(rule, Mapping)
    when = _read_when(rule["when"], _at(path, "when")) if "when" in rule else None
    for how in ("all", "any"):
        if how in rule:
            children = tuple(_read(child, f"{_at(path, how)}[{i}]") for i, child in enumerate(rule[how]))
            return Group("all" if how == "all" else "any", children, when)
    return Condition(rule.get("part", ""), rule["op"], _number(rule["value"]), when)


def _read_when(when: object, path: str) -> When:
    for code, where in _when_problems(when, path):
        raise RuleError(code, where)
    assert isinstance(when, Mapping)
    return When(when["of"], when["op"], _number(when["value"]), when.get("part", ""))


def _number(value: object) -> Fraction | None:
    """A threshold from JSON, by way of its text, so that 12.5 is 12.5 however it was written."""
    if value is None:
        return None
    return Fraction(int(value)) if isinstance(value, bool) else Fraction(str(value))


def _is_number(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float | str) and bool(_NUMBER.fullmatch(str(value)))


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shape_problems(rule: object, path: str) -> Iterator[tuple[str, str]]:
    """What is wrong with one level of a rule, whatever the kinds are."""
    if not isinstance(rule, Mapping):
        yield "not_a_rule", path
        return
    groups = [how for how in ("all", "any") if how in rule]
    if len(groups) > 1 or (groups and ({"op", "value", "part"} & set(rule))):
        yield "mixed_forms", path
        return
    known = {"when", *groups} if groups else {"op", "value", "part", "when"}
    for key in rule:
        if key not in known:
            yield "unknown_key", _at(path, str(key))
    if groups:
        children = rule[groups[0]]
        if not isinstance(children, Sequence) or isinstance(children, str) or not children:
            yield "empty_group", _at(path, groups[0])
    else:
        yield from _comparison_problems(rule, path, allow_is=True)


def _comparison_problems(
    rule: Mapping[str, object], path: str, *, allow_is: bool
) -> Iterator[tuple[str, str]]:
    if not isinstance(rule.get("part", ""), str):
        yield "unknown_part", _at(path, "part")
    op = rule.get("op")
    if not isinstance(op, str) or op not in COMPARISONS or (op == "is" and not allow_is):
        yield "unknown_op", _at(path, "op")
    elif op == "is":
        if "value" not in rule or not isinstance(rule["value"], bool | None):
            yield "not_a_boolean", _at(path, "value")
    elif "value" not in rule or not _is_number(rule["value"]):
        yield "not_a_number", _at(path, "value")


def _when_problems(when: object, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(when, Mapping):
        yield "not_a_rule", path
        return
    for key in when:
        if key not in ("of", "op", "value", "part"):
            yield "unknown_key", _at(path, str(key))
    if when.get("of") not in ASPECTS:
        yield "unknown_aspect", _at(path, "of")
    yield from _comparison_problems(when, path, allow_is=False)


def _problems(rule: object, kinds: Mapping[str, str], path: str) -> Iterator[tuple[str, str]]:
    """All problems of a rule and of what is in it, those that depend on the kinds included."""
    found = list(_shape_problems(rule, path))
    yield from found
    if not isinstance(rule, Mapping):
        return
    if "when" in rule:
        yield from _when_kind_problems(rule["when"], kinds, _at(path, "when"))
    for how in ("all", "any"):
        children = rule.get(how)
        if isinstance(children, Sequence) and not isinstance(children, str):
            for index, child in enumerate(children):
                yield from _problems(child, kinds, f"{_at(path, how)}[{index}]")
    if not found and "op" in rule:
        kind = kinds.get(rule.get("part", ""))
        if kind is None:
            yield "unknown_part", _at(path, "part")
        elif (kind == "boolean") != (rule["op"] == "is"):
            yield "op_not_for_kind", _at(path, "op")


def _when_kind_problems(when: object, kinds: Mapping[str, str], path: str) -> Iterator[tuple[str, str]]:
    found = list(_when_problems(when, path))
    yield from found
    if found or not isinstance(when, Mapping):
        return
    kind = kinds.get(when.get("part", ""))
    if kind is None:
        yield "unknown_part", _at(path, "part")
    elif when["of"] == "denominator" and kind != "percent":
        yield "aspect_not_for_kind", _at(path, "of")


def _replaced(rule: Mapping[str, object], texts: Iterator[str]) -> dict[str, object]:
    changed = dict(rule)
    for how in ("all", "any"):
        children = rule.get(how)
        if isinstance(children, Sequence):
            changed[how] = [_replaced(child, texts) for child in children]
    if "op" in rule and rule["op"] != "is":
        changed["value"] = _threshold(next(texts))
    return changed


def _threshold(text: str) -> int | str | None:
    if not text.strip():
        return None
    steps = parse_form_number(text, decimals=THRESHOLD_DECIMALS, ambiguous_is_error=True)
    plain = format_plain(steps, THRESHOLD_DECIMALS)
    return plain if "." in plain else int(plain)
