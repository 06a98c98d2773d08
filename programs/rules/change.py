"""How far a figure moved since the last one: what a reviewer looks at first."""

from fractions import Fraction

from programs.rules.verdicts import Figure, percent_of


def movement(new: Figure, old: Figure, kind: str) -> Fraction | None:
    """New minus old, in stored steps, or in percentage points (exact) for a percentage.

    None where one of them is missing, does not apply, or is a yes/no.
    """
    if kind == "percent":
        after, before = percent_of(new), percent_of(old)
        return None if after is None or before is None else after - before
    if new.value is None or old.value is None or kind == "boolean":
        return None
    return Fraction(new.value - old.value)


def share_of(moved: Fraction, old: Figure) -> Fraction | None:
    """The movement of a number in percent of the old one; None where that was nothing."""
    return Fraction(100) * moved / old.value if old.value else None


def jumps(new: Figure, old: Figure, kind: str, limit: int) -> bool:
    """Whether it moved by more than `limit`: percentage points of a percentage, percent of any other number.

    From nothing every movement of a number is a jump.
    """
    moved = movement(new, old, kind)
    if moved is None:
        return False
    if kind == "percent":
        return abs(moved) > limit
    return abs(moved) * 100 > limit * abs(old.value or 0)
