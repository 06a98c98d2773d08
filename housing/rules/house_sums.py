"""Sums over houses: the norm, a list against its target, and whose money it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


def norm_of(counts: Mapping[str, int], amounts: Mapping[str, int]) -> int | None:
    """What the norm says for so many houses of each kind, VND; None when a kind that occurs has no norm.

    2,653 new × 60 million + 405 repaired × 30 million = 171,330 million. It is not money received.
    """
    if any(count and kind not in amounts for kind, count in counts.items()):
        return None
    return sum(count * amounts[kind] for kind, count in counts.items() if count)


@dataclass(frozen=True, slots=True)
class Progress:
    """One list (never two together) against its target."""

    completed: int
    target: int | None

    @property
    def over(self) -> int:
        """Houses above the target; 0 without one."""
        return max(self.completed - self.target, 0) if self.target is not None else 0

    @property
    def left(self) -> int | None:
        """Houses still to build; None without a target."""
        return max(self.target - self.completed, 0) if self.target is not None else None


@dataclass(frozen=True, slots=True)
class Shares:
    """Value by giver, VND: the state's budgets, society (donors, community, loans), the family's own."""

    state: int = 0
    society: int = 0
    own: int = 0

    @property
    def total(self) -> int:
        return self.state + self.society + self.own


OWN = "own"
"""The code of the source that is the family itself."""


def shares(amounts: Iterable[tuple[str, bool, int]]) -> Shares:
    """The three shares of (source code, of the state's budget, VND)."""
    state = society = own = 0
    for code, is_state, value in amounts:
        if is_state:
            state += value
        elif code == OWN:
            own += value
        else:
            society += value
    return Shares(state, society, own)
