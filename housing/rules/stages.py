"""The way of a house from proposal to hand-over, and what each step asks of the one before."""

from enum import StrEnum


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
