"""What each indicator asks, read from the requirements themselves: kind, thresholds, which versions when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from programs.rules.verdicts import thresholds


@dataclass(frozen=True, slots=True)
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

    def bar(self, part: str = "") -> Fraction:
        """The threshold of the part; without conditions of its own, that of the first condition."""
        found = [each for each in thresholds(self.rule) if each.part == part] or thresholds(self.rule)
        return found[0].value or Fraction(0)

    @property
    def at_most(self) -> bool:
        return thresholds(self.rule)[0].op in ("<=", "==", "<")

    @property
    def parts(self) -> list[str]:
        return [each.part for each in thresholds(self.rule) if each.part]


def asks_on(asks: Iterable[Ask], day: date) -> list[Ask]:
    """The versions in force on that day, in the order given."""
    return [ask for ask in asks if ask.in_force(day)]
