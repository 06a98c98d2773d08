"""Poor and near-poor households of every piece and year, at the published rates where there are any.

They come before the figures: indicator 11.1 of a commune is its poor and near-poor of households, and a
commune that meets the set has few enough of both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import pow

from sonla.demo.generator import casting
from sonla.demo.generator.bases import Bases
from sonla.demo.generator.standing import Standing
from sonla.demo.generator.streams import stream
from sonla.demo.generator.terms import TERMS, YEARS
from sonla.demo.generator.territory import FIRST_OF_75, Piece, Territory

# Percent of households at the end of the year. Published: 2021, 2023, 2024, and the former Sốp Cộp's of 2023
# and 2024; expected: 2025. The others lie between or beyond, and all of near-poor is the demo's.
POOR = {2021: "21.66", 2022: "18.04", 2023: "14.41", 2024: "10.89", 2025: "7.89", 2026: "5.95"}
POOR_SOP_COP = {2021: "41.20", 2022: "35.40", 2023: "30.23", 2024: "25.93", 2025: "20.70", 2026: "16.90"}
NEAR = {2021: "8.60", 2022: "8.10", 2023: "7.60", 2024: "7.00", 2025: "6.20", 2026: "5.40"}
NEAR_SOP_COP = {2021: "10.20", 2022: "9.90", 2023: "9.60", 2024: "9.20", 2025: "8.80", 2026: "8.30"}

# A commune that meets has at most 13 % of both together: 7.6 + 4.9 leaves room for rounding.
POOR_WHEN_MET, NEAR_WHEN_MET = 0.076, 0.049
# Quỳnh Nhai after its merger: a little above 13 %, after the first review of the merged commune.
QUYNH_NHAI = {2025: (0.083, 0.053), 2026: (0.080, 0.0525)}
MOST_POOR, MOST_NEAR = 0.62, 0.22


@dataclass(frozen=True)
class Poverty:
    """Poor and near-poor households by piece and year."""

    poor: Mapping[tuple[str, int], int]
    near: Mapping[tuple[str, int], int]

    def of(self, pieces: Iterable[Piece], year: int) -> tuple[int, int]:
        """Poor and near-poor of these pieces together."""
        names = [piece.name for piece in pieces]
        return sum(self.poor[name, year] for name in names), sum(self.near[name, year] for name in names)


def draw_poverty(territory: Territory, bases: Bases, standing: Standing, seed: int) -> Poverty:
    """Draw both classes: the former Sốp Cộp and the rest apart, each to its own total of the year."""
    poor: dict[tuple[str, int], int] = {}
    near: dict[tuple[str, int], int] = {}
    sop_cop = [piece for piece in territory.pieces if piece.district == casting.SOP_COP]
    rest = [piece for piece in territory.pieces if piece.district != casting.SOP_COP]
    for year in YEARS:
        households = bases.of("households", territory.pieces, year)
        for found, whole, part in ((poor, POOR, POOR_SOP_COP), (near, NEAR, NEAR_SOP_COP)):
            there = _count(part[year], bases.of("households", sop_cop, year))
            everywhere = _count(whole[year], households)
            draw = _Draw(territory, bases, standing, year, "poor" if found is poor else "near", seed)
            draw.spread(sop_cop, there, found)
            draw.spread(rest, everywhere - there, found)
    return Poverty(poor, near)


def _count(percent: str, households: int) -> int:
    return round(Fraction(percent) * households / 100)


@dataclass(frozen=True)
class _Draw:
    """One class of one year, to be spread over pieces so that it adds up to a given number."""

    territory: Territory
    bases: Bases
    standing: Standing
    year: int
    kind: str
    seed: int

    def spread(self, pieces: list[Piece], total: int, found: dict[tuple[str, int], int]) -> None:
        """Give each piece its households, at a rate that grows with its need and never rises in time."""
        for piece in pieces:
            rate = self._set_by_hand(piece)
            if rate is not None:
                found[piece.name, self.year] = round(rate * self.bases.of("households", [piece], self.year))
                total -= found[piece.name, self.year]
        pieces = [piece for piece in pieces if self._set_by_hand(piece) is None]
        households = {piece.name: self.bases.of("households", [piece], self.year) for piece in pieces}
        needs = {piece.name: self._need(piece) for piece in pieces}
        limits = {piece.name: self._limit(piece, found) for piece in pieces}
        low, high = 0.0, 200.0
        for _step in range(80):
            middle = (low + high) / 2
            counted = sum(min(middle * needs[n], limits[n]) * households[n] for n in households)
            low, high = (middle, high) if counted < total else (low, middle)
        counts = {n: int(min(high * needs[n], limits[n]) * households[n]) for n in households}
        # What rounding left over goes where there is room.
        left = total - sum(counts.values())
        for name in sorted(households, key=lambda n: limits[n] * households[n] - counts[n], reverse=True):
            step = max(min(left, int(limits[name] * households[name]) - counts[name], 3), 0)
            counts[name] += step
            left -= step
        for name, count in counts.items():
            found[name, self.year] = count
        if left:
            raise ValueError(f"{self.kind} {self.year}: {left} households find no room")

    def _need(self, piece: Piece) -> float:
        place = self.territory.places[piece.on(FIRST_OF_75)]
        before = self.territory.places[piece.places[0]]
        drawn = stream(self.seed, self.kind, piece.places[0][0]).uniform(0.75, 1.25)
        level = self.standing.level[piece.places[0]]
        spread = 1.65 if self.kind == "poor" else 1.3
        urban = 0.08 if not before.is_rural else 0.35 if not place.is_rural else 1.0
        return drawn * urban * pow(spread, -level)

    def _set_by_hand(self, piece: Piece) -> float | None:
        if self.year in QUYNH_NHAI and piece.places[2][0] == casting.QUYNH_NHAI_COMMUNE:
            return QUYNH_NHAI[self.year][0 if self.kind == "poor" else 1]
        return None

    def _limit(self, piece: Piece, found: Mapping[tuple[str, int], int]) -> float:
        """The highest rate that the piece can have: below last year's, and low where its commune meets."""
        poor = self.kind == "poor"
        limit = MOST_POOR if poor else MOST_NEAR
        before = found.get((piece.name, self.year - 1))
        if before is not None:
            limit = before / self.bases.of("households", [piece], self.year - 1)
        met = any(
            piece.on(term.last_day) in self.standing.met[term.code]
            for term in TERMS
            if term.base_year == self.year
        )
        return min(limit, POOR_WHEN_MET if poor else NEAR_WHEN_MET) if met else limit
