"""The register as plain values: as an act finds it, and as its self-check looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from communes.models import (
    Act,
    Ancestry,
    Level,
    Placement,
    Reorganisation,
    ReorganisationLine,
    Succession,
    Tie,
    Unit,
    UnitKind,
    first_day,
)
from communes.queries.providers import Change, Path, all_providers
from communes.rules import closure
from communes.rules.acts import Finding, Line, Plan, Ref, Register, Standing, Weight
from communes.rules.register_check import Life, Step, check_register
from communes.rules.reorganise import plan_act, renames

FOREVER = closure.FOREVER


def register_on(day: date) -> Register:
    """Every unit, with whom it stands under and which former district it counts in on the eve of `day`."""
    eve = day - timedelta(days=1)
    placed = Placement.objects.on(eve).values_list("unit", "parent", "valid_to", "tie")
    above: dict[int, tuple[int, date | None]] = {}
    former: dict[int, int] = {}
    for unit, parent, end, tie in placed:
        if tie == Tie.TREE:
            above[unit] = (parent, end)
        else:
            former[unit] = parent
    rows = Unit.objects.values_list("pk", "code", "name", "kind", "level", "valid_from", "valid_to")
    return Register(
        (
            Standing(key, code, name, kind, level, start, end, above[key][0], former.get(key), above[key][1])
            if key in above
            else Standing(key, code, name, kind, level, start, end, None, former.get(key))
            for key, code, name, kind, level, start, end in rows
        ),
        day,
    )


def kind_levels() -> dict[str, str]:
    """The level of each kind of unit."""
    return dict(UnitKind.objects.values_list("code", "level"))


def line_of(row: ReorganisationLine) -> Line:
    """A stored line as the rules read it."""
    return Line(
        place=row.order,
        predecessor=row.predecessor_code,
        predecessor_name=row.predecessor_name,
        create_closed=row.create_closed,
        successor=row.successor_code,
        name=row.name,
        kind=row.kind_id or "",
        parent=row.parent_code,
        whole=row.whole,
        share=row.share_millionths,
        base=row.share_base,
        villages=tuple(row.villages.split()),
        note=row.note,
    )


@dataclass(frozen=True)
class Planned:
    """A draft with the register it was read against and the plan that came of it."""

    register: Register
    plan: Plan

    @property
    def errors(self) -> int:
        return len(self.plan.errors)


def plan_of(draft: Reorganisation) -> Planned:
    """What the draft would make of the register as it stands, with all findings about its act and lines."""
    return plan_lines(draft, [line_of(row) for row in draft.lines.all()])


def plan_lines(draft: Reorganisation, lines: Sequence[Line]) -> Planned:
    """The same for other lines under the draft's act, as those of a list that was sent in."""
    register = register_on(draft.operative_on)
    plan = plan_act(
        lines,
        register,
        kind_levels(),
        first_day=first_day,
        ended_tier=draft.ended_tier,
        allowed=_allowed(draft, register),
    )
    if number_taken(draft.number, draft):
        plan.findings.insert(0, Finding("act_again", Weight.ERROR, 0, {"number": draft.number}))
    return Planned(register, plan)


def number_taken(number: str, draft: Reorganisation | None = None) -> bool:
    """Whether an act of this number is in the register already."""
    acts = Act.objects.filter(number__iexact=number)
    if draft is not None and draft.act_id:
        acts = acts.exclude(pk=draft.act_id)
    return acts.exists()


def _allowed(draft: Reorganisation, register: Register) -> frozenset[int] | None:
    """The bearers of the draft's province code: a province may itself have been renewed since."""
    if draft.province is None:
        return None
    return frozenset(key for key, one in register.by_key.items() if one.code == draft.province.code)


