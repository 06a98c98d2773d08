"""The way of a house from proposal to hand-over, and what each step asks of the one before."""

from datetime import date
from enum import StrEnum
from itertools import pairwise


class Stage(StrEnum):
    """Where a house stands."""

    PROPOSED = "proposed"
    VOTED = "voted"
    APPROVED = "approved"
    STARTED = "started"
    COMPLETED = "completed"
    HANDED_OVER = "handed_over"
    STOPPED = "stopped"


WAY = (Stage.PROPOSED, Stage.VOTED, Stage.APPROVED, Stage.STARTED, Stage.COMPLETED, Stage.HANDED_OVER)


def next_stage(stage: Stage) -> Stage | None:
    """The step that follows; None at the end, and for what was stopped."""
    if stage not in WAY or stage == WAY[-1]:
        return None
    return WAY[WAY.index(stage) + 1]


def days_in_order(days: list[date | None]) -> bool:
    """Whether the days of the steps (None where a step has none yet) do not go back."""
    known = [day for day in days if day is not None]
    return all(first <= second for first, second in pairwise(known))
