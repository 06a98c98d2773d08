"""How high a figure is: drawn once for each place and indicator, growing in time, on the side it must be."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sonla.demo.generator.streams import chance

# For each percentage: the base it is taken of, the least and the most that is drawn, in percent.
BASES_OF = {
    "ntm.xa.2.1": ("roads.commune", 45, 100),
    "ntm.xa.2.2": ("roads.village", 32, 96),
    "ntm.xa.2.3": ("roads.lanes", 38, 97),
    "ntm.xa.2.4": ("roads.fields", 20, 88),
    "ntm.xa.3.1": ("land", 58, 96),
    "ntm.xa.4.2": ("households", 78, 99.6),
    "ntm.xa.5.1": ("schools", 20, 100),
    "ntm.xa.6.3": ("villages", 62, 100),
    "ntm.xa.9.2": ("households", 52, 95),
    "ntm.xa.12.1": ("labour", 36, 78),
    "ntm.xa.12.2": ("labour", 8, 37),
    "ntm.xa.14.2": ("graduates", 52, 95),
    "ntm.xa.15.1": ("insured", 72, 98.5),
    "ntm.xa.15.3": ("children", 13, 32),
    "ntm.xa.15.4": ("population", 22, 88),
    "ntm.xa.16.1": ("villages", 45, 97),
    "ntm.xa.17.1": ("households", 14, 72),
    "ntm.xa.17.2": ("establishments", 62, 100),
    "ntm.xa.17.6": ("waste", 38, 93),
    "ntm.xa.17.7": ("hazardous", 68, 100),
    "ntm.xa.17.8": ("households", 42, 94),
    "ntm.xa.17.9": ("livestock", 30, 92),
    "ntm.xa.17.10": ("food", 80, 100),
    "ntm.xa.17.11": ("households", 10, 62),
    "ntm.xa.17.12": ("plastic", 24, 82),
    "ntm.xa.18.3": ("organisations", 60, 100),
}

# How much of its distance to the threshold a figure moves on from one period to the next, at least.
STEP = 0.08


@dataclass
class Ratios:
    """The share (0 to 1) that each piece reached last, by indicator: figures go on from there."""

    seed: int
    close: frozenset[tuple[str, str]] = frozenset()
    last: dict[tuple[str, str], float] = field(default_factory=dict)

    def reach(self, code: str, pieces: Iterable[str], main: str, years: float, band: "Band") -> float:
        """The share a place reaches: never back without need, and on its side of the threshold."""
        # `close`: what is to stand close to its threshold, indicator and piece.
        drawn = 0.02 if (code, main) in self.close else chance(self.seed, "height", code, main)
        names = list(pieces)
        known = [self.last[code, name] for name in names if (code, name) in self.last]
        share = band.drawn(drawn, years)
        if known:
            before = sum(known) / len(known)
            step = abs(band.bar - before) * STEP
            share = min(share, before - step) if band.falling else max(share, before + step)
        share = band.kept(share, drawn, years)
        for name in names:
            self.last[code, name] = share
        return share


@dataclass(frozen=True, slots=True)
class Band:
    """The room on one side of a threshold; all numbers are shares or amounts of one unit."""

    low: float
    bar: float
    high: float
    passes: bool
    falling: bool = False

    def drawn(self, position: float, years: float) -> float:
        """From the position (0 to 1) that a place has among others, and the years of progress."""
        if self.falling:
            position, years = 1 - position, -years
        if self.passes != self.falling:
            place = 0.06 + 0.72 * position + 0.035 * years
            return self.bar + (self.high - self.bar) * min(max(place, 0.02), 1.0)
        place = 0.28 + 0.5 * position + 0.05 * years
        return self.low + (self.bar - self.low) * min(max(place, 0.0), 0.96)

    def kept(self, share: float, position: float, years: float) -> float:
        """The share, moved to its side of the bar if progress or a merger carried it over."""
        inside = (0.05 + 0.25 * position) * max(1 - 0.06 * years, 0.3)
        if self.passes != self.falling:
            return min(max(share, self.bar), self.high)
        return max(min(share, self.bar - (self.bar - self.low) * inside * 0.5), self.low)
