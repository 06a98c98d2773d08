"""Households of six communes, one by one, so that every year counts up to what was drawn for their land.

Each piece of land has so many households, poor and near-poor ones a year (bases, poverty); here they get
faces: who is poor stays so or leaves, some fall back, some are new. What a sheet says lies on the right side
of the line, so that its class is computed and never written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from sonla.demo.generator.bases import Bases
from sonla.demo.generator.people_names import Head, draw_head, draw_people
from sonla.demo.generator.poverty import Poverty
from sonla.demo.generator.streams import share_out, stream
from sonla.demo.generator.terms import YEARS
from sonla.demo.generator.territory import FIRST_OF_75, Piece, Territory

# Quỳnh Nhai (of three xã and a township), the ward Chiềng An (of a ward and two xã, among them Chiềng Xôm),
# Mường Lèo and Mường Lạn (untouched, far and poor), Phiêng Khoài (untouched, recognised), Mường Sại (of two).
REGISTERS = ("03703", "03664", "04240", "04246", "04099", "03712")

POOR, NEAR, NEITHER = "poor", "near_poor", "neither"
BEFORE_ALL = 2020
NEW_AMONG_POOR, NEW_AMONG_NEAR, TO_NEAR, RELAPSED = 0.035, 0.06, 0.45, 0.4

DEPRIVATIONS = (
    "employment", "dependents", "nutrition", "health_insurance", "adult_education", "child_schooling",
    "housing_quality", "housing_area", "water", "toilet", "telecom", "info_device",
)  # fmt: skip
OFTEN = (3, 2, 2, 4, 5, 2, 6, 5, 5, 7, 4, 2)
REASONS = ("no_land", "no_capital", "no_labour", "no_tools", "no_knowledge", "no_skills", "illness", "other")


@dataclass(eq=False, slots=True)
class Home:
    """A household: its head, where it lives, how many it is, since which year, and its class by year."""

    number: int
    head: Head
    piece: Piece
    village: int
    persons: int
    since: int
    no_labour: bool = False
    merit: bool = False
    social_protection: bool = False
    classes: dict[int, str] = field(default_factory=dict)

    def class_in(self, year: int) -> str:
        """Poor, near-poor, or neither, as the review of that year leaves it."""
        return self.classes.get(year, NEITHER)

    def was(self, kind: str, before: int) -> bool:
        return any(found == kind for year, found in self.classes.items() if year < before)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the sheets of a household say: B1 points, income (VND a person and month), and what is ticked."""

    b1_points: int
    income: int
    deprivations: frozenset[str]
    reasons: frozenset[str]


def draw_homes(territory: Territory, bases: Bases, poverty: Poverty, seed: int) -> dict[str, list[Home]]:
    """The households of the six communes, by the commune's code of today."""
    found = {}
    for code in REGISTERS:
        numbers = iter(range(10**6))
        homes: list[Home] = []
        for piece in _land(territory, code):
            homes += _Piece(piece, bases, poverty, numbers, seed).draw()
        found[code] = homes
    return found


def _land(territory: Territory, code: str) -> tuple[Piece, ...]:
    """The land of a commune of today, whether a merger made it or none touched it."""
    key = next(k for k, place in territory.places.items() if k[0] == code and place.lives_on(FIRST_OF_75))
    return territory.of[key]


@dataclass(slots=True)
class _Piece:
    """One piece of land on its way through the years."""

    piece: Piece
    bases: Bases
    poverty: Poverty
    numbers: Iterator[int]
    seed: int

    def draw(self) -> list[Home]:
        drawn = stream(self.seed, "homes", self.piece.name)
        homes: list[Home] = []
        people_before = 0
        for year in YEARS:
            households = self.bases.of("households", [self.piece], year)
            population = self.bases.of("population", [self.piece], year)
            new = max(households - len(homes), 0)
            homes += self._found(drawn, new, population - people_before, BEFORE_ALL if not homes else year)
            people_before = sum(home.persons for home in homes)
            poor, near = self.poverty.of([self.piece], year)
            _classify(drawn, homes, year, poor, near)
        return homes

    def _found(self, drawn: Random, count: int, people: int, since: int) -> list[Home]:
        if not count:
            return []
        villages = self.bases.fixed["villages"][self.piece.name]
        sizes = [drawn.uniform(0.6, 1.6) for _village in range(villages)]
        # The people of these households together, from one to twelve each.
        shares = share_out(max(people, count), [drawn.uniform(0.5, 1.6) for _home in range(count)])
        peoples = [draw_people(drawn) for _village in range(villages)]
        homes = []
        for share in shares:
            (village,) = drawn.choices(range(villages), sizes)
            people_of = peoples[village] if drawn.random() < 0.85 else ""
            homes.append(
                Home(
                    number=next(self.numbers),
                    head=draw_head(drawn, people_of),
                    piece=self.piece,
                    village=village,
                    persons=min(max(share, 1), 14),
                    since=since,
                    no_labour=drawn.random() < 0.03,
                    merit=drawn.random() < 0.04,
                    social_protection=drawn.random() < 0.06,
                )
            )
        return homes


