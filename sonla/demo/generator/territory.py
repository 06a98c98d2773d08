"""Land and people as pieces that both reorganisations keep whole, so that every map adds up to the same.

A piece is what one commune of 2024 gave to one commune of the first half of 2025. Whatever is drawn for
pieces (people, households, poor) is summed up for the communes of any day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

Key = tuple[str, date]
"""A unit: its code and first day."""

LAST_OF_2024 = date(2024, 12, 31)
LAST_WITH_DISTRICTS = date(2025, 6, 30)
FIRST_OF_75 = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, ward or township from its first day to before another."""

    code: str
    first_day: date
    end: date | None
    name: str
    kind: str
    district: str
    population: int | None = None

    @property
    def key(self) -> Key:
        return self.code, self.first_day

    @property
    def is_rural(self) -> bool:
        """New-rural sets apply to xã only."""
        return self.kind == "xa"

    def lives_on(self, day: date) -> bool:
        return self.first_day <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the land: its commune in 2024, in the first half of 2025 and since."""

    name: str
    places: tuple[Key, Key, Key]
    district: str

    def on(self, day: date) -> Key:
        """The commune that the piece belongs to on that day."""
        if day <= LAST_OF_2024:
            return self.places[0]
        return self.places[1] if day <= LAST_WITH_DISTRICTS else self.places[2]


@dataclass(frozen=True)
class Territory:
    """All places and the pieces of each."""

    places: Mapping[Key, Place]
    pieces: tuple[Piece, ...]
    of: Mapping[Key, tuple[Piece, ...]] = field(default_factory=dict)

    def living(self, day: date) -> list[Place]:
        """The communes, wards and townships of that day, by code."""
        return sorted((place for place in self.places.values() if place.lives_on(day)), key=lambda p: p.key)

    def rural(self, day: date) -> list[Place]:
        return [place for place in self.living(day) if place.is_rural]

    def successors(self, place: Place, day: date) -> set[Key]:
        """The places that the place's land belongs to on a later day."""
        return {piece.on(day) for piece in self.of[place.key]}


def build_territory(places: Iterable[Place], successions: Iterable[tuple[Key, Key]]) -> Territory:
    """The territory from communes and (predecessor, successor) pairs.

    Raises ValueError when a commune that ended has no successor.
    """
    known = {place.key: place for place in places}
    heirs: dict[Key, list[Key]] = {}
    for predecessor, successor in sorted(successions):
        if predecessor in known and successor in known:
            heirs.setdefault(predecessor, []).append(successor)
    pieces = []
    for first in sorted(key for key, place in known.items() if place.lives_on(LAST_OF_2024)):
        for second in _next(first, known, heirs, LAST_WITH_DISTRICTS):
            for third in _next(second, known, heirs, FIRST_OF_75):
                pieces.append(Piece(f"{first[0]}-{second[0]}", (first, second, third), known[first].district))
    of: dict[Key, list[Piece]] = {}
    for piece in pieces:
        for key in dict.fromkeys(piece.places):
            of.setdefault(key, []).append(piece)
    return Territory(known, tuple(pieces), {key: tuple(found) for key, found in of.items()})


def _next(key: Key, known: Mapping[Key, Place], heirs: Mapping[Key, list[Key]], day: date) -> list[Key]:
    if known[key].lives_on(day):
        return [key]
    if key not in heirs:
        raise ValueError(f"{key[0]} ended without a successor")
    return heirs[key]
