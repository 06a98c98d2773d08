"""How much of what was expected a figure rests on: three numbers, never one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """Communes that reported of those expected, and the households that live in them.

    `households` is None where the households of some expected commune are not known: a share of part of
    them would say nothing.
    """

    reported: int
    expected: int
    reported_households: int | None
    households: int | None

    @property
    def is_full(self) -> bool:
        return self.reported == self.expected


def coverage_of(
    reported: Collection[int], expected: Collection[int], households: Mapping[int, int]
) -> Coverage:
    """The coverage of a figure: `reported` of `expected` communes."""
    counted = set(reported) & set(expected)
    if not expected or any(unit not in households for unit in expected):
        return Coverage(len(counted), len(expected), None, None)
    return Coverage(
        len(counted),
        len(expected),
        sum(households[unit] for unit in counted),
        sum(households[unit] for unit in expected),
    )
