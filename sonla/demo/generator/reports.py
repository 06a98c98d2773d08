"""What became of each report: sent when, with which gaps, returned with which words, confirmed or not."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from sonla.demo.generator import casting
from sonla.demo.generator.aggregates import aggregate_entries
from sonla.demo.generator.asks import Ask
from sonla.demo.generator.figures import Entry, FigureDraw
from sonla.demo.generator.standing import is_quynh_nhai
from sonla.demo.generator.streams import stream
from sonla.demo.generator.terms import LAST_CLOSED, OPEN, TERMS, Term
from sonla.demo.generator.territory import FIRST_OF_75, Key, Place

NEW_RURAL = "ntm.xa"
BASE = "base"
POVERTY = "poverty"
FIRST_YEAR_OF_AGGREGATES = 2025

# Days before (-) and after the deadline on which reports are sent, as often as they stand here.
SENDING_DAYS = (-14, -9, -6, -5, -2, -1, -1, 0, 0, 0, 0, 0)
LATE_DAYS = (3, 8)
OPEN_SENDING_DAYS = (date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 17), date(2026, 11, 20))
LATE, WITH_GAPS = 0.07, 0.04
RETURNED_ONCE = {"2024": 5, "2025-H1": 4, "2025": 6, "2026-H1": 3}

# Of the 67 reports of a term, how many are in which state; Quỳnh Nhai is not among them.
CLOSED_FATES = {"sent": 8, "returned": 2, "entering": 2}
OPEN_FATES = {"sent": 20, "accepted": 5, "returned": 3, "not_started": 6}

GAPS_REASON = "Chưa có số liệu của cơ quan chuyên môn, sẽ bổ sung khi có (minh họa)"
REMARKS = {
    2: "Chiều dài đường được cứng hóa tăng nhanh so với kỳ trước. Đề nghị gửi biên bản nghiệm thu.",
    6: "Bản chưa có nhà văn hóa ghi chưa thống nhất với báo cáo của Phòng Văn hóa - Xã hội.",
    9: "Rà soát lại số nhà tạm, nhà dột nát theo danh sách đã phê duyệt.",
    10: "Chưa kèm kết quả điều tra thu nhập của thống kê.",
    11: "Số hộ nghèo, cận nghèo chưa khớp với quyết định phê duyệt kết quả rà soát.",
    12: "Bổ sung căn cứ tính số lao động qua đào tạo của nam và nữ.",
    15: "Đối chiếu lại số người tham gia bảo hiểm y tế với cơ quan bảo hiểm xã hội.",
    17: "Số hộ phân loại chất thải tại nguồn chưa có biên bản kiểm tra kèm theo.",
}


@dataclass(frozen=True)
class Plan:
    """One report and what is to become of it."""

    form: str
    place: Key
    term: str
    entries: Sequence[Entry]
    entered_on: date
    sent_on: date | None = None
    gaps_reason: str = ""
    returned_on: date | None = None
    remarks: dict[int, str] = field(default_factory=dict)
    corrections: Sequence[Entry] = ()
    resent_on: date | None = None
    accepted_on: date | None = None


def draw_plans(draw: FigureDraw, counted: Set[Key] = frozenset()) -> Iterator[tuple[Term, list[Plan]]]:
    """The plans of both forms, term after term; the base figures of `counted` places come from a register."""
    for term in TERMS:
        plans = [_plan(draw, place, term) for place in draw.territory.rural(term.last_day)]
        plans = _returned_once(draw, term, plans)
        if term is LAST_CLOSED:
            plans = _fated(draw, term, plans, _closed_fates(draw))
        if term is OPEN:
            plans = _fated(draw, term, plans, _open_fates(draw))
        if term.is_year:
            typed = _base_plans(draw, term) + _poverty_plans(draw, term)
            plans += [plan for plan in typed if plan.place not in counted]
            plans = [_uncounted(plan) if plan.place in counted else plan for plan in plans]
        yield term, [plan for plan in plans if plan.entries]


def _uncounted(plan: Plan) -> Plan:
    """Without what the review counts itself: the indicator of criterion 11."""
    entries = [entry for entry in plan.entries if entry.code != "ntm.xa.11.1"]
    return replace(plan, entries=entries)


def _plan(draw: FigureDraw, place: Place, term: Term) -> Plan:
    """A report as most of them go: entered, sent by the deadline, confirmed."""
    drawn = stream(draw.seed, "sending", term.code, place.code)
    asked = list(draw.asked(place, term))
    entries = [entry for _ask, entry in asked]
    reason = ""
    if not draw.standing.meets(place, term) and not is_quynh_nhai(place) and drawn.random() < WITH_GAPS:
        entries, reason = _with_gaps(draw, place, term, asked, drawn), GAPS_REASON
    late = drawn.random() < LATE
    sent = term.deadline + timedelta(days=drawn.choice(LATE_DAYS if late else SENDING_DAYS))
    accepted = max(term.deadline + timedelta(days=12), sent + timedelta(days=4))
    entered = sent - timedelta(days=1)
    return Plan(NEW_RURAL, place.key, term.code, entries, entered, sent, reason, accepted_on=accepted)


def _with_gaps(
    draw: FigureDraw, place: Place, term: Term, asked: list[tuple[Ask, Entry]], drawn: Random
) -> list[Entry]:
    """Some indicators left out, never one that decides that the commune does not meet."""
    failed = draw.failed(place, term, [ask for ask, _entry in asked])
    codes = sorted({ask.code for ask, _entry in asked} - failed)
    missing = set(drawn.sample(codes, drawn.randint(1, 4)))
    return [entry for ask, entry in asked if ask.code not in missing]


def _returned_once(draw: FigureDraw, term: Term, plans: list[Plan]) -> list[Plan]:
    """A few were sent back, corrected and confirmed: Quỳnh Nhai's half-year of 2026 is one of them."""
    count = RETURNED_ONCE.get(term.code, 0)
    drawn = stream(draw.seed, "returned once", term.code)
    chosen = set(drawn.sample([plan.place for plan in plans if not plan.gaps_reason], count))
    if term is LAST_CLOSED:
        chosen.add((casting.QUYNH_NHAI_COMMUNE, FIRST_OF_75))
    return [_corrected(plan, drawn) if plan.place in chosen else plan for plan in plans]


