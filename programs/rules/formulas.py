"""Figures that are computed from other figures of the same unit: what one unit's own figure is.

A formula is data: {"ratio": {"numerator": [codes], "denominator": [codes]}} or {"sum": {"plus": [codes],
"minus": [codes]}}. A unit that lacks one of the parts lacks the whole: a rate is never taken of other units'
households. Sums over units follow from the units' own figures, as for any other indicator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Formula:
    """What is added and taken away above the line and, for a ratio, below it; codes of indicators."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    below_minus: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.plus, *self.minus, *self.below, *self.below_minus)))

    def evaluate(self, values: Mapping[str, int]) -> tuple[int, int | None] | None:
        """Amount, or numerator and denominator; None when a part is missing or nothing is below the line."""
        if any(code not in values for code in self.codes):
            return None
        amount = sum(values[code] for code in self.plus) - sum(values[code] for code in self.minus)
        if not self.below:
            return amount, None
        base = sum(values[code] for code in self.below) - sum(values[code] for code in self.below_minus)
        return (amount, base) if base > 0 else None


def read_formula(derivation: Mapping[str, Any] | None) -> Formula | None:
    """The formula that a derivation holds; None when it is of another kind."""
    if not derivation:
        return None
    if ratio := derivation.get("ratio"):
        return Formula(
            tuple(ratio["numerator"]),
            tuple(ratio.get("numerator_minus", ())),
            tuple(ratio["denominator"]),
            tuple(ratio.get("denominator_minus", ())),
        )
    if total := derivation.get("sum"):
        return Formula(tuple(total["plus"]), tuple(total.get("minus", ())))
    return None
