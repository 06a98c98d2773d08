"""What a household's sheet gives by one standard or two; the page's script computes the same."""

from collections.abc import Collection
from dataclasses import dataclass

from housing.rules.classes import Classified, Standard, classify


@dataclass(frozen=True, slots=True)
class Result:
    """The classes of one sheet: by the round's standard, and in a general review by the new one too."""

    now: Classified | None
    next: Classified | None


def result_of(
    standard: Standard,
    next_standard: Standard | None,
    area: str,
    *,
    b1_points: int | None,
    income: int | None,
    deprivations: Collection[str] | None,
) -> Result:
    """Both classes; None where a side is missing or there is no second standard."""
    now = classify(standard, area, b1_points=b1_points, income=income, deprivations=deprivations)
    if next_standard is None:
        return Result(now, None)
    later = classify(next_standard, area, b1_points=b1_points, income=income, deprivations=deprivations)
    return Result(now, later)