def _corrected(plan: Plan, drawn: Random) -> Plan:
    """A numerator was wrong at first: returned with a remark, corrected, sent again."""
    criterion = 17 if plan.place[0] == casting.QUYNH_NHAI_COMMUNE else drawn.choice([2, 15, 17])
    prefix = {2: "ntm.xa.2.2", 15: "ntm.xa.15.1.female", 17: "ntm.xa.17.11"}[criterion]
    right = next((entry for entry in plan.entries if entry.code == prefix and entry.value), None)
    if right is None or right.value is None or plan.sent_on is None:
        return plan
    wrong = replace(right, value=right.value - max(right.value // 9, 1))
    entries = [wrong if entry is right else entry for entry in plan.entries]
    returned = plan.sent_on + timedelta(days=3)
    accepted = max(plan.accepted_on or returned, returned + timedelta(days=7))
    return replace(
        plan,
        entries=entries,
        returned_on=returned,
        remarks={criterion: REMARKS[criterion]},
        corrections=[right],
        resent_on=returned + timedelta(days=3),
        accepted_on=accepted,
    )


def _closed_fates(draw: FigureDraw) -> list[str]:
    """States of the reports of the last closed term, Quỳnh Nhai's (confirmed) aside."""
    fates = [fate for fate, count in CLOSED_FATES.items() for _each in range(count)]
    fates += ["accepted"] * (66 - len(fates))
    stream(draw.seed, "fates", LAST_CLOSED.code).shuffle(fates)
    return fates


def _open_fates(draw: FigureDraw) -> list[str]:
    fates = [fate for fate, count in OPEN_FATES.items() for _each in range(count)]
    fates += ["entering"] * (66 - len(fates))
    stream(draw.seed, "fates", OPEN.code).shuffle(fates)
    return fates


def _fated(draw: FigureDraw, term: Term, plans: list[Plan], fates: list[str]) -> list[Plan]:
    """Each plan with its fate; Quỳnh Nhai has its own."""
    waiting = iter(fates)
    done = []
    for plan in plans:
        if plan.place[0] == casting.QUYNH_NHAI_COMMUNE:
            done.append(_quynh_nhai_today(plan) if term is OPEN else plan)
        else:
            drawn = stream(draw.seed, "fate", term.code, plan.place[0])
            done.append(_with_fate(plan, term, next(waiting, "accepted"), drawn))
    return done


def _with_fate(plan: Plan, term: Term, fate: str, drawn: Random) -> Plan:
    if term is OPEN:
        sent = drawn.choice(OPEN_SENDING_DAYS)
        plan = replace(
            plan, entered_on=sent - timedelta(days=1), sent_on=sent, accepted_on=date(2026, 11, 23)
        )
    if fate == "accepted":
        return plan
    plan = replace(plan, accepted_on=None, returned_on=None, resent_on=None, remarks={}, corrections=())
    if fate == "not_started":
        return replace(plan, entries=[], sent_on=None)
    if fate == "entering":
        part = drawn.uniform(0.2, 1.05)
        return replace(plan, entries=_begun(plan.entries, part, drawn), sent_on=None, gaps_reason="")
    if fate == "returned" and plan.sent_on is not None:
        numbers = sorted(drawn.sample(sorted(REMARKS), 2))
        remarks = {number: REMARKS[number] for number in numbers}
        last = date(2026, 11, 23) if term is OPEN else plan.sent_on + timedelta(days=20)
        return replace(plan, returned_on=last, remarks=remarks)
    return plan


def _begun(entries: Sequence[Entry], part: float, drawn: Random) -> list[Entry]:
    """The first part of the form, with a gap here and there."""
    whole = part >= 1
    kept = list(entries)[: round(len(entries) * min(part, 1))]
    return [entry for entry in kept if whole or drawn.random() > 0.04]


def _quynh_nhai_today(plan: Plan) -> Plan:
    """41 of 57 indicators entered: criteria 1 to 15 and five of criterion 17."""
    begun = {"ntm.xa.17.1", "ntm.xa.17.2", "ntm.xa.17.3", "ntm.xa.17.4", "ntm.xa.17.6"}
    entries = [e for e in plan.entries if int(e.code.split(".")[2]) <= 15 or e.code in begun]
    day = date(2026, 11, 23)
    return replace(plan, entries=entries, entered_on=day, sent_on=None, accepted_on=None, gaps_reason="")


def _base_plans(draw: FigureDraw, term: Term) -> list[Plan]:
    """People, households, villages, poor and near-poor of every commune, ward and township."""
    plans = []
    for place in draw.territory.living(term.last_day):
        pieces = draw.territory.of[place.key]
        poor, near = draw.poverty.of(pieces, term.base_year)
        bases = {name: draw.bases.of(name, pieces, term.base_year) for name in ("population", "households")}
        entries = [
            Entry("base.population", bases["population"]),
            Entry("base.households", bases["households"]),
            Entry("base.villages", max(draw.bases.of("villages", pieces, term.base_year), 1)),
            Entry("poverty.households.poor", poor),
            Entry("poverty.households.near_poor", near),
        ]
        sent = term.deadline - timedelta(days=stream(draw.seed, "base", term.code, place.code).choice([2, 5]))
        plan = Plan(BASE, place.key, term.code, entries, sent - timedelta(days=1), sent)
        plan = replace(plan, accepted_on=term.deadline + timedelta(days=12))
        plans.append(_base_today(draw, plan) if term is OPEN else plan)
    return plans


def _poverty_plans(draw: FigureDraw, term: Term) -> list[Plan]:
    """The approved aggregates of the first year that has the form; the open year's are still to come."""
    if term.base_year != FIRST_YEAR_OF_AGGREGATES:
        return []
    plans = []
    for place in draw.territory.living(term.last_day):
        drawn = stream(draw.seed, "aggregate", term.code, place.code)
        pieces = draw.territory.of[place.key]
        entries = aggregate_entries(drawn, pieces, draw.bases, draw.poverty, term.base_year)
        sent = term.deadline - timedelta(days=1)
        plan = Plan(POVERTY, place.key, term.code, entries, sent - timedelta(days=1), sent)
        plans.append(replace(plan, accepted_on=term.deadline + timedelta(days=12)))
    return plans


def _base_today(draw: FigureDraw, plan: Plan) -> Plan:
    """Of the open year some are sent, some begun, the rest not yet."""
    fate = stream(draw.seed, "base fate", plan.place[0]).choice(["sent", "sent", "entering", "not_started"])
    if plan.place[0] == casting.QUYNH_NHAI_COMMUNE or fate == "sent":
        return replace(plan, entered_on=date(2026, 11, 12), sent_on=date(2026, 11, 13), accepted_on=None)
    entries = list(plan.entries)[:3] if fate == "entering" else []
    return replace(plan, entries=entries, entered_on=date(2026, 11, 19), sent_on=None, accepted_on=None)
