"""Figures of many communes as one: a ratio of sums, a weighted mean or a sum, in words and as a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from programs.models import Indicator, OverUnits
from programs.queries.thresholds import unit_words
from programs.queries.wording import amount_words
from programs.rules.numbers import format_percent, round_half_up
from programs.rules.verdicts import Figure


@dataclass(frozen=True, slots=True)
class Sum:
    """A total as people read it, what it is made of, and the communes whose figures are in it.

    `label` is the total without its unit; `amount` the total itself, of a percentage out of 100, None where
    nothing adds up.
    """

    value: str = ""
    detail: str = ""
    units: set[int] = field(default_factory=set)
    amount: Fraction | None = None
    label: str = ""


def sum_of(indicator: Indicator, given: Mapping[int, Figure], weights: Mapping[int, int]) -> Sum:
    """The figures of all communes as one; without a value where they do not add up to anything.

    `given` holds only figures with a value; `weights` the base of each commune for a weighted mean.
    """
    if indicator.is_boolean or indicator.over_units == OverUnits.NONE:
        return Sum(units=set(given))
    if indicator.is_ratio:
        return _ratio(indicator, given)
    if indicator.over_units == OverUnits.WEIGHTED:
        return _mean(indicator, given, weights)
    if not given:
        return Sum()
    total = sum(figure.value or 0 for figure in given.values())
    return _whole(total, indicator, set(given), Fraction(total))


def _ratio(indicator: Indicator, given: Mapping[int, Figure]) -> Sum:
    """Numerators and denominators each added up; a percentage is never an average of percentages."""
    whole = {pk: figure for pk, figure in given.items() if figure.denominator}
    above = sum(figure.value or 0 for figure in whole.values())
    below = sum(figure.denominator or 0 for figure in whole.values())
    if not below:
        return Sum()
    detail = _("{above} trên {below} {unit}").format(
        above=amount_words(above, indicator),
        below=amount_words(below, indicator),
        unit=unit_words(indicator),
    )
    shown = format_percent(above, below)
    return Sum(shown, detail.strip(), set(whole), Fraction(100 * above, below), shown)


def _mean(indicator: Indicator, given: Mapping[int, Figure], weights: Mapping[int, int]) -> Sum:
    """The mean weighted by a base (income by population)."""
    weighed = {pk: weights[pk] for pk in given if weights.get(pk)}
    if not weighed:
        return Sum()
    total = sum((given[pk].value or 0) * weight for pk, weight in weighed.items())
    mean = Fraction(total, sum(weighed.values()))
    return _whole(round_half_up(mean), indicator, set(weighed), mean)


def _whole(value: int, indicator: Indicator, units: set[int], amount: Fraction) -> Sum:
    label = amount_words(value, indicator)
    return Sum(f"{label} {unit_words(indicator)}".strip(), "", units, amount, label)
