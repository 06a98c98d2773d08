"""What an act of reorganisation touches in higher rooms: each room says so in words, and follows the act.

A room registers one provider when it starts. The draft of an act asks all of them what would be touched;
confirming calls all of them in the act's own transaction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from communes.models import HandOver, Membership, Unit, User
from communes.rules.acts import Finding


@dataclass(frozen=True, slots=True)
class Path:
    """Predecessor → successor of an act; without a successor's id it is not carried out yet.

    `renamed`: a new name, kind or code and nothing else. `resized`: the same unit in code, name and kind,
    which only gives or takes villages that the act names.
    """

    predecessor: int
    successor: int | None
    code: str
    name: str
    urban: bool
    whole: bool
    renamed: bool
    resized: bool


@dataclass(frozen=True, slots=True)
class Change:
    """An act as the rooms see it: the units that end with it on its day, and what each becomes."""

    number: str
    day: date
    ended: frozenset[int]
    paths: tuple[Path, ...]

    @property
    def orphans(self) -> frozenset[int]:
        """Units that end without a successor."""
        return self.ended - {path.predecessor for path in self.paths}

    def heirs(self) -> dict[int, list[Path]]:
        """What each ended unit becomes."""
        found: dict[int, list[Path]] = {}
        for path in self.paths:
            found.setdefault(path.predecessor, []).append(path)
        return found


@dataclass(frozen=True, slots=True)
class Touch:
    """How many things of one sort an act touches, and what becomes of them; `examples` name a few."""

    what: str
    count: int
    becomes: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that a unit without successor leaves behind; `ref` tells it from its like."""

    unit: int
    ref: str
    words: str


class Provider:
    """One room's part in a reorganisation. A room overrides what concerns it."""

    kind = ""

    def touches(self, change: Change) -> Iterable[Touch]:
        """What the act would touch in this room, before anything is changed."""
        return ()

    def apply(self, change: Change, by: User, today: date) -> None:
        """Follow the act, inside its transaction; the register stands as the act made it."""

    def left_by(self, units: Collection[int]) -> Iterable[Kept]:
        """What these units, ended without successors, leave that needs a new keeper."""
        return ()

    def settle(self, item: HandOver, keeper: Unit | None, by: User, today: date) -> None:
        """A thing that was left gets its keeper; without one it needs none."""

    def given(self, old: Membership, new: Membership) -> None:
        """A person's role on a predecessor goes on as `new` on a successor."""

    def check(self) -> Iterable[Finding]:
        """What of this room does not fit the register; `place` is the unit's key."""
        return ()

    def words(self, finding: Finding, unit: Unit | None) -> str:
        """One of this room's own findings as a sentence."""
        return finding.code


_providers: list[Provider] = []


def register_provider(provider: Provider) -> None:
    """Make a room's provider known; the same kind again replaces it (a start that is repeated)."""
    _providers[:] = [one for one in _providers if one.kind != provider.kind]
    _providers.append(provider)


def all_providers() -> list[Provider]:
    """In the order in which the rooms stand."""
    return list(_providers)
