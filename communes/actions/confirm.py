"""Carrying a reorganisation out: the register, what derives from it and what the rooms keep, in one go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.contrib.admin.models import CHANGE
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.actions.people import note
from communes.actions.register import BATCH, refresh_register
from communes.actions.reorganise import locked_draft
from communes.actions.villages import last_numbers
from communes.models import (
    Act,
    Ancestry,
    HandOver,
    Level,
    Placement,
    Reorganisation,
    ReorganisationState,
    Succession,
    Tie,
    Unit,
    User,
    Verification,
)
from communes.queries.findings import act_findings
from communes.queries.providers import all_providers
from communes.queries.register import Planned, change_of, plan_of
from communes.rules.acts import LEVELS, Move, Opened, Ref, Way
from communes.rules.closure import LoopError
from communes.rules.text import fold

__all__ = ["confirm_reorganisation"]

CHUNK = 500


@transaction.atomic
def confirm_reorganisation(*, draft: Reorganisation, seen: int, by: User, today: date) -> Act:
    """Carry the draft out: predecessors close, successors open, and every room follows; all of it or nothing.

    `seen` is the version of the draft that the person looked at. Raises PermissionDenied for who does not
    keep the register, and ValidationError when the draft changed since, was carried out already, or has
    errors (each in words).
    """
    # One act after another: the derived tables are made anew by each. No save of figures waits for this lock.
    list(Unit.objects.filter(level=Level.PROVINCE).order_by("pk").select_for_update(no_key=True))
    fresh = locked_draft(draft, by, today)
    if fresh.version != seen:
        raise ValidationError(_("Dự thảo vừa thay đổi. Xem lại rồi thực hiện."), code="changed")
    planned = plan_of(fresh)
    if planned.plan.errors:
        said = act_findings(planned.plan.errors)
        places = [_("Dòng {n}: {words}").format(n=one.place, words=one.words) for one in said if one.place]
        raise ValidationError([one.words for one in said if not one.place] + places, code="errors")
    act = Act.objects.create(
        number=fresh.number,
        title=fresh.title,
        in_force_on=fresh.in_force_on,
        operative_on=fresh.operative_on,
        source=fresh.source,
        mark=fresh.mark,
    )
    try:
        with transaction.atomic():
            made = _Writing(fresh, planned, act).write()
            refresh_register()
            _renew_provinces(fresh.operative_on)
    except LoopError as error:
        raise ValidationError(_("Chưa thực hiện: một đơn vị sẽ thuộc hoặc kế thừa chính nó.")) from error
    except IntegrityError as error:
        raise ValidationError(
            _("Chưa thực hiện: danh mục vừa thay đổi, có hai đơn vị chồng ngày nhau. Xem lại dự thảo."),
            code="changed",
        ) from error
    change = change_of(fresh, planned, made)
    for provider in all_providers():
        provider.apply(change, by, today)
    list_left_behind(change.orphans)
    fresh.act, fresh.state = act, ReorganisationState.CONFIRMED
    fresh.confirmed_by, fresh.confirmed_at = by, timezone.now()
    fresh.save(update_fields=["act", "state", "confirmed_by", "confirmed_at"])
    note(by, act, CHANGE, _("Thực hiện sắp xếp theo {number}.").format(number=act.number))
    return act


def list_left_behind(units: Iterable[int]) -> int:
    """Put what units that ended without successor left on the hand-over list, once; returns how many."""
    wanted = sorted(units)
    known = set(HandOver.objects.filter(unit__in=wanted).values_list("unit", "kind", "ref"))
    items = [
        HandOver(unit_id=kept.unit, kind=provider.kind, ref=kept.ref, words=kept.words[:300])
        for provider in all_providers()
        for kept in provider.left_by(wanted)
        if (kept.unit, provider.kind, kept.ref) not in known
    ]
    HandOver.objects.bulk_create(items, batch_size=CHUNK)
    return len(items)


class _Writing:
    """One plan on its way into the tables; `ids` gives the key of every unit that it makes."""

    def __init__(self, draft: Reorganisation, planned: Planned, act: Act) -> None:
        self.draft, self.planned, self.plan, self.act = draft, planned, planned.plan, act
        self.day = draft.operative_on
        self.ids: dict[str, int] = {}
        self.opened: dict[Ref, Opened] = {one.ref: one for one in planned.plan.opened}
        self.parents: dict[int, Ref] = {move.unit: move.parent for move in planned.plan.moves}

    def write(self) -> Mapping[str, int]:
        """In the order that the constraints of each moment allow: close, add, open, place, succeed."""
        self._create()
        self._close()
        self._open()
        self._place()
        self._succeed()
        return self.ids

    def _key(self, ref: Ref) -> int:
        return ref if isinstance(ref, int) else self.ids[ref]

    def _create(self) -> None:
        """Predecessors that the register lacked: they lived until now, as far as anybody knows."""
        units = [
            Unit(
                code=one.code,
                name=one.name,
                search_name=fold(one.name),
                level=one.level,
                kind_id=one.kind,
                valid_from=one.start,
                valid_to=self.day,
                province_id=self._province_of(one.parent),
                facts_source=self.act.number,
            )
            for one in self.plan.created
        ]
        Unit.objects.bulk_create(units, batch_size=CHUNK)
        self.ids |= {one.ref: unit.pk for one, unit in zip(self.plan.created, units, strict=True)}
        placements = []
        for one, unit in zip(self.plan.created, units, strict=True):
            parent = self.planned.register.by_key[self._key(one.parent)]
            start = max(one.start, parent.start)
            if start > unit.valid_from:
                Unit.objects.filter(pk=unit.pk).update(valid_from=start)
            placements.append(Placement(unit=unit, parent_id=parent.key, valid_from=start, valid_to=self.day))
        Placement.objects.bulk_create(placements, batch_size=CHUNK)

    def _close(self) -> None:
        for keys in _chunks(self.plan.ended):
            Unit.objects.filter(pk__in=keys).update(valid_to=self.day)
            Placement.objects.filter(unit__in=keys, valid_to=None).update(valid_to=self.day)
        going_on = Placement.objects.filter(Q(valid_to=None) | Q(valid_to__gt=self.day))
        for keys in _chunks([move.unit for move in self.plan.moves]):
            going_on.filter(unit__in=keys, tie=Tie.TREE).update(valid_to=self.day)
        for keys in _chunks([move.unit for move in self.plan.moves if self._redistricted(move)]):
            going_on.filter(unit__in=keys, tie=Tie.FORMER).update(valid_to=self.day)

    def _redistricted(self, move: Move) -> bool:
        return self.planned.register.by_key[move.unit].district != move.district

    def _open(self) -> None:
        facts = self._facts()
        codes = self._village_codes()
        for level in LEVELS:
            batch = [one for one in self.plan.opened if one.level == level]
            units = []
            for one in batch:
                code = one.code or codes[one.ref]
                area, population = facts.get(code, (None, None))
                units.append(
                    Unit(
                        code=code,
                        name=one.name,
                        search_name=fold(one.name),
                        level=one.level,
                        kind_id=one.kind,
                        valid_from=self.day,
                        province_id=self._province_of(one.parent) if level != "province" else None,
                        area_ha=area,
                        population=population,
                        facts_source=self.act.number if area or population else "",
                        name_mark=self.draft.mark,
                        extent_mark=self.draft.mark,
                    )
                )
            Unit.objects.bulk_create(units, batch_size=CHUNK)
            self.ids |= {one.ref: unit.pk for one, unit in zip(batch, units, strict=True)}

    def _facts(self) -> dict[str, tuple[int | None, int | None]]:
        rows = self.draft.lines.exclude(area_ha=None, population=None).order_by("order")
        return {
            code: (area, population)
            for code, area, population in rows.values_list("successor_code", "area_ha", "population")
        }

    def _village_codes(self) -> dict[str, str]:
        """A village that only gets a new name keeps its number; a joined or divided one gets the next."""
        wanted = [one for one in self.plan.opened if not one.code]
        origins: dict[Ref, list[Ref]] = defaultdict(list)
        for way in self.plan.ways:
            origins[way.successor].append(way.predecessor if way.whole else 0)
        last = last_numbers({self._code_of(one.parent) for one in wanted})
        found = {}
        for one in wanted:
            olds = origins[one.ref]
            old = self.planned.register.at(olds[0]) if len(olds) == 1 else None
            if old is not None:
                found[one.ref] = old.code
                continue
            above = self._code_of(one.parent)
            last[above] += 1
            found[one.ref] = f"{above}-{last[above]}"
        return found

    def _code_of(self, ref: Ref) -> str:
        unit = self.planned.register.at(ref)
        return unit.code if unit else str(ref).removeprefix("new:")

    def _province_of(self, ref: Ref) -> int | None:
        """The province that the unit stands under, as it is after the act."""
        for _step in LEVELS:
            one = self.opened.get(ref)
            if one is not None:
                if one.level == "province":
                    return self.ids[one.ref]
                ref = one.parent
                continue
            unit = self.planned.register.at(ref)
            if unit is None or unit.level == "province":
                return unit.key if unit else None
            ref = self.parents.get(unit.key) or unit.parent or 0
        return None

    def _place(self) -> None:
        placed = [one for one in self.plan.opened if one.parent]
        rows = [self._placement(self.ids[one.ref], one.parent, Tie.TREE) for one in placed]
        rows += [self._former(one) for one in self.plan.opened if one.district is not None]
        for move in self.plan.moves:
            end = self.planned.register.by_key[move.unit].end
            rows.append(self._placement(move.unit, move.parent, Tie.TREE, end))
            if move.district is not None and self._redistricted(move):
                rows.append(self._placement(move.unit, move.district, Tie.FORMER, end))
        Placement.objects.bulk_create(rows, batch_size=CHUNK)

    def _placement(self, unit: int, parent: Ref, tie: str, end: date | None = None) -> Placement:
        return Placement(
            unit_id=unit, parent_id=self._key(parent), tie=tie, valid_from=self.day, valid_to=end
        )

    def _former(self, one: Opened) -> Placement:
        row = self._placement(self.ids[one.ref], one.district or 0, Tie.FORMER)
        if one.mixed:
            names = [self.planned.register.by_key[key].name for key in one.mixed if isinstance(key, int)]
            row.note = _("Gồm cả phần của {names}").format(names=", ".join(names))[:300]
        return row

    def _succeed(self) -> None:
        Succession.objects.bulk_create(
            [
                Succession(
                    act=self.act,
                    predecessor_id=self._key(way.predecessor),
                    successor_id=self._key(way.successor),
                    whole=way.whole,
                    share_millionths=way.share,
                    share_base=way.base,
                    by_villages=way.by_villages,
                    names_mark=self.draft.mark,
                    extent_mark=self._extent_mark(way),
                    note=way.note,
                )
                for way in self.plan.ways
            ],
            batch_size=BATCH,
        )

    def _extent_mark(self, way: Way) -> str:
        """A part of which neither the villages nor the share are known is a part of unknown extent."""
        known = way.whole or way.by_villages or way.share is not None
        return self.draft.mark if known else Verification.UNKNOWN


def _renew_provinces(day: date) -> None:
    """Units that go on in another province, or in one that was made anew, belong to that one."""
    for province in Unit.objects.in_force(day).filter(level=Level.PROVINCE):
        under = Ancestry.objects.on(day).filter(ancestor=province, tie=Tie.TREE, depth__gt=0)
        others = Unit.objects.in_force(day).filter(pk__in=under.values("unit")).exclude(province=province)
        others.update(province=province)


def _chunks(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
