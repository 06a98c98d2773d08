"""Which communes meet the set in which period, so that published totals hold; and what the others fail."""

from collections.abc import Mapping
from dataclasses import dataclass

from sonla.demo.generator import casting
from sonla.demo.generator.bases import PUBLISHED_YEAR, Bases
from sonla.demo.generator.streams import chance, stream
from sonla.demo.generator.terms import TERMS, Term
from sonla.demo.generator.territory import (
    FIRST_OF_75,
    LAST_OF_2024,
    LAST_WITH_DISTRICTS,
    Key,
    Place,
    Territory,
)

BEFORE = tuple(term for term in TERMS if term.last_day < FIRST_OF_75)
RECOGNISED_BY_2024 = (casting.CITY, casting.QUYNH_NHAI)
AFTER = tuple(term for term in TERMS if term.last_day > FIRST_OF_75)


@dataclass(frozen=True)
class Standing:
    """Who meets by term; how far each place is on its way (0 is middling, 2 is far)."""

    met: Mapping[str, frozenset[Key]]
    level: Mapping[Key, float]
    main_piece: Mapping[Key, str]

    def meets(self, place: Place, term: Term) -> bool:
        return place.key in self.met[term.code]


def draw_standing(territory: Territory, bases: Bases, seed: int) -> Standing:
    """Draw who meets when: from the level of each place, and around the published totals."""
    piece_level = {
        piece.name: casting.DISTRICT_LEVEL[piece.district]
        + stream(seed, "level", piece.places[0][0]).gauss(0, 0.7)
        for piece in territory.pieces
    }
    level: dict[Key, float] = {}
    main: dict[Key, str] = {}
    for key, pieces in territory.of.items():
        people = {piece.name: bases.of("population", [piece], PUBLISHED_YEAR) for piece in pieces}
        level[key] = sum(piece_level[name] * n for name, n in people.items()) / max(sum(people.values()), 1)
        main[key] = max(sorted(people), key=people.__getitem__)
    met = _before_mergers(territory, level, seed)
    met |= _after_mergers(territory, level)
    return Standing(met, level, main)


def _before_mergers(territory: Territory, level: Mapping[Key, float], seed: int) -> dict[str, frozenset[Key]]:
    """From the published end back to 2021: whoever met stays met, the weaker ones came later."""
    lasting, ended = _cast(territory, level)
    # Codes stay with their places here, but for the renamed one, whose code stays too.
    in_2025 = {place.code: place.key for place in territory.rural(LAST_WITH_DISTRICTS)}
    in_2024 = {place.code: place.key for place in territory.rural(LAST_OF_2024)}
    steady = {code for code in lasting if territory.places[in_2025[code]].district in RECOGNISED_BY_2024}
    newest = _weakest(lasting - steady, level, in_2025, len(lasting) + len(ended) - casting.MET["2024"])
    met = {"2025-H1": frozenset(in_2025[code] for code in lasting)}
    holding = (lasting | ended) - newest
    met["2024"] = frozenset(in_2024[code] for code in holding)
    quynh_nhai = {code for code in holding if territory.places[in_2024[code]].district == casting.QUYNH_NHAI}
    late = _weakest(
        quynh_nhai - set(casting.BECAME_URBAN),
        level,
        in_2024,
        len(quynh_nhai) - casting.QUYNH_NHAI_BY_MID_2024,
    )
    free = holding - quynh_nhai
    late |= _weakest(free, level, in_2024, len(holding) - casting.MET["2024-H1"] - len(late))
    holding = holding - late
    met["2024-H1"] = frozenset(in_2024[code] for code in holding)
    for code in ("2023", "2022", "2021"):
        holding = holding - _weakest(holding, level, in_2024, len(holding) - casting.MET[code])
        met[code] = frozenset(in_2024[each] for each in holding)
    met["2024"] -= _relapsed(territory, met, seed)
    return met


