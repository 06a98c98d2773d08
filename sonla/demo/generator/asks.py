"""What each indicator asks, read from the requirements themselves: kind, thresholds, which versions when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from programs.rules.verdicts import Threshold, thresholds


@dataclass(frozen=True)
class Ask:
    """One indicator of the set in one dated version of its requirement."""

    code: str
    criterion: int
    kind: str
    decimals: int
    rule: Mapping[str, object]
    may_not_apply: bool
    valid_from: date
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @cached_property
    def conditions(self) -> list[Threshold]:
        return thresholds(self.rule)

    def bar(self, part: str = "") -> Fraction:
        """The threshold of the part; without conditions of its own, that of the first condition."""
        found = [each for each in self.conditions if each.part == part] or self.conditions
        return found[0].value or Fraction(0)

    @cached_property
    def at_most(self) -> bool:
        return self.conditions[0].op in ("<=", "==", "<")

    @cached_property
    def parts(self) -> list[str]:
        return [each.part for each in self.conditions if each.part]


def asks_on(asks: Iterable[Ask], day: date) -> list[Ask]:
    """The versions in force on that day, in the order given."""
    return [ask for ask in asks if ask.in_force(day)]
