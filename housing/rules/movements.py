"""Movements between two yearly reviews, and the two ledgers that must balance.

closing = opening - left - other decrease + fell back + newly arisen + other increase, for poor and near-poor
households each. A household that was poor before under the same standard, was not at the opening and is poor
again fell back (tái nghèo); without such a history it is newly arisen. Who came by moving or splitting is
other increase, never arisen; who went is other decrease.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from housing.rules.classes import PovertyClass

POOR, NEAR, NEITHER = PovertyClass.POOR, PovertyClass.NEAR_POOR, PovertyClass.NEITHER


class Movement(StrEnum):
    """What became of a household between the opening and the closing of the year."""

    STAYED_POOR = "stayed_poor"
    STAYED_NEAR = "stayed_near"
    POOR_TO_NEAR = "poor_to_near"
    POOR_TO_NEITHER = "poor_to_neither"
    NEAR_TO_NEITHER = "near_to_neither"
    POOR_AGAIN = "poor_again"
    NEWLY_POOR = "newly_poor"
    NEAR_AGAIN = "near_again"
    NEWLY_NEAR = "newly_near"
    LEFT_POOR = "left_poor"
    LEFT_NEAR = "left_near"
    CAME_POOR = "came_poor"
    CAME_NEAR = "came_near"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Course:
    """One household's year: class at the opening (None: not here then) and at the closing (None: not here any
    more), and whether it was ever poor, ever near-poor, before the opening under the same standard."""

    opening: PovertyClass | None
    closing: PovertyClass | None
    ever_poor: bool = False
    ever_near: bool = False


def movement_of(course: Course) -> Movement:
    """The movement of one household."""
    opening, closing = course.opening, course.closing
    if closing is None:
        return {POOR: Movement.LEFT_POOR, NEAR: Movement.LEFT_NEAR}.get(opening, Movement.NONE)  # type: ignore[arg-type]
    if opening is None:
        return {POOR: Movement.CAME_POOR, NEAR: Movement.CAME_NEAR}.get(closing, Movement.NONE)
    if closing == POOR:
        if opening == POOR:
            return Movement.STAYED_POOR
        return Movement.POOR_AGAIN if course.ever_poor else Movement.NEWLY_POOR
    if closing == NEAR:
        if opening == NEAR:
            return Movement.STAYED_NEAR
        if opening == POOR:
            return Movement.POOR_TO_NEAR
        return Movement.NEAR_AGAIN if course.ever_near else Movement.NEWLY_NEAR
    return {POOR: Movement.POOR_TO_NEITHER, NEAR: Movement.NEAR_TO_NEITHER}.get(opening, Movement.NONE)


@dataclass(slots=True)
class Ledger:
    """The movements of poor, or of near-poor, households in one place and year; counts of households."""

    opening: int = 0
    out: int = 0
    down: int = 0
    other_decrease: int = 0
    from_poor: int = 0
    again: int = 0
    arisen: int = 0
    other_increase: int = 0
    again_from: dict[PovertyClass, int] = field(default_factory=dict)
    arisen_from: dict[PovertyClass, int] = field(default_factory=dict)
    out_to: dict[PovertyClass, int] = field(default_factory=dict)

    @property
    def closing(self) -> int:
        """What the movements leave; the review counts the same, or something is wrong."""
        lost = self.out + self.down + self.other_decrease
        return self.opening - lost + self.from_poor + self.again + self.arisen + self.other_increase


def ledgers(courses: Iterable[Course]) -> tuple[Ledger, Ledger]:
    """The ledger of the poor and that of the near-poor."""
    poor, near = Ledger(), Ledger()
    for course in courses:
        _book(course, poor, near)
    return poor, near


def _book(course: Course, poor: Ledger, near: Ledger) -> None:
    opening, closing, moved = course.opening, course.closing, movement_of(course)
    poor.opening += opening == POOR
    near.opening += opening == NEAR
    if moved == Movement.LEFT_POOR:
        poor.other_decrease += 1
    elif moved == Movement.LEFT_NEAR:
        near.other_decrease += 1
    elif moved == Movement.CAME_POOR:
        poor.other_increase += 1
    elif moved == Movement.CAME_NEAR:
        near.other_increase += 1
    elif opening is None or closing is None or opening == closing:
        return
    else:
        _cross(opening, closing, moved, poor, near)


def _cross(opening: PovertyClass, closing: PovertyClass, moved: Movement, poor: Ledger, near: Ledger) -> None:
    """A household that was here at both ends and changed its class."""
    if opening == POOR:
        poor.out += 1
        poor.out_to[closing] = poor.out_to.get(closing, 0) + 1
        near.from_poor += closing == NEAR
        return
    if opening == NEAR:
        if closing == POOR:
            near.down += 1
        else:
            near.out += 1
            return
    into = poor if closing == POOR else near
    if moved in (Movement.POOR_AGAIN, Movement.NEAR_AGAIN):
        into.again += 1
        into.again_from[opening] = into.again_from.get(opening, 0) + 1
    else:
        into.arisen += 1
        into.arisen_from[opening] = into.arisen_from.get(opening, 0) + 1
