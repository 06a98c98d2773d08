"""The line of the area: a commune that became a ward measures by another line (đổi khu vực)."""

from collections.abc import Collection

from housing.rules.classes import Standard, classify
from housing.rules.movements import Movement

UNMOVED = (Movement.NONE, Movement.STAYED_POOR, Movement.STAYED_NEAR)


def moved_by_area(
    standard: Standard,
    old_area: str | None,
    area: str,
    movement: Movement,
    *,
    b1_points: int | None = None,
    income: int | None = None,
    deprivations: Collection[str] | None = None,
) -> bool:
    """Whether a household moved that would be classed otherwise by the line of the area it was in before."""
    if old_area in (None, area) or movement in UNMOVED:
        return False
    assert old_area is not None
    measured = {"b1_points": b1_points, "income": income, "deprivations": deprivations}
    now = classify(standard, area, **measured)  # type: ignore[arg-type]
    before = classify(standard, old_area, **measured)  # type: ignore[arg-type]
    return now is not None and before is not None and now.poverty_class != before.poverty_class
