"""The household register of a commune: writing a household in, and correcting what stands there.

Whoever writes is a cadre of the commune itself. Every step bumps the household's version, appends a line to
its history, and lets the commune's open yearly review count anew.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.actions.bulk import insert_rows
from communes.models import Unit, User
from housing.actions.figures import refresh_poverty
from housing.actions.record_checks import check_day, check_household
from housing.actions.stale import StaleRecord
from housing.models import (
    CLOSED_STATES,
    Arrival,
    CommuneReview,
    Household,
    HouseholdChange,
    HouseholdCounter,
    Source,
)
from housing.queries.register import (
    Duplicate,
    ethnic_groups,
    keeps_register,
    likely_duplicates,
    origin_of,
    villages_of_commune,
)
from housing.rules.records import Hint, HouseholdData

__all__ = [
    "DuplicatesFound",
    "HouseholdData",
    "Saved",
    "add_household",
    "add_households",
    "check_keeper",
    "edit_household",
    "edit_households",
    "keep_change",
    "locked",
    "take_codes",
    "touched",
]

FIELDS = (
    "village_id", "head_name", "head_sex", "head_birth_year", "identity_number", "ethnic_group_id", "address",
    "persons", "no_labour", "merit", "social_protection", "note",
)  # fmt: skip
# What the figures of a commune are counted from.
COUNTED = {"village_id", "persons", "no_labour", "ethnic_group_id", "merit", "social_protection"}
BATCH = 500


@dataclass(frozen=True)
class Saved:
    """A household as it now stands, and the doubts about what was written."""

    household: Household
    warnings: list[Hint] = field(default_factory=list)


class DuplicatesFound(Exception):
    """Nothing was saved: these households may be the one being added."""

    def __init__(self, duplicates: list[Duplicate]) -> None:
        super().__init__(f"{len(duplicates)} likely duplicates")
        self.duplicates = duplicates


@transaction.atomic
def add_household(
    *,
    commune: Unit,
    data: HouseholdData,
    by: User,
    today: date,
    through: str,
    on: date | None = None,
    arrival: str = Arrival.FOUND,
    origin: Household | None = None,
    duplicates_seen: bool = False,
) -> Saved:
    """Write a household into the register from a day on (today).

    One that moves in is tied to the row of the commune it comes from by its identity number, and brings its
    class along; that commune ends its own row itself. Raises PermissionDenied, ValidationError by field, and
    DuplicatesFound unless `duplicates_seen`.
    """
    check_keeper(commune, by, today)
    data, hints = _checked(data, commune, today)
    check_day(on or today, "on", today=today)
    duplicates = [] if duplicates_seen else likely_duplicates(commune, data)
    if duplicates:
        raise DuplicatesFound(duplicates)
    if arrival == Arrival.MOVED_IN and origin is None:
        origin = origin_of(commune, data.identity_number)
    household = _new(commune, data, on or today, arrival, by)
    household.code = take_codes(commune, 1)[0]
    household.origin = origin
    household.poverty_class = origin.poverty_class if origin else ""
    household.save(force_insert=True)
    keep_change(household, _KINDS[Arrival(arrival)], _first_values(data), by, through)
    touched(commune, by, today)
    return Saved(household, hints)


@transaction.atomic
def add_households(
    *,
    commune: Unit,
    rows: Sequence[tuple[HouseholdData, date, str]],
    by: User,
    today: date,
    through: str,
) -> list[Household]:
    """Write many households in, each with its day and how it came (`Arrival`): all or none, in their order.

    Likely duplicates are the caller's to find beforehand. Raises PermissionDenied, and ValidationError by
    field, with the number of the row (from 1) before the words.
    """
    check_keeper(commune, by, today)
    villages, groups = villages_of_commune(commune, today), ethnic_groups()
    made = []
    for number, (given, on, arrival) in enumerate(rows, start=1):
        try:
            check_day(on, "on", today=today)
            data, _hints = check_household(given, villages=villages, groups=groups, today=today)
        except ValidationError as error:
            raise _of_row(number, error) from error
        made.append(_new(commune, data, on, arrival, by))
    for household, code in zip(made, take_codes(commune, len(made)), strict=True):
        household.code = code
        household.set_search_name()
    insert_rows(Household, made)
    changes = [
        _change(one, _KINDS[Arrival(one.arrival)], {"head_name": ["", one.head_name]}, by, through)
        for one in made
    ]
    insert_rows(HouseholdChange, changes)
    touched(commune, by, today)
    return made


@transaction.atomic
def edit_household(
    *,
    household: Household,
    version: int,
    data: HouseholdData,
    by: User,
    today: date,
    through: str,
    note: str = "",
) -> Saved:
    """Correct what the register says of a household; equal values change nothing.

    Raises PermissionDenied, ValidationError by field, StaleRecord when it was changed since `version`.
    """
    current = locked(household, version, by, today)
    data, hints = _checked(data, current.commune, today)
    hints += members_hint(current, data.persons)
    fields = _apply(current, data)
    if fields:
        _save(current, by)
        keep_change(current, _kind_of(fields), fields, by, through, note)
        if COUNTED & fields.keys():
            touched(current.commune, by, today)
    return Saved(current, hints)


@transaction.atomic
def edit_households(
    *,
    commune: Unit,
    rows: Sequence[tuple[Household, int, HouseholdData]],
    by: User,
    today: date,
    through: str,
) -> list[Household]:
    """Correct many households of one commune, each as of a version: all or none; gives those that changed.

    Raises as `edit_household` does, ValidationError with the number of the row (from 1) before the words.
    """
    check_keeper(commune, by, today)
    villages, groups = villages_of_commune(commune, today), ethnic_groups()
    wanted = [one.pk for one, _version, _data in rows]
    stored = Household.objects.writable_by(by, today).filter(commune=commune, ended_on=None)
    found = {one.pk: one for one in stored.select_for_update(of=("self",)).filter(pk__in=wanted)}
    changed, changes = [], []
    for number, (household, version, given) in enumerate(rows, start=1):
        current = found.get(household.pk)
        if current is None:
            raise PermissionDenied(_("Hộ này không có trong sổ của xã."))
        if current.version != version:
            raise StaleRecord(current)
        try:
            data, _hints = check_household(given, villages=villages, groups=groups, today=today)
        except ValidationError as error:
            raise _of_row(number, error) from error
        if fields := _apply(current, data):
            current.set_search_name()
            _bump(current, by)
            changed.append(current)
            changes.append(_change(current, _kind_of(fields), fields, by, through))
    columns = [*FIELDS, "search_name", "version", "updated_at", "updated_by"]
    Household.objects.bulk_update(changed, [name.removesuffix("_id") for name in columns], batch_size=BATCH)
    insert_rows(HouseholdChange, changes)
    if changed:
        touched(commune, by, today)
    return changed


# -- What the other acts on households share -----------------------------------------------------------


def check_keeper(commune: Unit, by: User, today: date) -> None:
    """Raises PermissionDenied when `by` is no cadre of the commune itself, or the commune is no more."""
    if not keeps_register(commune, by, today):
        raise PermissionDenied(_("Sổ hộ do cán bộ của xã ghi."))


def locked(household: Household, version: int | None, by: User, today: date) -> Household:
    """The household's row under its lock. Raises PermissionDenied, and StaleRecord for another version.

    `version` None: the act does not depend on what the row says. Only a household that stands in the
    register is changed: ValidationError else.
    """
    current = row_of(household, by, today)
    if version is not None and current.version != version:
        raise StaleRecord(current)
    if current.ended_on is not None:
        raise ValidationError(_("Hộ đã ra khỏi sổ. Đưa lại vào sổ trước khi sửa."), code="ended")
    return current


def row_of(household: Household, by: User, today: date) -> Household:
    """The household's row under its lock, ended or not. Raises PermissionDenied."""
    rows = Household.objects.writable_by(by, today).select_for_update(of=("self",))
    current = rows.select_related("commune", "village").filter(pk=household.pk).first()
    if current is None or not current.commune.lives_on(today):
        raise PermissionDenied(_("Sổ hộ do cán bộ của xã ghi."))
    return current