def change_of(draft: Reorganisation, planned: Planned, made: Mapping[str, int] | None = None) -> Change:
    """The plan as other rooms see it; `made` gives the ids of what was opened and added, once it is."""
    plan, register = planned.plan, planned.register
    ids = made or {}
    urban = set(UnitKind.objects.filter(is_urban=True).values_list("pk", flat=True))
    opened = {one.ref: one for one in plan.opened}
    mere = {id(way) for way in renames(plan.ways)}
    resized = _resized(plan)

    def key_of(ref: Ref) -> int | None:
        return ref if isinstance(ref, int) else ids.get(ref)

    paths = []
    for way in plan.ways:
        new, old = opened.get(str(way.successor)), register.at(way.predecessor)
        predecessor = key_of(way.predecessor)
        if new is None or predecessor is None:
            continue
        same = old is not None and (old.code, old.name, old.kind) == (new.code, new.name, new.kind)
        paths.append(
            Path(
                predecessor=predecessor,
                successor=key_of(way.successor),
                code=new.code,
                name=new.name,
                urban=new.kind in urban,
                whole=way.whole,
                renamed=id(way) in mere,
                resized=same and way.predecessor in resized,
            )
        )
    ended = {*plan.ended, *(key for one in plan.created if (key := key_of(one.ref)) is not None)}
    return Change(draft.number, draft.operative_on, frozenset(ended), tuple(paths))


def _resized(plan: Plan) -> set[Ref]:
    """Predecessors that only give or take named villages: beside their own successor nothing is whole."""
    given: dict[Ref, list[bool]] = {}
    taken: dict[Ref, list[tuple[Ref, bool, bool]]] = {}
    for way in plan.ways:
        given.setdefault(way.predecessor, []).append(way.whole or way.by_villages)
        taken.setdefault(way.successor, []).append((way.predecessor, way.whole, way.by_villages))
    found = set()
    for origins in taken.values():
        for own, _whole, _by_villages in origins:
            others = [one for one in origins if one[0] != own]
            if all(given[own]) and all(not whole and by_villages for _key, whole, by_villages in others):
                found.add(own)
    return found


def register_findings() -> list[Finding]:
    """Everything that does not hold in the whole register, of this room and of those above it."""
    lives = [
        Life(key, code, level, start, end or FOREVER)
        for key, code, level, start, end in Unit.objects.values_list(
            "pk", "code", "level", "valid_from", "valid_to"
        )
    ]
    steps = Succession.objects.values_list("predecessor", "successor", "whole", "share_millionths")
    found = check_register(lives, _ties(Tie.TREE), _ties(Tie.FORMER), [Step(*row) for row in steps])
    if not any(one.code == "tree_loop" for one in found):
        found += _derived({life.key: (life.start, life.end) for life in lives})
    for provider in all_providers():
        found += provider.check()
    order = list(Weight)
    return sorted(found, key=lambda one: (order.index(one.weight), one.code, one.place))


def _ties(tie: str) -> list[closure.Tie]:
    rows = Placement.objects.filter(tie=tie).values_list("unit", "parent", "valid_from", "valid_to")
    return [closure.Tie(unit, parent, start, end or FOREVER) for unit, parent, start, end in rows]


def _derived(lives: Mapping[int, tuple[date, date]]) -> list[Finding]:
    """Whether the derived tree is the one that the placements give."""
    wanted = {
        (one.unit, one.ancestor, one.depth, one.start, one.end)
        for one in closure.ancestry(_ties(Tie.TREE), lives)
    }
    rows = Ancestry.objects.filter(tie=Tie.TREE)
    stored = {
        (unit, ancestor, depth, start, end or FOREVER)
        for unit, ancestor, depth, start, end in rows.values_list(
            "unit", "ancestor", "depth", "valid_from", "valid_to"
        )
    }
    units = sorted({row[0] for row in wanted ^ stored})
    return [Finding("derived_stale", Weight.ERROR, unit) for unit in units]


def ended_without_successor() -> list[int]:
    """Districts that ended and have no successor: what they left needs a keeper."""
    ended = Unit.objects.filter(level=Level.DISTRICT, valid_to__isnull=False)
    return list(ended.exclude(pk__in=Succession.objects.values("predecessor")).values_list("pk", flat=True))
