"""When a recognition is to be considered for revocation (QĐ 18/2022/QĐ-TTg), as a rule over counts.

It only proposes: a person decides, by a decision with a number.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

HUNDRED = 100


class Ground(StrEnum):
    """Why revocation is proposed."""

    KEY = "key"
    MANY = "many"
    COMMUNES = "communes"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The rule's numbers, in percent: from `lower` of the criteria failed together with a key one, or from
    `upper` whichever they are; of a district also from `communes` of its communes revoked, None elsewhere."""

    lower: int
    upper: int
    key: frozenset[int] = field(default_factory=frozenset)
    communes: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rule says of a unit; `ground` is None where it proposes nothing."""

    failed: int
    applicable: int
    key_failed: tuple[int, ...] = ()
    ground: Ground | None = None

    @property
    def share(self) -> Fraction | None:
        """The exact share of the applicable criteria that failed, in percent."""
        return Fraction(HUNDRED * self.failed, self.applicable) if self.applicable else None


def propose(
    bounds: Bounds, failed: Collection[int], applicable: int, *, revoked: int = 0, communes: int = 0
) -> Proposal:
    """Whether revocation is proposed: `failed` are the numbers of the criteria that are not met.

    Unknown criteria count among the `applicable` ones and never as failed. Shares are compared exactly.
    `revoked` of the `communes` of a district have lost their own recognition.
    """
    key = tuple(sorted(bounds.key & set(failed)))
    count = len(set(failed))
    ground = None
    if applicable and HUNDRED * count >= bounds.upper * applicable:
        ground = Ground.MANY
    elif applicable and key and HUNDRED * count >= bounds.lower * applicable:
        ground = Ground.KEY
    elif bounds.communes is not None and communes and HUNDRED * revoked >= bounds.communes * communes:
        ground = Ground.COMMUNES
    return Proposal(count, applicable, key, ground)