def keep_change(
    household: Household, kind: str, fields: dict[str, Any], by: User, through: str, note: str = ""
) -> HouseholdChange:
    """Append to the household's history; `fields`: name → [old, new]."""
    change = _change(household, kind, fields, by, through, note)
    change.save(force_insert=True)
    return change


def save_step(household: Household, by: User, *columns: str) -> None:
    """Store these columns of a row under its lock as its next version."""
    _bump(household, by)
    household.save(update_fields=[*columns, "version", "updated_at", "updated_by"])


def touched(commune: Unit, by: User, today: date) -> None:
    """Let the commune's open yearly review, when its figures come from the register, count anew."""
    rows = CommuneReview.objects.filter(
        commune=commune, source=Source.REGISTER, round__period__isnull=False
    ).exclude(state__in=CLOSED_STATES)
    for review in rows.select_related("round", "commune"):
        refresh_poverty(review, by=by, today=today)


def take_codes(commune: Unit, count: int) -> list[str]:
    """The next `count` codes of the commune: '03703-00012'. A code is never given twice."""
    HouseholdCounter.objects.get_or_create(commune_code=commune.code)
    counter = HouseholdCounter.objects.select_for_update().get(commune_code=commune.code)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"{commune.code}-{number:05d}" for number in range(first, first + count)]