def _classify(drawn: Random, homes: list[Home], year: int, poor: int, near: int) -> None:
    """Give the year's classes: so many poor, so many near-poor, most of them as the year before."""
    if year == YEARS[0]:
        chosen = drawn.sample(homes, poor + near)
        for index, home in enumerate(chosen):
            home.classes[year] = POOR if index < poor else NEAR
        return
    was = {kind: [h for h in homes if h.class_in(year - 1) == kind] for kind in (POOR, NEAR, NEITHER)}
    arisen = max(poor - len(was[POOR]), min(round(NEW_AMONG_POOR * poor), poor))
    stayed = drawn.sample(was[POOR], poor - arisen)
    left = _without(was[POOR], stayed)
    fallen = _newcomers(drawn, was[NEAR] + was[NEITHER], arisen, POOR, year)
    at_edge = _without(was[NEAR], fallen)
    others = _without(was[NEITHER], fallen)
    from_poor = drawn.sample(left, min(len(left), near, round(TO_NEAR * len(left))))
    new_near = min(round(NEW_AMONG_NEAR * near), near - len(from_poor), len(others))
    kept = min(near - len(from_poor) - new_near, len(at_edge))
    new_near = near - len(from_poor) - kept
    still = drawn.sample(at_edge, kept)
    came = _newcomers(drawn, others, new_near, NEAR, year)
    for kind, found in ((POOR, stayed + fallen), (NEAR, from_poor + still + came)):
        for home in found:
            home.classes[year] = kind


def _newcomers(drawn: Random, homes: list[Home], count: int, kind: str, year: int) -> list[Home]:
    """Some who were so before and fall back, the rest for the first time."""
    before = [home for home in homes if home.was(kind, year)]
    again = drawn.sample(before, min(round(RELAPSED * count), len(before)))
    fresh = _without(homes, again)
    return again + drawn.sample(fresh, count - len(again))


def _without(homes: list[Home], taken: list[Home]) -> list[Home]:
    out = {id(home) for home in taken}
    return [home for home in homes if id(home) not in out]


def answers_of(home: Home, year: int, urban: bool, seed: int) -> Answers:
    """Sheets that give the household's class of the year by the standard of 2022–2026.

    By the one of 2027 some are poor that are not yet: their income lies between the two lines.
    """
    drawn = stream(seed, "sheet", home.piece.name, home.number, year)
    kind = home.class_in(year)
    line, income_line, next_line = (175, 2_000_000, 2_800_000) if urban else (140, 1_500_000, 2_200_000)
    if kind == NEITHER:
        points = drawn.randint(line + 1, line + 60)
        between = drawn.random() < 0.5
        low, high = (income_line + 50_000, next_line) if between else (next_line, 2 * next_line)
        lacks = drawn.choice((0, 1, 1, 2, 3))
    else:
        points = drawn.randint(line - 50, line)
        low, high = income_line // 3, income_line
        lacks = drawn.choice((3, 3, 3, 4, 4, 5)) if kind == POOR else drawn.choice((0, 1, 2, 2))
    chosen: set[str] = set()
    while len(chosen) < lacks:
        chosen.update(drawn.choices(DEPRIVATIONS, OFTEN))
    reasons = drawn.sample(REASONS, drawn.choice((1, 1, 2))) if kind != NEITHER or lacks >= 3 else []
    income = drawn.randrange(low, high, 10_000)
    return Answers(points, income, frozenset(chosen), frozenset(reasons))
