"""Poor, near-poor or neither: a household's class by the standard of its review round.

Decree 07/2021/NĐ-CP, Article 3: at or below the income line of its area, a household deprived of three basic
services or more is poor, of fewer near-poor; above the line it is neither. Circular 07/2021/TT-BLĐTBXH scores
the income side (B1) and ten points for each deprivation (B2).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

RURAL, URBAN = "rural", "urban"


class PovertyClass(StrEnum):
    """The class of a household in one review."""

    POOR = "poor"
    NEAR_POOR = "near_poor"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Line:
    """The income line of an area: VND a person and month, and the B1 points that stand for it (None when the
    standard has no scored sheet: then the income itself is compared)."""

    income: int
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """A poverty standard: lines by area, the points of each deprivation, and from how many points on a
    household at or below the line is poor."""

    lines: Mapping[str, Line]
    deprivation_points: Mapping[str, int]
    cutoff: int

    def b2(self, deprivations: Collection[str]) -> int:
        """The B2 points of these deprivations; those of another standard count nothing."""
        return sum(self.deprivation_points.get(code, 0) for code in set(deprivations))


@dataclass(frozen=True, slots=True)
class Classified:
    """A class with what it rests on, so that it can be said in words."""

    poverty_class: PovertyClass
    area: str
    below_line: bool
    by_points: bool
    measured: int
    line: int
    b2: int
    cutoff: int


def classify(
    standard: Standard,
    area: str,
    *,
    b1_points: int | None = None,
    income: int | None = None,
    deprivations: Collection[str] | None = None,
) -> Classified | None:
    """The household's class, or None while a side is missing.

    `b1_points` are compared where the line has points, else `income` (VND a person and month).
    `deprivations` is None while sheet B2 is not filled in; an empty collection says 'deprived of nothing'.
    """
    line = standard.lines[area]
    by_points = line.points is not None
    measured = b1_points if by_points else income
    limit = line.points if line.points is not None else line.income
    if measured is None or deprivations is None:
        return None
    b2 = standard.b2(deprivations)
    below = measured <= limit
    if not below:
        found = PovertyClass.NEITHER
    elif b2 >= standard.cutoff:
        found = PovertyClass.POOR
    else:
        found = PovertyClass.NEAR_POOR
    return Classified(found, area, below, by_points, measured, limit, b2, standard.cutoff)
