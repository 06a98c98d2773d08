"""Load the register of units from the project's data folder: once, or again without harm.

What is already there is left as it is, so an administrator's correction outlives every start.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from communes.actions import refresh_register
from communes.models import Act, Placement, Succession, Unit, UnitKind, Verification

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def after(last_day: str) -> date | None:
    """Dates in files are inclusive, in the database half-open."""
    return date.fromisoformat(last_day) + timedelta(days=1) if last_day else None


class Command(BaseCommand):
    help = "Nạp đơn vị hành chính, quan hệ trực thuộc và kế thừa từ thư mục dữ liệu."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--folder", type=Path, default=DATA / "son_la")

    @transaction.atomic
    def handle(self, *args: object, folder: Path, **options: object) -> None:
        self._load_kinds()
        made = self._load_units(folder)
        made += self._load_ties(folder)
        if made:
            refresh_register()
        self.stdout.write(f"Đơn vị hành chính: thêm {made} dòng, hiện có {Unit.objects.count()} đơn vị.")

    def _load_kinds(self) -> None:
        for row in rows(DATA / "kinds.csv"):
            values = {**row, "is_urban": row["is_urban"] == "yes", "order": int(row["order"])}
            UnitKind.objects.get_or_create(code=values.pop("code"), defaults=values)

    def _load_units(self, folder: Path) -> int:
        known = set(Unit.objects.values_list("code", "valid_from"))
        made = 0
        province = None
        for row in rows(folder / "units.csv"):
            start = date.fromisoformat(row["first_day"])
            if (row["code"], start) in known:
                if row["level"] == "province":
                    province = Unit.objects.get(code=row["code"], valid_from=start)
                continue
            unit = Unit.objects.create(
                code=row["code"],
                name=row["name"],
                level=row["level"],
                kind_id=row["kind"],
                valid_from=start,
                valid_to=after(row["last_day"]),
                province=province,
                area_ha=row["area_ha"] or None,
                population=row["population"] or None,
                facts_source=row["facts_source"],
                name_mark=Verification.from_mark(row["name_mark"]),
                extent_mark=Verification.from_mark(row["extent_mark"]),
            )
            made += 1
            if unit.level == "province":
                province = unit
        return made

    def _load_ties(self, folder: Path) -> int:
        self.units = {(u.code, u.valid_from): u for u in Unit.objects.all()}
        made = 0
        for row in rows(folder / "placements.csv"):
            made += Placement.objects.get_or_create(
                unit=self._unit(row, "code"),
                tie=row["tie"],
                valid_from=date.fromisoformat(row["first_day"]),
                defaults={
                    "parent": self._unit(row, "parent_code", "parent_from"),
                    "valid_to": after(row["last_day"]),
                    "note": row["note"],
                },
            )[1]
        for row in rows(folder / "acts.csv"):
            values = {**row, "mark": Verification.from_mark(row["mark"])}
            Act.objects.get_or_create(number=values.pop("number"), defaults=values)
        acts = {act.number: act for act in Act.objects.all()}
        for row in rows(folder / "successions.csv"):
            share = int(Fraction(row["share"]) * 1_000_000) if row["share"] else None
            made += Succession.objects.get_or_create(
                predecessor=self._unit(row, "predecessor_code", "predecessor_from"),
                successor=self._unit(row, "successor_code", "successor_from"),
                defaults={
                    "act": acts[row["act"]],
                    "whole": row["whole"] == "yes",
                    "share_millionths": share,
                    "names_mark": Verification.from_mark(row["names_mark"]),
                    "extent_mark": Verification.from_mark(row["extent_mark"]),
                    "note": row["note"],
                },
            )[1]
        return made

    def _unit(self, row: dict[str, str], code: str, start: str = "code_from") -> Unit:
        return self.units[row[code], date.fromisoformat(row[start])]
