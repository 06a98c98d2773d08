"""What percentages are taken of: people, households, workers, villages, roads, land, schools, waste.

Drawn per piece and summed up, so that a merged commune has exactly what its predecessors had. The
populations of the 75 communes are the published ones; everything else is the demo's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sonla.demo.generator.streams import share_out, stream
from sonla.demo.generator.terms import YEARS
from sonla.demo.generator.territory import Key, Piece, Territory

PUBLISHED_YEAR = 2025
GROWTH = 1.011
PERSONS_PER_HOUSEHOLD = 4.6
PULL_OF_TOWNS = {"phuong": 1.5, "thi_tran": 1.4}
WOMEN = 0.495


@dataclass(frozen=True)
class Bases:
    """Figures by piece; `yearly` ones by year as well."""

    fixed: Mapping[str, Mapping[str, int]]
    yearly: Mapping[str, Mapping[tuple[str, int], int]]

    def of(self, name: str, pieces: Iterable[Piece], year: int) -> int:
        """The base `name` of these pieces together in that year."""
        if name in self.fixed:
            values = self.fixed[name]
            return sum(values[piece.name] for piece in pieces)
        by_year = self.yearly[name]
        return sum(by_year[piece.name, year] for piece in pieces)


def draw_bases(territory: Territory, seed: int) -> Bases:
    """All bases of all pieces."""
    population = _population(territory, seed)
    households = _households(territory, population, seed)
    yearly = {"population": population, "households": households}
    for name, share in (("labour", 0.56), ("graduates", 0.014), ("insured", 1.0)):
        for sex, part in (("female", WOMEN), ("male", 1 - WOMEN)):
            if name == "insured" and sex == "male":
                continue
            yearly[f"{name}.{sex}"] = {key: max(int(n * share * part), 2) for key, n in population.items()}
    yearly["insured.male"] = {key: n - yearly["insured.female"][key] for key, n in population.items()}
    yearly["children"] = {key: max(int(n * 0.085), 1) for key, n in population.items()}
    yearly["food"] = {key: max(int(n * 0.022), 1) for key, n in households.items()}
    # Tonnes with two decimals a year, some 0.3 kg a head and day.
    yearly["waste"] = {key: n * 11 for key, n in population.items()}
    yearly["plastic"] = {key: n * 11 // 8 for key, n in population.items()}
    yearly["hazardous"] = {key: max(n // 14, 10) for key, n in population.items()}
    return Bases(_fixed(territory, population, seed), yearly)


def _population(territory: Territory, seed: int) -> dict[tuple[str, int], int]:
    """The published people of each commune of today, shared out among its pieces, and back in time."""
    found: dict[tuple[str, int], int] = {}
    today: dict[Key, list[Piece]] = {}
    for piece in territory.pieces:
        today.setdefault(piece.places[2], []).append(piece)
    for key, pieces in sorted(today.items()):
        published = territory.places[key].population or 15_000
        weights = [_weight(territory, piece, seed) for piece in pieces]
        for piece, people in zip(pieces, share_out(published, weights), strict=True):
            for year in YEARS:
                found[piece.name, year] = round(people * GROWTH ** (year - PUBLISHED_YEAR))
    return found


def _weight(territory: Territory, piece: Piece, seed: int) -> float:
    """How many people a piece has beside its neighbours; a commune that was divided is in several pieces."""
    place = territory.places[piece.places[1]]
    several = len(territory.of[piece.places[0]])
    drawn = stream(seed, "people", piece.name).uniform(0.7, 1.3)
    return drawn * PULL_OF_TOWNS.get(place.kind, 1.0) / several


def _households(
    territory: Territory, population: Mapping[tuple[str, int], int], seed: int
) -> dict[tuple[str, int], int]:
    sizes = {}
    for piece in territory.pieces:
        urban = not territory.places[piece.places[1]].is_rural
        middle = PERSONS_PER_HOUSEHOLD - 0.5 if urban else PERSONS_PER_HOUSEHOLD + 0.1
        sizes[piece.name] = middle + stream(seed, "household", piece.name).uniform(-0.3, 0.3)
    return {(name, year): max(round(people / sizes[name]), 1) for (name, year), people in population.items()}


def _fixed(
    territory: Territory, population: Mapping[tuple[str, int], int], seed: int
) -> dict[str, dict[str, int]]:
    """What hardly changes: villages, roads in metres, land in 0.01 ha, schools, establishments."""
    ranges = {
        "villages": (8, 15),
        "roads.commune": (9_000, 28_000),
        "roads.village": (18_000, 60_000),
        "roads.lanes": (8_000, 35_000),
        "roads.fields": (4_000, 22_000),
        "land": (25_000, 140_000),
        "schools": (2, 5),
        "establishments": (5, 26),
        "livestock": (4, 34),
    }
    fixed: dict[str, dict[str, int]] = {name: {} for name in ranges}
    firsts = dict.fromkeys(piece.places[0] for piece in territory.pieces)
    for key in firsts:
        pieces = territory.of[key]
        weights = [float(population[piece.name, PUBLISHED_YEAR]) for piece in pieces]
        for name, (low, high) in ranges.items():
            total = stream(seed, name, key[0]).randint(low, high)
            for piece, part in zip(pieces, share_out(total, weights), strict=True):
                fixed[name][piece.name] = part
    return fixed