def members_hint(household: Household, persons: int | None) -> list[Hint]:
    """A doubt when the persons written down and the members listed by name are not as many."""
    listed = household.members.here().count()
    if not listed or persons is None or listed == persons:
        return []
    words = _("Sổ ghi {persons} nhân khẩu, danh sách thành viên có {listed} người.")
    return [Hint("persons", words.format(persons=persons, listed=listed))]


# -- Small parts -----------------------------------------------------------------------------------------


_KINDS = {
    Arrival.FOUND: HouseholdChange.Kind.ADDED,
    Arrival.FORMED: HouseholdChange.Kind.ADDED,
    Arrival.SPLIT: HouseholdChange.Kind.SPLIT,
    Arrival.MOVED_IN: HouseholdChange.Kind.MOVED_IN,
}


def _checked(data: HouseholdData, commune: Unit, today: date) -> tuple[HouseholdData, list[Hint]]:
    villages: Collection[int] = villages_of_commune(commune, today)
    return check_household(data, villages=villages, groups=ethnic_groups(), today=today)


def _new(commune: Unit, data: HouseholdData, on: date, arrival: str, by: User) -> Household:
    return Household(
        commune_id=commune.pk,
        province_id=commune.province_id or commune.pk,
        arrival=arrival,
        arrived_on=on,
        updated_by_id=by.pk,
        **{name: getattr(data, name) for name in FIELDS},
    )


def _first_values(data: HouseholdData) -> dict[str, Any]:
    values = {name: getattr(data, name) for name in FIELDS}
    return {name: [None, value] for name, value in values.items() if value not in ("", None, False)}


def _apply(household: Household, data: HouseholdData) -> dict[str, Any]:
    """Put the data into the row; which columns differ, from what to what."""
    fields = {}
    for name in FIELDS:
        old, new = getattr(household, name), getattr(data, name)
        if old != new:
            fields[name] = [old, new]
            setattr(household, name, new)
    return fields


def _kind_of(fields: Iterable[str]) -> str:
    kinds = HouseholdChange.Kind
    return kinds.MOVED_VILLAGE if set(fields) == {"village_id"} else kinds.EDITED


def _save(household: Household, by: User) -> None:
    save_step(household, by, *(name.removesuffix("_id") for name in FIELDS), "search_name")


def _bump(household: Household, by: User) -> None:
    household.version += 1
    household.updated_at, household.updated_by = timezone.now(), by


def _change(
    household: Household, kind: str, fields: dict[str, Any], by: User, through: str, note: str = ""
) -> HouseholdChange:
    return HouseholdChange(
        household_id=household.pk,
        commune_id=household.commune_id,
        version=household.version,
        kind=kind,
        fields=fields,
        note=note.replace("\0", "")[:500],
        through=through,
        by_id=by.pk,
    )


def _of_row(number: int, error: ValidationError) -> ValidationError:
    words = _("Dòng {number}: {words}")
    found = {
        name: [words.format(number=number, words=one) for one in ones]
        for name, ones in error.message_dict.items()
    }
    return ValidationError(found)
