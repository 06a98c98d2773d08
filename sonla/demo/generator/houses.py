"""The demo's houses as plain plans: how many where, which steps on which days, and what they got.

The published counts are met by their parts: 3,058 houses completed by 2025-05-15 in the communes of that day,
221 above the plan; then 1,838 needs on today's map, of which 324 were helped by 2026-01-30 in 35 communes.
Of those, 292 were done by 2025-10-19: with the first list the 3,350 of 2025 that the province told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sonla.demo.generator.poverty import Poverty
from sonla.demo.generator.streams import share_out, stream
from sonla.demo.generator.territory import FIRST_OF_75, Key, Piece, Territory

FIRST, SECOND = "2025", "2025-2"
FIRST_COUNTED, SECOND_COUNTED = date(2025, 5, 15), date(2026, 1, 30)
TOLD_IN_OCTOBER = date(2025, 10, 19)
# Nothing in the demo happened after this day.
LAST_STEP = date(2026, 11, 20)

TARGET, COMPLETED, NEW, REPAIRED = 2837, 3058, 2653, 405
GROUPS = {"ncc": 200, "ctmtqg": 314, "phong-trao": 2544}
STOPPED_OF_FIRST = 26
NEED, NEED_NEW, NEED_REPAIR = 1838, 1645, 193
NEED_GROUPS = {"ncc": 78, "ctmtqg": 40, "phong-trao": 640, "thien-tai": 900, "chinh-sach": 180}
HELPED_COMMUNES = 35
# Houses helped by October, and after it: new, repaired.
HELPED = ((252, 40), (27, 5))
STANDING = {"proposed": 60, "voted": 250, "approved": 520, "started": 640, "stopped": 44}
"""Where the 1,514 others stand while the demo is shown."""

WAY = ("voted", "approved", "started", "completed", "handed_over")
REASONS = (
    "Hộ tự xin rút khỏi danh sách",
    "Đất đang tranh chấp, chưa có chỗ làm nhà",
    "Hộ đã được họ hàng giúp làm nhà",
    "Chủ hộ đi làm ăn xa, chưa về",
)
MATERIALS = (("bao xi măng", 80_000), ("viên gạch", 1_600), ("m² tôn", 135_000), ("m³ cát", 320_000))


@dataclass(frozen=True, slots=True)
class Given:
    """What a house got: VND, and how much of what when it is not money."""

    source: str
    form: str
    value: int
    on: date
    quantity: int | None = None
    measure: str = ""


@dataclass(slots=True)
class HousePlan:
    """One house: its list, commune, group and kind, the day of each step, and what it got."""

    house_list: str
    commune: Key
    group: str
    kind: str
    proposed_on: date
    days: dict[str, date] = field(default_factory=dict)
    present: int = 0
    agreed: int = 0
    decision: str = ""
    hard: tuple[bool, bool, bool] = (True, True, True)
    area_m2: int = 0
    reason: str = ""
    given: list[Given] = field(default_factory=list)


@dataclass(frozen=True)
class Houses:
    """All plans, and the target of each commune by list."""

    plans: Sequence[HousePlan]
    targets: dict[str, dict[Key, int]]


def draw_houses(territory: Territory, poverty: Poverty, seed: int) -> Houses:
    """Both lists."""
    first, goals = _first(territory, poverty, stream(seed, "houses", FIRST))
    second, needs = _second(territory, poverty, stream(seed, "houses", SECOND))
    return Houses([*first, *second], {FIRST: goals, SECOND: needs})


# -- The first list: done, and more than planned ---------------------------------------------------


def _first(territory: Territory, poverty: Poverty, drawn: Random) -> tuple[list[HousePlan], dict[Key, int]]:
    poor = _poor(territory, poverty, 1, 2024)
    keys = sorted(poor)
    weights = [poor[key] + 0.5 for key in keys]
    done = share_out(COMPLETED, weights)
    goals = share_out(TARGET, [weight * drawn.uniform(0.85, 1.15) for weight in weights])
    kinds = _shuffled(drawn, {"new": NEW, "repair": REPAIRED})
    groups = _shuffled(drawn, GROUPS)
    plans = []
    for key, count in zip(keys, done, strict=True):
        for _house in range(count):
            plan = HousePlan(FIRST, key, groups.pop(), kinds.pop(), _day(drawn, date(2025, 1, 2), 35))
            _build(drawn, plan, FIRST_COUNTED, slack=(25, 60))
            plans.append(plan)
    for key in drawn.choices(keys, weights, k=STOPPED_OF_FIRST):
        plan = HousePlan(FIRST, key, "phong-trao", "new", _day(drawn, date(2025, 1, 2), 35))
        _stand(drawn, plan, "approved", date(2025, 3, 1))
        _stop(drawn, plan, _day(drawn, date(2025, 3, 2), 40))
        plans.append(plan)
    return plans, dict(zip(keys, goals, strict=True))


# -- The second list: need that arose later ---------------------------------------------------------


def _second(territory: Territory, poverty: Poverty, drawn: Random) -> tuple[list[HousePlan], dict[Key, int]]:
    poor = _poor(territory, poverty, 2, 2025)
    keys = sorted(poor)
    weights = [poor[key] * drawn.uniform(0.5, 1.5) + 0.5 for key in keys]
    needs = dict(zip(keys, share_out(NEED, weights), strict=True))
    lucky = sorted(keys, key=lambda key: -needs[key])[:HELPED_COMMUNES]
    helped = dict(zip(lucky, share_out(sum(map(sum, HELPED)), [needs[key] for key in lucky]), strict=True))
    groups = _shuffled(drawn, NEED_GROUPS)
    early = _shuffled(drawn, {"new": HELPED[0][0], "repair": HELPED[0][1]})
    late = _shuffled(drawn, {"new": HELPED[1][0], "repair": HELPED[1][1]})
    others = _shuffled(
        drawn,
        {"new": NEED_NEW - HELPED[0][0] - HELPED[1][0], "repair": NEED_REPAIR - HELPED[0][1] - HELPED[1][1]},
    )
    by_time = _shuffled(drawn, {"early": len(early), "late": len(late)})
    stages = _shuffled(drawn, STANDING)
    plans = []
    for key in keys:
        for number in range(needs[key]):
            if number < helped.get(key, 0):
                soon = by_time.pop() == "early"
                kind = early.pop() if soon else late.pop()
                start = FIRST_OF_75 if soon else date(2025, 8, 20)
                plan = HousePlan(SECOND, key, groups.pop(), kind, _day(drawn, start, 14))
                _build(
                    drawn, plan, TOLD_IN_OCTOBER if soon else SECOND_COUNTED, (25, 45) if soon else (70, 95)
                )
            else:
                plan = HousePlan(SECOND, key, groups.pop(), others.pop(), _day(drawn, date(2025, 8, 1), 170))
                _leave_standing(drawn, plan, stages.pop())
            plans.append(plan)
    return plans, needs


def _leave_standing(drawn: Random, plan: HousePlan, stage: str) -> None:
    """A house under way; its last step lies some weeks back, for one in five some months."""
    back = drawn.randint(1, 55) if drawn.random() < 0.8 else drawn.randint(61, 150)
    last = LAST_STEP - timedelta(days=back)
    if stage == "stopped":
        _stand(drawn, plan, "approved", last - timedelta(days=20))
        _stop(drawn, plan, last)
    elif stage != "proposed":
        _stand(drawn, plan, stage, last)


# -- One house ---------------------------------------------------------------------------------------


def _build(drawn: Random, plan: HousePlan, until: date, slack: tuple[int, int]) -> None:
    """Give a house all its steps, completed by `until`."""
    day = plan.proposed_on
    for step, most in (("voted", 6), ("approved", 8), ("started", 10)):
        day += timedelta(days=drawn.randint(2, most))
        plan.days[step] = day
    plan.days["completed"] = min(day + timedelta(days=drawn.randint(*slack)), until)
    plan.days["handed_over"] = plan.days["completed"] + timedelta(days=drawn.randint(1, 20))
    _write_down(drawn, plan)


def _stand(drawn: Random, plan: HousePlan, stage: str, last: date) -> None:
    """Give a house its steps up to one, which it took on the day `last`."""
    steps = WAY[: WAY.index(stage) + 1]
    room = (last - plan.proposed_on).days
    days = sorted(drawn.randint(room // 2, room) for _step in steps[:-1])
    for step, days_later in zip(steps, [*days, room], strict=True):
        plan.days[step] = plan.proposed_on + timedelta(days=days_later)
    _write_down(drawn, plan)


def _stop(drawn: Random, plan: HousePlan, on: date) -> None:
    plan.days["stopped"] = on
    plan.reason = drawn.choice(REASONS)
    plan.given.clear()


def _write_down(drawn: Random, plan: HousePlan) -> None:
    plan.present = drawn.randint(28, 90)
    plan.agreed = plan.present - drawn.randint(0, plan.present // 4)
    if "approved" in plan.days:
        plan.decision = f"{drawn.randint(20, 480)}/QĐ-UBND"
    if "completed" in plan.days:
        plan.area_m2 = drawn.randint(30, 62)
        plan.hard = (True, True, plan.kind == "new" or drawn.random() < 0.97)
    if "started" in plan.days and drawn.random() < 0.6:
        plan.given = list(_gifts(drawn, plan))


def _gifts(drawn: Random, plan: HousePlan) -> list[Given]:
    """The main support at the start, hands and materials of the village, and the family's own."""
    start = plan.days["started"]
    whole = 60_000_000 if plan.kind == "new" else 30_000_000
    main = {"ctmtqg": "central", "ncc": "local"}.get(plan.group)
    main = main or drawn.choice(("saving", "local", "enterprise", "enterprise"))
    gifts = [Given(main, "money", whole, start)]
    days = drawn.randint(15, 70)
    gifts.append(Given("community", "labour", days * 200_000, start, days, "công"))
    if drawn.random() < 0.4:
        measure, price = drawn.choice(MATERIALS)
        count = max(drawn.randint(2_000_000, 9_000_000) // price, 1)
        gifts.append(Given("community", "materials", count * price, start, count, measure))
    if drawn.random() < 0.7:
        gifts.append(Given("own", "money", drawn.randrange(5_000_000, 70_000_000, 500_000), start))
    if drawn.random() < 0.12:
        gifts.append(Given("credit", "money", 40_000_000, start))
    return gifts


def _poor(territory: Territory, poverty: Poverty, place: int, year: int) -> dict[Key, int]:
    """Poor households of the year by the commune that a piece of land belonged to (1: 2025-H1, 2: today)."""
    pieces: dict[Key, list[Piece]] = {}
    for piece in territory.pieces:
        pieces.setdefault(piece.places[place], []).append(piece)
    return {key: poverty.of(found, year)[0] for key, found in pieces.items()}


def _shuffled(drawn: Random, counts: dict[str, int]) -> list[str]:
    found = [word for word, count in counts.items() for _one in range(count)]
    drawn.shuffle(found)
    return found


def _day(drawn: Random, start: date, within: int) -> date:
    return start + timedelta(days=drawn.randint(0, within))
