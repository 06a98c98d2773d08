"""From the lines of an act to what it makes of the register, with everything that is wrong named at its line.

A new name, kind or extent makes a new unit. A unit that one line takes over whole under its own code, name
and kind goes on as it is, under another parent perhaps; what nobody names follows the unit above it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from communes.rules.acts import (
    LEVELS,
    WHOLE,
    Created,
    Finding,
    Line,
    Move,
    Opened,
    Plan,
    Ref,
    Register,
    Standing,
    Way,
    Weight,
)
from communes.rules.text import fold

ERROR, WARNING, NOTE = Weight.ERROR, Weight.WARNING, Weight.NOTE


def plan_act(
    lines: Sequence[Line],
    register: Register,
    kinds: Mapping[str, str],
    *,
    first_day: date,
    ended_tier: str = "",
    allowed: frozenset[int] | None = None,
) -> Plan:
    """What the act makes of the register on its day of operation.

    `kinds` gives each kind's level; `ended_tier` names a level whose units all end without successors;
    `allowed` are the keys of the provinces the act may touch (None: all). A plan with errors is not to be
    carried out.
    """
    return _Planner(lines, register, kinds, first_day, ended_tier, allowed).plan


class _Planner:
    def __init__(
        self,
        lines: Sequence[Line],
        register: Register,
        kinds: Mapping[str, str],
        first_day: date,
        ended_tier: str,
        allowed: frozenset[int] | None,
    ) -> None:
        self.lines, self.register, self.kinds = lines, register, kinds
        self.first_day, self.ended_tier, self.allowed = first_day, ended_tier, allowed
        self.plan = Plan(register.day)
        self.by_successor: dict[str, list[Line]] = defaultdict(list)
        self.by_predecessor: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            if not line.ends:
                self.by_successor[successor_key(line)].append(line)
            if line.predecessor:
                self.by_predecessor[line.predecessor].append(line)
        self.heads = {key: self._head(group) for key, group in self.by_successor.items()}
        self.keys = {head.successor: key for key, head in self.heads.items() if head.successor}
        self.refs: dict[str, Ref] = {}  # predecessor code → unit
        self.targets: dict[str, Ref] = {}  # successor key → unit
        self.ended: set[int] = set()
        self.moved: dict[int, Move] = {}
        self.onward: dict[Ref, list[tuple[Ref, Line]]] = defaultdict(list)
        self._run()

    def find(self, code: str, weight: Weight, line: Line | None = None, /, **facts: object) -> None:
        self.plan.findings.append(Finding(code, weight, line.place if line else 0, facts))

    def _run(self) -> None:
        if not self.lines and not self.ended_tier:
            self.find("no_line", ERROR)
        if self.register.day <= self.first_day:
            self.find("before_register", ERROR, day=self.first_day)
        for code, group in self.by_predecessor.items():
            self._resolve(code, group)
            self._check_parts(code, group)
        self._choose_targets()
        self._end_tier()
        for key, group in self.by_successor.items():
            self._open(key, group)
        self._create_missing()
        self._follow()
        self._check_scope()
        self.plan.ended = sorted(self.ended)
        self.plan.moves = [one for _key, one in sorted(self.moved.items()) if self._differs(one)]
        self.plan.orphans = [key for key in self.plan.ended if not self.onward.get(key)]
        self.plan.findings.sort(key=lambda one: (one.place, list(Weight).index(one.weight), one.code))

    # What each line takes from.

    def _resolve(self, code: str, group: list[Line]) -> None:
        """The unit that bears the code on the eve of the act; findings where there is none to take from."""
        line, register = group[0], self.register
        unit = register.living.get(code)
        if unit is not None:
            self.refs[code] = unit.key
            if unit.end is not None:
                self.find("starts_before_end", ERROR, line, name=unit.name, end=unit.end)
            if unit.placed_until is not None and unit.end is None:
                self.find("placed_later", ERROR, line, name=unit.name, day=unit.placed_until)
            said = fold(line.predecessor_name)
            if said and said not in (fold(unit.name), fold(unit.name).partition(" ")[2]):
                self.find("name_differs", WARNING, line, name=unit.name, said=line.predecessor_name)
        elif register.later.get(code):
            later = register.later[code][0]
            self.find("starts_before_end", ERROR, line, name=later.name, start=later.start)
        elif code in self.keys and not any(one.successor == code or one.create_closed for one in group):
            looped = self._comes_back(code)
            self.find("loop" if looped else "chain", ERROR, line, code=code)
        elif code in register.past and not line.create_closed:
            past = register.past[code]
            self.find("already_ended", ERROR, line, name=past.name, end=past.end)
        elif any(one.create_closed for one in group):
            self.refs[code] = f"old:{code}"
            self.find("created_closed", WARNING, line, code=code)
        else:
            self.find("unknown", ERROR, line, code=code)

    def _comes_back(self, code: str) -> bool:
        """Whether what the act makes of `code` leads back to it."""
        seen, waiting = set(), [code]
        while waiting:
            for line in self.by_predecessor.get(waiting.pop(), ()):
                if line.successor == code:
                    return True
                if line.successor and line.successor not in seen:
                    seen.add(line.successor)
                    waiting.append(line.successor)
        return False

    def _check_parts(self, code: str, group: list[Line]) -> None:
        """One whole way, or parts whose given shares make up the whole."""
        pairs = Counter(successor_key(line) for line in group if not line.ends)
        for line in group:
            if pairs[successor_key(line)] > 1 and not line.ends:
                self.find("twice", ERROR, line, code=code)
            if line.whole and (line.share is not None or line.villages):
                self.find("share_of_whole", ERROR, line)
            if line.share is not None and not 0 < line.share <= WHOLE:
                self.find("share_range", ERROR, line)
            elif line.share is not None and not line.base:
                self.find("share_without_base", WARNING, line)
        if any(line.whole for line in group) and len(group) > 1:
            self.find("whole_and_part", ERROR, group[-1], code=code)
            return
        parts = [line for line in group if not line.whole]
        if not parts:
            return
        if len(parts) == 1:
            self.find("part_alone", ERROR, parts[0], code=code)
        given = [line.share for line in parts if line.share is not None]
        total = sum(given)
        complete = len(given) == len(parts)
        # A third is written 333333: each share may be a millionth off.
        if (complete and abs(total - WHOLE) > len(parts)) or (not complete and given and total >= WHOLE):
            self.find("shares_sum", ERROR, parts[-1], code=code, total=total)
        if not complete and not any(line.villages for line in parts):
            self.find("share_unknown", NOTE, parts[0], code=code, parts=len(parts))
        self._check_villages(code, parts)

    def _check_villages(self, code: str, parts: list[Line]) -> None:
        unit = self.register.at(self.refs.get(code))
        own = {one.code for one in self.register.children.get(unit.key, ())} if unit else set()
        seen: set[str] = set()
        for line in parts:
            for village in line.villages:
                if village in seen:
                    self.find("village_twice", ERROR, line, village=village)
                elif unit is not None and village not in own:
                    self.find("village_elsewhere", ERROR, line, village=village, name=unit.name)
                seen.add(village)

    # What each line leads to.

    def _head(self, group: list[Line]) -> Line:
        """What the lines of a successor say about it together, else what the living bearer of its code is."""
        code = group[0].successor
        old = self.register.living.get(code) if code else None

        def said(field: str, default: str) -> str:
            return next((text for line in group if (text := getattr(line, field))), default)

        return Line(
            place=group[0].place,
            successor=code,
            name=said("name", old.name if old else ""),
            kind=said("kind", old.kind if old else ""),
            parent=said("parent", ""),
        )

    def _choose_targets(self) -> None:
        """A unit that goes on as it is keeps its row; every other successor is a new unit."""
        for key, group in self.by_successor.items():
            head, line = self.heads[key], group[0]
            old = self.register.at(self.refs.get(line.predecessor))
            alone = len(group) == 1 and line.whole and len(self.by_predecessor[line.predecessor]) == 1
            same = old is not None and (old.name, old.kind) == (head.name, head.kind)
            if alone and old and same and head.successor in (old.code, ""):
                self.targets[key] = old.key
            else:
                self.targets[key] = f"new:{key}"
        for code, group in self.by_predecessor.items():
            ref = self.refs.get(code)
            if ref is None:
                continue
            kept = any(self.targets.get(successor_key(line)) == ref for line in group if not line.ends)
            if kept:
                continue
            if isinstance(ref, int):
                self.ended.add(ref)
            for line in group:
                if line.ends:
                    self._check_end(ref, line)
                    continue
                target = self.targets[successor_key(line)]
                self.onward[ref].append((target, line))
                by_villages = bool(line.villages) and not line.whole
                self.plan.ways.append(
                    Way(ref, target, line.whole, line.share, line.base, by_villages, line.note)
                )

    def _check_end(self, ref: Ref, line: Line) -> None:
        """The land of a commune or a province always goes somewhere; a tier or a village may just end."""
        unit = self.register.at(ref)
        lost = unit is None or unit.level in ("commune", "province")
        self.find(
            "territory_lost" if lost else "ends", ERROR if lost else WARNING, line, name=self._name(ref)
        )

    def _name(self, ref: Ref) -> str:
        unit = self.register.at(ref)
        return unit.name if unit else str(ref).partition(":")[2]

    def _end_tier(self) -> None:
        if not self.ended_tier:
            return
        tier = [one for one in self.register.living.values() if one.level == self.ended_tier]
        for unit in tier:
            if unit.code not in self.by_predecessor and self._allows(unit):
                self.ended.add(unit.key)
                self.find("tier_ends", NOTE, None, name=unit.name)

    def _open(self, key: str, group: list[Line]) -> None:
        """The new unit, or the one that goes on, under its parent."""
        head, target = self.heads[key], self.targets[key]
        self._check_head(head, group)
        level = self.kinds.get(head.kind, "")
        olds = [self.refs[line.predecessor] for line in group if line.predecessor in self.refs]
        if not any(line.predecessor for line in group):
            past = self.register.past.get(head.successor)
            self.find("founded", WARNING, group[0], name=head.name, past=past.name if past else "")
        for line in group:
            old = self.register.at(self.refs.get(line.predecessor))
            if old is not None and level and old.level != level:
                self.find("level_mixed", ERROR, line, name=old.name, successor=head.name)
        if target in self.ended or isinstance(target, str):
            self._check_code(head, group[0])
        parent = self._parent(head, olds, level, group)
        if parent is None and level != "province":
            return
        left = {above for old in olds if (above := self._heir(self._parent_of(old))) not in (None, parent)}
        if level == "village" and left:
            names = sorted(self._name(above) for above in left if above is not None)
            self.find("extent_changes", WARNING, group[0], name=head.name, above=names)
        if isinstance(target, int):
            if parent is not None:
                self.moved[target] = Move(target, parent, self._district_kept(target, parent))
            return
        district, mixed = self._district(olds, head.successor, parent) if level == "commune" else (None, ())
        self.plan.opened.append(
            Opened(target, head.successor, head.name, head.kind, level, parent or 0, district, mixed)
        )

    def _check_head(self, head: Line, group: list[Line]) -> None:
        for field in ("name", "kind", "parent"):
            code = "two_parents" if field == "parent" else "successor_differs"
            said = {getattr(line, field) for line in group if getattr(line, field)}
            if len(said) > 1:
                self.find(code, ERROR, group[-1], code=head.successor or head.name, said=sorted(said))
        if not head.name:
            self.find("name_missing", ERROR, group[0], code=head.successor)
        if head.kind not in self.kinds:
            self.find("kind_unknown", ERROR, group[0], kind=head.kind)
        elif not head.successor and self.kinds[head.kind] != "village":
            self.find("code_missing", ERROR, group[0], name=head.name)

    def _check_code(self, head: Line, line: Line) -> None:
        bearer = self.register.living.get(head.successor) if head.successor else None
        if bearer is not None and bearer.key not in self.ended:
            self.find("code_clash", ERROR, line, code=head.successor, name=bearer.name)
        for later in self.register.later.get(head.successor, ())[:1]:
            self.find("overlap", ERROR, line, code=head.successor, name=later.name, start=later.start)

    # Whom each stands under.

    def _parent(self, head: Line, olds: list[Ref], level: str, group: list[Line]) -> Ref | None:
        if level == "province":
            return None
        if head.parent:
            return self._named_parent(head, level, group[0])
        found = {ref for old in olds if (ref := self._heir(self._parent_of(old))) is not None}
        if len(found) == 1:
            return found.pop()
        village = level == "village"
        self.find("village_left" if village else "parent_missing", ERROR, group[0], name=head.name)
        return None

    def _named_parent(self, head: Line, level: str, line: Line) -> Ref | None:
        key = self.keys.get(head.parent)
        above = self.register.living.get(head.parent)
        parent: Ref
        if key is not None:
            parent, parent_level = self.targets[key], self.kinds.get(self.heads[key].kind, "")
            if self._under_itself(head.successor, head.parent):
                self.find("loop", ERROR, line, code=head.parent)
                return None
        elif above is None:
            self.find("parent_unknown", ERROR, line, code=head.parent)
            return None
        elif above.key in self.ended or above.end is not None:
            self.find("parent_ends", ERROR, line, name=above.name)
            return None
        else:
            parent, parent_level = above.key, above.level
        too_low = level and parent_level and LEVELS.index(parent_level) >= LEVELS.index(level)
        if too_low or (level == "village" and parent_level != "commune"):
            self.find("parent_level", ERROR, line, code=head.parent, name=head.name)
            return None
        return parent

    def _under_itself(self, code: str, parent: str) -> bool:
        """Whether the named parents of the act lead from `parent` back to `code`."""
        known, seen = self.keys, set[str]()
        while parent and parent not in seen:
            if parent == code:
                return True
            seen.add(parent)
            parent = self.heads[known[parent]].parent if parent in known else ""
        return bool(parent)

    def _parent_of(self, ref: Ref) -> Ref | None:
        unit = self.register.at(ref)
        return unit.parent if unit else None

    def _heir(self, ref: Ref | None) -> Ref | None:
        """Who stands where a unit stood: it, its whole successor, or what was above one that just ends."""
        if ref is None or not isinstance(ref, int) or ref not in self.ended:
            return ref
        ways = self.onward.get(ref, [])
        if not ways:
            return self._heir(self._parent_of(ref))
        return ways[0][0] if len(ways) == 1 and ways[0][1].whole else None

    def _district(self, olds: list[Ref], code: str, parent: Ref | None) -> tuple[Ref | None, tuple[Ref, ...]]:
        """The former district of a commune right under its province: that of the predecessor with its own
        code, else the one most of its predecessors were in; and the others that it took from."""
        if parent is None or self._level(parent) != "province":
            return None, ()
        units = [unit for old in olds if (unit := self.register.at(old)) is not None]
        found = {unit.code: self._district_of(unit) for unit in units}
        districts = {code: district for code, district in found.items() if district is not None}
        if not districts:
            return None, ()
        counted = Counter(districts.values())
        chosen = districts.get(code)
        if chosen is None:
            chosen = min(counted, key=lambda key: (-counted[key], self._name_code(key)))
        others = sorted((key for key in counted if key != chosen), key=self._name_code)
        return chosen, tuple(others)

    def _district_kept(self, unit: int, parent: Ref) -> Ref | None:
        """The former district of a commune that goes on as it is."""
        one = self.register.by_key[unit]
        return self._district([unit], one.code, parent)[0] if one.level == "commune" else None

    def _name_code(self, key: int) -> str:
        unit = self.register.at(key)
        return unit.code if unit else ""

    def _district_of(self, unit: Standing) -> int | None:
        above = self.register.at(unit.parent)
        if above is not None and above.level == "district":
            return above.key
        return unit.district

    def _level(self, ref: Ref) -> str:
        unit = self.register.at(ref)
        if unit is not None:
            return unit.level
        key = str(ref).removeprefix("new:")
        return self.kinds.get(self.heads[key].kind, "") if key in self.heads else ""

    # What nobody names.

    def _create_missing(self) -> None:
        """Predecessors that the register lacks, beside the other predecessors of what they went into."""
        for code, ref in self.refs.items():
            if isinstance(ref, int):
                continue
            ways = self.onward.get(ref, [])
            keys = [successor_key(line) for _target, line in ways]
            if not keys:
                continue
            head = self.heads[keys[0]]
            group = [line for key in keys for line in self.by_successor[key]]
            beside = [unit for line in group if (unit := self.register.at(self.refs.get(line.predecessor)))]
            line = ways[0][1]
            parent: Ref | None = next((unit.parent for unit in beside if unit.parent is not None), None)
            if parent is None:
                parent = self._standing_province(ways[0][0])
            if parent is None:
                self.find("parent_missing", ERROR, line, name=line.predecessor_name or code)
                continue
            past = self.register.past.get(code)
            start = past.end if past and past.end else self.first_day
            name = line.predecessor_name or (past.name if past else "") or head.name
            level = self.kinds.get(head.kind, "")
            self.plan.created.append(Created(str(ref), code, name, head.kind, level, start, parent))

    def _standing_province(self, target: Ref) -> Ref | None:
        """The province, as it stood on the eve, of a unit that the act makes."""
        parent = next((one.parent for one in self.plan.opened if one.ref == target), None)
        unit = self.register.at(parent)
        if unit is not None:
            found = self.register.above(unit, "province")
            return found.key if found else None
        olds = [old for old, ways in self.onward.items() if any(to == parent for to, _line in ways)]
        return next((old for old in olds if isinstance(old, int)), None)

    def _follow(self) -> None:
        """Units below one that ends go where it went; a part takes only the villages that it names."""
        for key in sorted(self.ended):
            for child in self.register.children.get(key, ()):
                if child.key not in self.ended and child.key not in self.moved:
                    self._follow_one(key, child)

    def _follow_one(self, key: int, child: Standing) -> None:
        parent, ways = self._heir(key), self.onward.get(key, [])
        village = child.level == "village"
        if parent is None and village:
            parent = next((to for to, line in ways if child.code in line.villages), None)
        if parent is None or (village and self._level(parent) != "commune"):
            line = ways[0][1] if ways else None
            code = "village_left" if village else "child_left"
            self.find(code, ERROR, line, name=child.name, code=child.code, above=self._name(key))
            return
        if child.placed_until is not None and child.end is None:
            self.find("placed_later", ERROR, None, name=child.name, day=child.placed_until)
        self.moved[child.key] = Move(child.key, parent, self._district_kept(child.key, parent))
        if not village and not ways:
            self.find("unnamed", WARNING, None, name=child.name, code=child.code)

    def _differs(self, move: Move) -> bool:
        unit = self.register.by_key[move.unit]
        same_district = move.district is None or move.district == unit.district
        return unit.parent != move.parent or not same_district

    def _check_scope(self) -> None:
        if self.allowed is None:
            return
        for code, group in self.by_predecessor.items():
            unit = self.register.at(self.refs.get(code))
            if unit is not None and not self._allows(unit):
                self.find("outside", ERROR, group[0], name=unit.name)
        for one in self.plan.opened:
            above = self.register.at(one.parent)
            if above is not None and not self._allows(above):
                line = self.by_successor[one.ref.removeprefix("new:")][0]
                self.find("outside", ERROR, line, name=above.name)

    def _allows(self, unit: Standing) -> bool:
        if self.allowed is None:
            return True
        province = self.register.above(unit, "province")
        return province is not None and province.key in self.allowed


def successor_key(line: Line) -> str:
    """What tells successors apart: the code; for a village without one, its name and commune."""
    if line.successor:
        return line.successor
    return f"{fold(line.name)}@{line.parent or line.predecessor.rpartition('-')[0]}"


def renames(ways: Sequence[Way]) -> list[Way]:
    """Those that are a new name, kind or code and nothing else: whole, from one unit, into one unit."""
    taken, given = Counter(way.predecessor for way in ways), Counter(way.successor for way in ways)
    return [way for way in ways if way.whole and taken[way.predecessor] == given[way.successor] == 1]
