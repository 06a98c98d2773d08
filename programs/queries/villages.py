"""Villages as lists: who reads them, under which commune each stands, and which are there already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery

from communes.models import Ancestry, Level, Placement, Tie, Unit, UnitKind, User
from communes.queries import administered_units

ROWS_A_PAGE = 200


@dataclass(frozen=True)
class VillagePage:
    """The villages of a unit on a day; each row has `commune_name` and `commune_code`."""

    unit: Unit
    at: date
    rows: "Page[Unit]"
    may_import: bool

    @property
    def count(self) -> int:
        return int(self.rows.paginator.count)

    @property
    def one_commune(self) -> bool:
        return self.unit.level == Level.COMMUNE


def readers_unit(code: str, user: User, today: date) -> Unit | None:
    """The unit of this code that the person reads: the one in force today, else the last."""
    rows = Unit.objects.readable_by(user, today).filter(code=code).select_related("kind")
    return rows.in_force(today).first() or rows.order_by("-valid_from").first()


def villages_of(unit: Unit, reader: User, today: date) -> "QuerySet[Any]":
    """The unit's villages that the person reads, today or on the unit's last day."""
    at = min(today, unit.last_day or today)
    above = Ancestry.objects.on(at).filter(unit=OuterRef("pk"), tie=Tie.TREE, ancestor__level=Level.COMMUNE)
    rows = Unit.objects.readable_by(reader, today).territory_of(unit, at).filter(level=Level.VILLAGE)
    commune = {
        f"commune_{name}": Subquery(above.values(f"ancestor__{name}")[:1]) for name in ("name", "code")
    }
    return rows.select_related("kind").annotate(**commune)


def village_page(unit: Unit, reader: User, today: date, number: str) -> VillagePage:
    """Five queries, whatever the number of villages."""
    rows = villages_of(unit, reader, today).order_by("commune_name", "name", "code")
    page = Paginator(rows, ROWS_A_PAGE).get_page(number)
    return VillagePage(unit, min(today, unit.last_day or today), page, may_import(unit, reader, today))


def may_import(unit: Unit, user: User, today: date) -> bool:
    """Whether the person keeps the list of villages of this unit."""
    return unit.lives_on(today) and administered_units(user, today).filter(pk=unit.pk).exists()


def administered_communes(unit: Unit, user: User, today: date) -> dict[str, Unit]:
    """The living communes of the unit that the person administers, by code."""
    held = administered_units(user, today).values("pk")
    rows = Unit.objects.territory_of(unit, today).filter(level=Level.COMMUNE, pk__in=held)
    return {one.code: one for one in rows.order_by("code")}


def villages_standing(communes: Collection[Unit], today: date) -> dict[int, list[Unit]]:
    """The villages of today by the id of their commune, oldest code first: one query."""
    found: dict[int, list[Unit]] = {}
    placed = Placement.objects.on(today).filter(tie=Tie.TREE, parent__in=communes, unit__level=Level.VILLAGE)
    for one in placed.select_related("unit", "unit__kind").order_by("unit__pk"):
        found.setdefault(one.parent_id, []).append(one.unit)
    return found


def village_kinds() -> list[UnitKind]:
    return list(UnitKind.objects.filter(level=Level.VILLAGE))
