"""Makers of the stories about reorganisations: the register of an earlier day, drafts in a few words."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from communes.actions import refresh_register
from communes.actions.confirm import confirm_reorganisation
from communes.actions.reorganise import ActText, LineText, add_lines, create_draft
from communes.models import Act, Placement, Reorganisation, Succession, Tie, Unit, User
from programs.models import Report
from tests.support import TODAY

FIRST_OF_75 = date(2025, 7, 1)
HEAD = ["Mã đơn vị cũ", "Tên đơn vị cũ", "Phần chuyển", "Mã đơn vị mới", "Tên đơn vị mới", "Loại", "Thuộc mã",
        "Diện tích (ha)", "Dân số", "Ghi chú"]  # fmt: skip


def snapshot() -> dict[str, set[tuple[Any, ...]]]:
    """The whole register as it can be compared: by codes and days, never by keys."""
    return {
        "units": set(
            Unit.objects.values_list(
                "code", "valid_from", "valid_to", "name", "level", "kind", "province__code", "area_ha",
                "population",
            )
        ),
        "placements": set(
            Placement.objects.values_list(
                "unit__code", "unit__valid_from", "parent__code", "parent__valid_from", "tie", "valid_from",
                "valid_to",
            )
        ),
        "successions": set(
            Succession.objects.values_list(
                "act__number", "predecessor__code", "predecessor__valid_from", "successor__code",
                "successor__valid_from", "whole", "share_millionths",
            )
        ),
    }  # fmt: skip


def back_to(day: date) -> None:
    """Take the register back to the eve of `day`: what begins on it is gone, what ends on it goes on."""
    Report.objects.filter(unit__valid_from__gte=day).delete()
    Succession.objects.filter(act__operative_on__gte=day).delete()
    Act.objects.filter(operative_on__gte=day).delete()
    Placement.objects.filter(valid_from__gte=day).delete()
    Unit.objects.filter(valid_from__gte=day).delete()
    Placement.objects.filter(valid_to__gte=day).update(valid_to=None)
    Unit.objects.filter(valid_to__gte=day).update(valid_to=None)
    refresh_register()


def list_of_the_act() -> bytes:
    """The list of NQ 1681 as an office would send it, from the register as it stands after it."""
    rows: list[list[Any]] = [HEAD]
    ways = Succession.objects.filter(act__operative_on=FIRST_OF_75)
    for way in ways.select_related("predecessor", "successor__kind").order_by("successor__code", "pk"):
        rows.append(_row(way.predecessor, way.successor, way.note))
    same = Placement.objects.filter(
        tie=Tie.TREE, valid_from=FIRST_OF_75, unit__valid_from__lt=FIRST_OF_75, unit__level="commune"
    )
    for one in same.select_related("unit__kind").order_by("unit__code"):
        rows.append(_row(one.unit, one.unit, ""))
    return as_csv(rows)


def _row(old: Unit, new: Unit, note: str) -> list[Any]:
    return [
        old.code,
        old.name,
        "toàn bộ",
        new.code,
        new.name,
        new.kind.name,
        "14",
        new.area_ha,
        new.population,
        note,
    ]


def as_csv(rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def act_text(number: str = "9/NQ-UBTVQH16", day: date = date(2026, 12, 1), **fields: Any) -> ActText:
    return ActText(number, "Sắp xếp đơn vị", fields.pop("in_force_on", day), day, **fields)


def draft_of(by: User, *lines: LineText, **act: Any) -> Reorganisation:
    """A draft with these lines, read from the database."""
    draft = create_draft(act=act_text(**act), by=by, today=TODAY)
    add_lines(draft=draft, lines=lines, by=by, today=TODAY)
    return Reorganisation.objects.get(pk=draft.pk)


def whole(old: str, new: str, name: str = "", kind: str = "", **fields: Any) -> LineText:
    return LineText(predecessor_code=old, successor_code=new, name=name, kind=kind, **fields)


def part(
    old: str, new: str, name: str = "", kind: str = "", share: int | None = None, **fields: Any
) -> LineText:
    if share is not None:
        fields.setdefault("share_base", "dân số")
    return LineText(
        predecessor_code=old,
        successor_code=new,
        name=name,
        kind=kind,
        whole=False,
        share_millionths=share,
        **fields,
    )


def carried_out(by: User, *lines: LineText, **act: Any) -> Act:
    """The act of these lines, carried out."""
    draft = draft_of(by, *lines, **act)
    return confirm_reorganisation(draft=draft, seen=draft.version, by=by, today=TODAY)