def _cast(territory: Territory, level: Mapping[Key, float]) -> tuple[set[str], set[str]]:
    """Codes of those that meet in 2025-H1, and of those that met until the first reorganisation."""
    ended = {*casting.BECAME_URBAN, *casting.MERGED_IN_JANUARY}
    certain = {*casting.RENAMED, *casting.UNTOUCHED, casting.SOP_COP_CENTRE}
    free: list[tuple[float, str]] = []
    for place in territory.rural(LAST_WITH_DISTRICTS):
        if place.district in (casting.CITY, casting.QUYNH_NHAI):
            certain.add(place.code)
        elif place.district == casting.SOP_COP or place.code in casting.UNTOUCHED_NOT_MET:
            continue
        elif place.first_day <= LAST_OF_2024 and place.code not in certain:
            free.append((level[place.key], place.code))
    best = sorted(free, reverse=True)[: casting.MET["2025-H1"] - len(certain)]
    return certain | {code for _level, code in best}, ended


def _weakest(codes: set[str], level: Mapping[Key, float], keys: Mapping[str, Key], count: int) -> set[str]:
    """The weakest of them; those with a part to play met long ago."""
    fixed = {*casting.RENAMED, *casting.UNTOUCHED, *casting.BECAME_URBAN, *casting.MERGED_IN_JANUARY}
    fixed.add(casting.SOP_COP_CENTRE)
    free = sorted(codes - fixed, key=lambda code: (level[keys[code]], code))
    return set(free[:count])


def _relapsed(territory: Territory, met: Mapping[str, frozenset[Key]], seed: int) -> frozenset[Key]:
    """Communes that met before and after 2024, but not at its end."""
    eligible = sorted(
        key
        for key in met["2023"] & met["2025-H1"]
        if territory.places[key].district not in RECOGNISED_BY_2024 and key[0] not in casting.UNTOUCHED
    )
    return frozenset(stream(seed, "relapsed").sample(eligible, casting.RELAPSED_IN_2024))


def _after_mergers(territory: Territory, level: Mapping[Key, float]) -> dict[str, frozenset[Key]]:
    """Merged communes start anew, and only the strongest meet at once; none in the former Sốp Cộp."""
    free = []
    certain = set()
    for place in territory.rural(FIRST_OF_75):
        if place.code in casting.UNTOUCHED:
            certain.add(place.key)
        elif place.district != casting.SOP_COP and place.code not in (
            *casting.UNTOUCHED_NOT_MET,
            casting.QUYNH_NHAI_COMMUNE,
        ):
            free.append((level[place.key], place.key))
    ranked = [key for _level, key in sorted(free, reverse=True)]
    met = {}
    for term in AFTER:
        wanted = casting.MET_AFTER_MERGERS[term.code]
        holding = certain | set(ranked[: wanted - len(certain)])
        relapsed = casting.RELAPSED_LATER.get(term.code, ())
        met[term.code] = frozenset(key for key in holding if key[0] not in relapsed)
    return met


def is_quynh_nhai(place: Place) -> bool:
    """The merged commune that the demo's first login enters figures for."""
    return place.code == casting.QUYNH_NHAI_COMMUNE and place.first_day == FIRST_OF_75


def failed_criteria(standing: Standing, place: Place, term: Term, seed: int) -> set[int]:
    """The criteria that a commune fails in a term, number 11 aside, which follows from its poor households.

    The same throughout, fewer as time goes by; a merger brings some back.
    """
    if standing.meets(place, term):
        return set()
    if is_quynh_nhai(place):
        return set(casting.QUYNH_NHAI_FAILS)
    if any(standing.meets(place, other) for other in TERMS if other.last_day < term.last_day):
        return {15}
    merged = 0.25 if place.first_day == FIRST_OF_75 else 0.0
    weight = 1.25 - 0.28 * standing.level[place.key] - 0.11 * term.years + merged
    piece = standing.main_piece[place.key]
    drawn = {n: chance(seed, "criterion", piece, n) / casting.HARDNESS[n] for n in casting.HARDNESS}
    ranked = sorted(drawn, key=drawn.__getitem__)
    failed = {n for n in ranked if drawn[n] < weight}
    return set(ranked[: min(max(len(failed), 1), casting.MOST_CRITERIA_FAILED - 1)])
