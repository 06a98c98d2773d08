"""A register in memory: plans carried out on plain values, so that many acts can follow one another fast."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from communes.rules.acts import Line, Plan, Ref, Register, Standing
from communes.rules.closure import FOREVER, Tie
from communes.rules.register_check import Life, Step, check_register
from communes.rules.reorganise import plan_act

START = date(2021, 1, 1)
KINDS = {
    "tinh": "province",
    "huyen": "district",
    "thi_xa": "district",
    "xa": "commune",
    "phuong": "commune",
    "ban": "village",
}


@dataclass
class World:
    """Units, placements and successions over time, and the day of the last act."""

    units: dict[int, Standing] = field(default_factory=dict)
    trees: list[Tie] = field(default_factory=list)
    former: list[Tie] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    day: date = START

    def add(self, code: str, name: str, kind: str, parent: int | None, start: date = START) -> int:
        key = len(self.units) + 1
        self.units[key] = Standing(key, code, name, kind, KINDS[kind], start)
        if parent is not None:
            self.trees.append(Tie(key, parent, start, FOREVER))
        return key

    def living(self, level: str, day: date | None = None) -> list[Standing]:
        at = day or self.day
        found = [one for one in self.units.values() if one.level == level and one.start <= at]
        return [one for one in found if one.end is None or one.end > at]

    def parent(self, key: int, day: date) -> int | None:
        return next(
            (tie.parent for tie in self.trees if tie.child == key and tie.start <= day < tie.end), None
        )

    def register(self, day: date) -> Register:
        """As an act of that day finds it."""
        eve = day - timedelta(days=1)
        district = {tie.child: tie.parent for tie in self.former if tie.start <= eve < tie.end}
        return Register(
            [
                replace(one, parent=self.parent(key, eve), district=district.get(key))
                for key, one in self.units.items()
            ],
            day,
        )

    def plan(self, *lines: Line, day: date | None = None, ended_tier: str = "") -> Plan:
        when = day or self.day + timedelta(days=30)
        return plan_act(lines, self.register(when), KINDS, first_day=START, ended_tier=ended_tier)

    def carry_out(self, plan: Plan) -> None:
        """What `confirm_reorganisation` writes, on these plain values."""
        assert plan.errors == []
        day, ids = plan.day, dict[str, int]()
        for one in plan.created:
            ids[one.ref] = self.add(one.code, one.name, one.kind, None, one.start)
            self.trees.append(Tie(ids[one.ref], self.key(one.parent, ids), one.start, day))
        gone = {*plan.ended, *ids.values()}
        for key in gone:
            self.units[key] = replace(self.units[key], end=day)
        moved = {move.unit: move for move in plan.moves}
        self.trees = [self._cut(tie, day, gone | moved.keys()) for tie in self.trees]
        redone = {key for key, move in moved.items() if self._district(key, day) != move.district}
        self.former = [self._cut(tie, day, gone | redone) for tie in self.former]
        for level in ("province", "district", "commune", "village"):
            for opened in plan.opened:
                if opened.level == level:
                    code = opened.code or f"v{len(self.units)}"
                    ids[opened.ref] = self.add(code, opened.name, opened.kind, None, day)
                    if opened.parent:
                        self.trees.append(Tie(ids[opened.ref], self.key(opened.parent, ids), day, FOREVER))
                    if opened.district is not None:
                        self.former.append(Tie(ids[opened.ref], self.key(opened.district, ids), day, FOREVER))
        for key, move in moved.items():
            self.trees.append(Tie(key, self.key(move.parent, ids), day, FOREVER))
            if move.district is not None and key in redone:
                self.former.append(Tie(key, self.key(move.district, ids), day, FOREVER))
        for way in plan.ways:
            self.steps.append(
                Step(self.key(way.predecessor, ids), self.key(way.successor, ids), way.whole, way.share)
            )
        self.day = day

    def _district(self, key: int, day: date) -> int | None:
        eve = day - timedelta(days=1)
        return next(
            (tie.parent for tie in self.former if tie.child == key and tie.start <= eve < tie.end), None
        )

    @staticmethod
    def key(ref: Ref, ids: dict[str, int]) -> int:
        return ref if isinstance(ref, int) else ids[ref]

    @staticmethod
    def _cut(tie: Tie, day: date, keys: Iterable[int]) -> Tie:
        return replace(tie, end=day) if tie.child in set(keys) and tie.end > day else tie

    def findings(self) -> list[tuple[str, int]]:
        lives = [
            Life(one.key, one.code, one.level, one.start, one.end or FOREVER) for one in self.units.values()
        ]
        found = check_register(lives, self.trees, self.former, self.steps)
        return [(one.code, one.place) for one in found if one.weight == "error"]


def small_world() -> World:
    """A province of two districts with three communes each, two villages in every commune."""
    world = World()
    province = world.add("14", "Tỉnh Sơn La", "tinh", None)
    for d in (1, 2):
        district = world.add(f"11{d}", f"Huyện {d}", "huyen", province)
        for c in (1, 2, 3):
            code = f"0{d}{c}"
            commune = world.add(code, f"Xã {d}{c}", "xa", district)
            for v in (1, 2):
                world.add(f"{code}-{v}", f"Bản {d}{c}{v}", "ban", commune)
    return world
