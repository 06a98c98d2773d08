"""Departments from the data folder: once; what an administrator has changed since stays as it is."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from django.db import models

from communes.models import Unit
from programs.management.reading import DataRow, read_rows
from programs.models import Agency, AgencyCriterion, AgencySuccession, Criterion

Save = Callable[[DataRow, models.Model], None]
Key = tuple[str, str, date]


def load_agencies(folder: Path, save: Save) -> None:
    """Departments with what each took over and the criteria each confirms; only of those that are new."""
    known = {(one.unit.code, one.code, one.valid_from): one for one in _all()}
    new: dict[Key, Agency] = {}
    for row in read_rows(folder / "agencies.csv"):
        key = (row.text("unit"), row.text("code"), row.day("first_day"))
        if key in known:
            continue
        made = _agency(row)
        save(row, made)
        new[key] = made
    if new:
        _load_successions(folder, save, new, known | new)
        _load_criteria(folder, save, new)


def _all() -> models.QuerySet[Agency]:
    return Agency.objects.select_related("unit")


def _agency(row: DataRow) -> Agency:
    unit = Unit.objects.bearer(row.text("unit"))
    if unit is None:
        raise row.error(f"đơn vị '{row.text('unit')}' chưa có: chạy load_register trước.")
    same = ["code", "name", "name_en", "short_name", "source"]
    return Agency(
        **{name: row.text(name) for name in same},
        unit=unit,
        assembles=row.flag("assembles"),
        valid_from=row.day("first_day"),
        valid_to=row.after("last_day"),
        mark=row.mark(),
    )


def _load_successions(
    folder: Path, save: Save, new: Mapping[Key, Agency], known: Mapping[Key, Agency]
) -> None:
    for row in read_rows(folder / "agency_successions.csv"):
        old, successor = _named(row, "predecessor"), _named(row, "successor")
        if old not in known or successor not in known:
            raise row.error("cơ quan cũ hoặc mới chưa có trong agencies.csv.")
        if old in new or successor in new:
            made = AgencySuccession(
                predecessor=known[old], successor=known[successor], note=row.text("note"), mark=row.mark()
            )
            save(row, made)


def _load_criteria(folder: Path, save: Save, new: Mapping[Key, Agency]) -> None:
    criteria = {
        (one.criteria_set.code, one.number): one for one in Criterion.objects.select_related("criteria_set")
    }
    for row in read_rows(folder / "agency_criteria.csv"):
        criterion = criteria.get((row.text("set"), row.number("criterion")))
        if criterion is None:
            raise row.error(f"bộ tiêu chí '{row.text('set')}' không có tiêu chí số {row.text('criterion')}.")
        row.mark()
        agency = new.get(_named(row, "agency"))
        if agency is not None:
            save(row, AgencyCriterion(agency=agency, criterion=criterion))


def _named(row: DataRow, column: str) -> Key:
    return row.text("unit"), row.text(column), row.day(f"{column}_from")
