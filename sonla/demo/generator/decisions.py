"""Decisions that recognise communes and the city: made when a commune met, ended by what happened to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sonla.demo.generator import casting
from sonla.demo.generator.standing import AFTER, BEFORE, Standing
from sonla.demo.generator.streams import stream
from sonla.demo.generator.territory import FIRST_OF_75, LAST_OF_2024, Key, Place, Territory

JANUARY = LAST_OF_2024 + timedelta(days=1)
NOTE = "Số liệu minh họa"

# When those are decided on who met for the first time in a term: not before it, and by the published day.
DECIDED = {
    "2021": (date(2016, 3, 1), date(2021, 12, 20)),
    "2022": (date(2022, 9, 1), date(2023, 4, 28)),
    "2023": (date(2023, 9, 1), date(2024, 4, 26)),
    "2024-H1": (date(2024, 3, 15), date(2024, 6, 21)),
    "2024": (date(2024, 9, 16), date(2024, 12, 20)),
    "2025-H1": (date(2025, 2, 17), date(2025, 6, 20)),
}
RECOGNISED_AFTER_MERGERS = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """One recognition of a unit (commune or district), from a day to before another."""

    unit: Key
    level: str
    number: str
    decided_on: date
    valid_from: date
    valid_to: date | None = None
    end_reason: str = ""
    carries: Key | None = None
    note: str = NOTE


def draw_decisions(territory: Territory, standing: Standing, seed: int) -> list[Decision]:
    """All decisions; one that `carries` another comes after it."""
    made = [*_met(territory, standing, seed), *_advanced(territory, standing, seed)]
    made += _after_mergers(territory, standing, seed)
    made.append(
        Decision(
            unit=(casting.CITY, date(2021, 1, 1)),
            level="district",
            number=_number(seed, casting.CITY),
            decided_on=date(2020, 11, 18),
            valid_from=date(2021, 1, 1),
            valid_to=FIRST_OF_75,
            end_reason="tier_ended",
            note=f"{NOTE}: hoàn thành nhiệm vụ xây dựng nông thôn mới",
        )
    )
    return made


def _met(territory: Territory, standing: Standing, seed: int) -> Iterator[Decision]:
    first_met: dict[Key, str] = {}
    for term in BEFORE:
        for key in sorted(standing.met[term.code]):
            first_met.setdefault(key, term.code)
    for key, term_code in sorted(first_met.items()):
        if key[0] in casting.RENAMED and key[1] == JANUARY:
            continue
        place = territory.places[key]
        decision = _ended(territory, place, _decide(place, "met", DECIDED[term_code], seed))
        yield decision
        if key[0] in casting.RENAMED:
            yield from _carried(territory, decision)


def _decide(place: Place, level: str, window: tuple[date, date], seed: int) -> Decision:
    """A working day in the window; one before the register begins counts from its first day."""
    drawn = stream(seed, "decided", place.code, level)
    day = window[0] + timedelta(days=drawn.randint(0, (window[1] - window[0]).days))
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return Decision(place.key, level, _number(seed, place.code, level), day, max(day, place.first_day))


def _number(seed: int, *purpose: str) -> str:
    return f"{stream(seed, 'number', *purpose).randint(100, 3300)}/QĐ-UBND (minh họa)"


def _ended(territory: Territory, place: Place, decision: Decision) -> Decision:
    """A commune that ended takes its recognition with it."""
    if place.end is None:
        return decision
    heirs = [territory.places[key] for key in territory.successors(place, place.end)]
    reason = "merged" if any(heir.is_rural for heir in heirs) else "urban"
    note = decision.note
    if place.code in casting.RENAMED and place.end == JANUARY:
        note = f"{NOTE}: đổi tên, nối tiếp ở đơn vị mới"
    return replace(decision, valid_to=place.end, end_reason=reason, note=note)


def _carried(territory: Territory, before: Decision) -> Iterator[Decision]:
    """A new name alone carries the recognition on, by a row of its own."""
    (heir,) = territory.successors(territory.places[before.unit], JANUARY)
    place = territory.places[heir]
    made = replace(
        before,
        unit=heir,
        valid_from=JANUARY,
        valid_to=None,
        end_reason="",
        carries=before.unit,
        note=f"{NOTE}: nối tiếp công nhận của {territory.places[before.unit].name}",
    )
    yield _ended(territory, place, made)


def _advanced(territory: Territory, standing: Standing, seed: int) -> Iterator[Decision]:
    """The strongest, two a district at most: eight by mid-2024, eleven by mid-2025, one of them a model."""
    eligible = [
        territory.places[key]
        for key in standing.met["2022"] & standing.met["2025-H1"]
        if key[0] not in casting.UNTOUCHED
    ]
    chosen: list[Place] = []
    by_district: dict[str, int] = {}
    for place in sorted(eligible, key=lambda p: (-standing.level[p.key], p.code)):
        if len(chosen) < casting.ADVANCED["2025-H1"] and by_district.get(place.district, 0) < 2:
            by_district[place.district] = by_district.get(place.district, 0) + 1
            chosen.append(place)
    for rank, place in enumerate(chosen):
        early = rank < casting.ADVANCED["2024-H1"]
        window = (date(2023, 9, 1), date(2024, 6, 20)) if early else (date(2024, 9, 2), date(2025, 6, 20))
        yield _ended(territory, place, _decide(place, "advanced", window, seed))
        if rank == 0:
            window = (date(2024, 12, 2), date(2025, 5, 30))
            yield _ended(territory, place, _decide(place, "model", window, seed))


def _after_mergers(territory: Territory, standing: Standing, seed: int) -> Iterator[Decision]:
    """A few merged communes that met in 2025 were recognised anew in 2026, the strongest as advanced."""
    merged = [
        territory.places[key]
        for key in standing.met[AFTER[0].code]
        if territory.places[key].first_day == FIRST_OF_75
    ]
    ranked = sorted(merged, key=lambda p: (-standing.level[p.key], p.code))
    for rank, place in enumerate(ranked[:RECOGNISED_AFTER_MERGERS]):
        yield _decide(place, "met", (date(2026, 2, 16), date(2026, 7, 31)), seed)
        if rank == 0:
            yield _decide(place, "advanced", (date(2026, 8, 17), date(2026, 10, 30)), seed)


def in_force(decisions: list[Decision], level: str, day: date) -> Mapping[Key, Decision]:
    """The decisions of a level that hold on that day, by unit."""
    return {
        one.unit: one
        for one in decisions
        if one.level == level and one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    }
