"""Verdicts on a list of villages, and its applying through the register's own door."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from communes.actions.villages import NewVillage, Stay, add_villages, change_kinds
from communes.models import Level, Unit, UnitKind, User
from communes.rules.text import fold, normalise
from programs.actions.imports import ChangedMeanwhile, Line
from programs.models import ImportRow, RowVerdict
from programs.queries.villages import administered_communes, village_kinds, villages_standing

__all__ = ["VillageRow", "apply_villages", "village_lines"]

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class VillageRow:
    """One line of the list as it was written; `error` when a cell of it could not be read."""

    place: str
    code: str
    commune: str
    name: str
    kind: str
    since: date | None = None
    households: str = ""
    error: str = ""


@dataclass
class _Register:
    """The communes and their villages against which a list is read."""

    communes: dict[str, Unit]
    standing: dict[int, list[Unit]]
    kinds: dict[str, UnitKind]
    seen: Counter[tuple[int, str]] = field(default_factory=Counter)

    def commune_of(self, row: VillageRow) -> Unit | str:
        """The commune a line means, or what is wrong with it."""
        code = row.code.zfill(5) if row.code.isdigit() else row.code
        if code:
            found = self.communes.get(code)
            if found is None:
                return _("Không có xã mã {code} trong phạm vi bạn quản trị.").format(code=code[:20])
            if row.commune and not _same_commune(found.name, row.commune):
                return _("Mã {code} là {name}, không phải {given}.").format(
                    code=code, name=found.name, given=row.commune[:80]
                )
            return found
        named = [one for one in self.communes.values() if _same_commune(one.name, row.commune)]
        if not row.commune:
            return _("Thiếu mã xã hoặc tên xã.")
        if len(named) != 1:
            return _("Không rõ “{name}” là xã nào. Ghi mã xã.").format(name=row.commune[:80])
        return named[0]


def _same_commune(name: str, given: str) -> bool:
    """'Quỳnh Nhai' and 'xã Quỳnh Nhai' are one."""
    whole, said = fold(name), fold(given)
    return said in (whole, whole.partition(" ")[2])


def village_lines(*, rows: Iterable[VillageRow], unit: Unit, by: User, today: date) -> Iterator[Line]:
    """A verdict on each line: new, another kind, there already, or what is wrong with it.

    Two villages may bear one name: the second of a name is new, with a warning; so a list read twice finds
    each of them again.
    """
    communes = administered_communes(unit, by, today)
    kinds = {fold(kind.name): kind for kind in village_kinds()}
    register = _Register(communes, villages_standing(list(communes.values()), today), kinds)
    for row in rows:
        yield _line(row, register, today)


def _line(row: VillageRow, register: _Register, today: date) -> Line:
    name = normalise(row.name)
    key = f"{name} · {row.commune or row.code}"

    def wrong(message: str) -> Line:
        return Line(row.place, key, RowVerdict.ERROR, new=name, message=message)

    if row.error:
        return wrong(row.error)
    commune = register.commune_of(row)
    if isinstance(commune, str):
        return wrong(commune)
    key = f"{name} · {commune.name}"
    if not name or len(name) > LONGEST_NAME:
        return wrong(_("Tên phải có, dài nhất {limit} ký tự.").format(limit=LONGEST_NAME))
    kind = register.kinds.get(fold(row.kind))
    if kind is None:
        return wrong(
            _("Loại là một trong: {kinds}.").format(kinds=", ".join(k.name for k in register.kinds.values()))
        )
    if row.households and not (row.households.isdigit() and len(row.households) < 6):
        return wrong(_("Số hộ phải là số nguyên."))
    if row.since and row.since > today:
        return wrong(_("Từ ngày chưa đến."))
    return _verdict(row, name, kind, commune, register)


def _verdict(row: VillageRow, name: str, kind: UnitKind, commune: Unit, register: _Register) -> Line:
    """The n-th line of a name in a commune is the n-th village of that name."""
    key = f"{name} · {commune.name}"
    own = register.standing.get(commune.pk, [])
    same = [one for one in own if fold(one.name) == fold(name)]
    turn = register.seen[commune.pk, fold(name)]
    register.seen[commune.pk, fold(name)] += 1
    notes = []
    if row.households:
        notes.append(_("Số hộ chưa lưu: chưa có sổ hộ."))
    if turn < len(same):
        there = same[turn]
        if there.name != name:
            notes.append(_("Đã có, ghi là “{name}”.").format(name=there.name))
        if row.since and row.since != there.valid_from and row.since >= commune.valid_from:
            notes.append(_("Đã có từ {day:%d/%m/%Y}, giữ ngày đó.").format(day=there.valid_from))
        if there.kind_id == kind.pk:
            return Line(row.place, key, RowVerdict.UNCHANGED, there.kind.name, kind.name, " ".join(notes))
        payload = {"village": there.pk, "was": there.kind_id, "kind": kind.pk}
        return Line(row.place, key, RowVerdict.CHANGED, there.kind.name, kind.name, " ".join(notes), payload)
    since = max(row.since or commune.valid_from, commune.valid_from)
    if row.since and row.since < since:
        notes.append(_("Tính từ {day:%d/%m/%Y}, ngày {name} có.").format(day=since, name=commune.name))
    if turn:
        notes.append(_("Trùng tên với một thôn, bản khác cùng xã."))
    payload = {
        "commune": commune.pk,
        "name": name,
        "kind": kind.pk,
        "since": since.isoformat(),
        "standing": len(same),
    }
    new = _("{kind}, từ {day:%d/%m/%Y}").format(kind=kind.name, day=since)
    return Line(row.place, key, RowVerdict.NEW, "", new, " ".join(notes), payload)


def apply_villages(*, rows: Iterable[ImportRow], by: User, today: date) -> None:
    """Register the new villages and the other kinds. Raises ChangedMeanwhile when the list has moved on."""
    payloads = [row.payload for row in rows]
    new = [one for one in payloads if "commune" in one]
    kinds = {one["village"]: one for one in payloads if "village" in one}
    communes = (
        Unit.objects.in_force(today).filter(level=Level.COMMUNE).in_bulk({one["commune"] for one in new})
    )
    if any(one["commune"] not in communes for one in new):
        raise ChangedMeanwhile
    _check_standing(new, communes, today)
    _check_kinds(kinds)
    add_villages(
        villages=[
            NewVillage(
                one["name"],
                one["kind"],
                (Stay(communes[one["commune"]], date.fromisoformat(one["since"])),),
            )
            for one in new
        ],
        by=by,
        today=today,
    )
    if kinds:
        change_kinds(kinds={pk: one["kind"] for pk, one in kinds.items()}, by=by, today=today)


def _check_standing(new: list[dict[str, object]], communes: Mapping[int, Unit], today: date) -> None:
    """As many villages of each name stand as when the verdicts were given."""
    standing = villages_standing(list(communes.values()), today)
    names = {pk: Counter(fold(one.name) for one in own) for pk, own in standing.items()}
    for one in new:
        commune, name = int(str(one["commune"])), str(one["name"])
        if names.get(commune, Counter())[fold(name)] != one["standing"]:
            raise ChangedMeanwhile


def _check_kinds(kinds: Mapping[int, Mapping[str, object]]) -> None:
    found = dict(Unit.objects.filter(pk__in=kinds).values_list("pk", "kind"))
    if any(found.get(pk) != one["was"] for pk, one in kinds.items()):
        raise ChangedMeanwhile
