"""What happens to whole households: split, merged, moved, gone, and brought back where that is honest."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import Unit, User
from communes.rules.text import fold
from housing.actions.merged_sheets import give_place_back, take_place
from housing.actions.record_checks import MOST_PERSONS, check_day
from housing.actions.register import (
    Saved,
    add_household,
    keep_change,
    locked,
    row_of,
    save_step,
    touched,
)
from housing.actions.stale import StaleRecord
from housing.models import Arrival, Departure, Household, HouseholdChange, Member, Relation
from housing.queries.register import villages_of_commune
from housing.rules.records import HouseholdData

__all__ = [
    "mark_gone",
    "merge_households",
    "move_out",
    "move_village",
    "restore_household",
    "split_household",
]

KIND = HouseholdChange.Kind


@transaction.atomic
def split_household(
    *,
    household: Household,
    version: int,
    members: Collection[int],
    data: HouseholdData,
    on: date,
    by: User,
    today: date,
    through: str,
) -> Saved:
    """Some of a household begin one of their own (tách hộ): `members` are the ids of those listed who go.

    `data` is the new household, its persons included; the old one has so many fewer. The new one is of the
    same class until it is reviewed. Raises PermissionDenied, ValidationError by field, StaleRecord.
    """
    current = locked(household, version, by, today)
    check_day(on, "on", today=today, since=current.arrived_on)
    going = _going(current, members)
    persons = data.persons or 0
    if persons >= current.persons:
        words = _("Hộ cũ có {persons} nhân khẩu, phải còn ít nhất một người ở lại.")
        raise ValidationError({"persons": [words.format(persons=current.persons)]})
    if persons < len(going):
        words = _("Đã chọn {count} người sang hộ mới; số nhân khẩu không thể ít hơn.")
        raise ValidationError({"persons": [words.format(count=len(going))]})
    saved = add_household(
        commune=current.commune,
        data=data,
        by=by,
        today=today,
        through=through,
        on=on,
        arrival=Arrival.SPLIT,
        origin=current,
        duplicates_seen=True,
    )
    _hand_over(going, saved.household)
    before, current.persons = current.persons, current.persons - persons
    save_step(current, by, "persons")
    fields = {"persons": [before, current.persons], "split_off": [None, saved.household.code]}
    keep_change(current, KIND.SPLIT, fields, by, through)
    touched(current.commune, by, today)
    return saved


@transaction.atomic
def merge_households(
    *,
    keep: Household,
    version: int,
    other: Household,
    other_version: int,
    persons: int,
    on: date,
    by: User,
    today: date,
    through: str,
    twice: bool = False,
    note: str = "",
) -> Saved:
    """`other` becomes part of `keep` (nhập hộ), or was the same household written down `twice`.

    `persons` is how many the kept household then has. Members go over, except those listed in both; the other
    row ends, points to the kept one and keeps its reviews, houses and history; on the list of an open review
    the kept household takes its place. Raises PermissionDenied,
    ValidationError by field, StaleRecord for either.
    """
    if keep.pk == other.pk:
        raise ValidationError({"other": [_("Chọn một hộ khác.")]})
    first, second = sorted([(keep, version), (other, other_version)], key=lambda pair: pair[0].pk)
    rows = {one.pk: locked(one, seen, by, today) for one, seen in (first, second)}
    kept, gone = rows[keep.pk], rows[other.pk]
    if kept.commune_id != gone.commune_id:
        raise ValidationError({"other": [_("Chỉ nhập được hai hộ của cùng một xã.")]})
    check_day(on, "on", today=today, since=max(kept.arrived_on, gone.arrived_on))
    if not 1 <= persons <= MOST_PERSONS:
        raise ValidationError({"persons": [_("Số nhân khẩu từ 1 đến 60.")]})
    moved = _take_members(kept, gone)
    before, kept.persons = kept.persons, persons
    save_step(kept, by, "persons")
    gone.merged_into = kept
    _end(gone, Departure.MISTAKE if twice else Departure.MERGED, on, by, "merged_into")
    fields = {"persons": [before, persons], "absorbed": [None, gone.code]}
    keep_change(kept, KIND.MERGED, fields, by, through, note)
    listed = take_place(kept, gone, by=by, today=today)
    ended: dict[str, Any] = {
        "merged_into": [None, kept.code], "members": moved, "persons": [before, persons],
        "kept_version": kept.version, "sheets": listed,
    }  # fmt: skip
    keep_change(gone, KIND.MERGED, ended, by, through, note)
    touched(kept.commune, by, today)
    return Saved(kept)


@transaction.atomic
def move_village(
    *, household: Household, version: int, village: Unit, by: User, today: date, through: str, note: str = ""
) -> Saved:
    """To another village of the same commune. Raises PermissionDenied, ValidationError, StaleRecord."""
    current = locked(household, version, by, today)
    if village.pk not in villages_of_commune(current.commune, today):
        words = _("Thôn, bản này không thuộc xã. Chọn một thôn, bản của xã.")
        raise ValidationError({"village": [words]})
    if village.pk == current.village_id:
        raise ValidationError({"village": [_("Hộ đang ở thôn, bản này.")]})
    before, current.village = current.village_id, village
    save_step(current, by, "village")
    keep_change(current, KIND.MOVED_VILLAGE, {"village_id": [before, village.pk]}, by, through, note)
    touched(current.commune, by, today)
    return Saved(current)


@transaction.atomic
def move_out(
    *,
    household: Household,
    version: int | None,
    on: date,
    by: User,
    today: date,
    through: str,
    note: str = "",
) -> Saved:
    """To another commune or province; `note` says where. There it is written in as moved in, and the two rows
    find each other by the head's identity number. Raises PermissionDenied, ValidationError, StaleRecord."""
    return _leave(household, version, Departure.MOVED_OUT, on, by, today, through, note)


@transaction.atomic
def mark_gone(
    *,
    household: Household,
    version: int,
    on: date,
    by: User,
    today: date,
    through: str,
    mistake: bool = False,
    note: str = "",
) -> Saved:
    """Nobody of the household is left, or (`mistake`) it should never have been written down.

    Raises PermissionDenied, ValidationError, StaleRecord.
    """
    departure = Departure.MISTAKE if mistake else Departure.GONE
    return _leave(household, version, departure, on, by, today, through, note)


@transaction.atomic
def restore_household(
    *, household: Household, version: int, by: User, today: date, through: str, note: str = ""
) -> Saved:
    """Take back that a household left, as if it never had.

    Raises PermissionDenied, StaleRecord, and ValidationError where taking back would not be true: another
    commune wrote it in since, or the household that it was merged into was changed since.
    """
    current = row_of(household, by, today)
    if current.version != version:
        raise StaleRecord(current)
    if current.ended_on is None:
        raise ValidationError(_("Hộ đang ở trong sổ."))
    taken = (
        current.offspring.filter(arrival=Arrival.MOVED_IN, ended_on=None).select_related("commune").first()
    )
    if current.departure == Departure.MOVED_OUT and taken is not None:
        words = _("{place} đã ghi hộ này chuyển đến. Khi hộ trở về, thêm hộ mới và chọn “chuyển đến”.")
        raise ValidationError(words.format(place=taken.commune.name))
    if current.merged_into_id is not None:
        _unmerge(current, by, today, through)
    fields = {
        "ended_on": [current.ended_on.isoformat(), None],
        "departure": [current.departure, ""],
    }
    current.ended_on, current.departure, current.merged_into = None, "", None
    save_step(current, by, "ended_on", "departure", "merged_into")
    keep_change(current, KIND.RESTORED, fields, by, through, note)
    touched(current.commune, by, today)
    return Saved(current)


# -- Small parts -----------------------------------------------------------------------------------------


def _going(household: Household, members: Collection[int]) -> list[Member]:
    """Those of the household who go; its head stays."""
    here = {one.pk: one for one in household.members.here()}
    if set(members) - here.keys():
        raise ValidationError({"members": [_("Có người đã chọn không còn trong hộ. Mở lại trang.")]})
    going = [here[pk] for pk in sorted(set(members))]
    if any(one.relation == Relation.HEAD for one in going):
        words = _("Chủ hộ ở lại hộ cũ. Nếu chủ hộ đi, sửa chủ hộ trước.")
        raise ValidationError({"members": [words]})
    if here and len(going) == len(here):
        raise ValidationError({"members": [_("Phải còn người ở lại hộ cũ.")]})
    return going


def _hand_over(going: list[Member], household: Household) -> None:
    """They are of the new household: who bears its head's name is its head, the others' relation is open."""
    heads = [one for one in going if one.search_name == fold(household.head_name)]
    for one in going:
        one.household = household
        one.relation = Relation.HEAD if one in heads[:1] else Relation.OTHER
    Member.objects.bulk_update(going, ["household", "relation"])


def _take_members(kept: Household, gone: Household) -> list[list[Any]]:
    """Move over who is not listed in the kept household yet; (id, relation before) of each."""
    there = list(kept.members.here())
    numbers = {one.identity_number for one in there} - {""}
    names = {(one.search_name, one.birth_year) for one in there}
    has_head = any(one.relation == Relation.HEAD for one in there)
    moved = []
    for one in gone.members.here():
        if one.identity_number in numbers or (one.search_name, one.birth_year) in names:
            continue
        moved.append([one.pk, one.relation])
        one.household = kept
        if one.relation == Relation.HEAD and has_head:
            one.relation = Relation.OTHER
        one.save(update_fields=["household", "relation"])
    return moved


def _unmerge(gone: Household, by: User, today: date, through: str) -> None:
    """Give members and persons back; only while the household that took them stands as it did then."""
    merged = gone.changes.filter(kind=KIND.MERGED, version=gone.version).first()
    assert gone.merged_into is not None
    kept = row_of(gone.merged_into, by, today)
    if merged is None or kept.ended_on is not None or kept.version != merged.fields["kept_version"]:
        words = _("Hộ {code} đã được sửa sau khi nhập, nên không hoàn tác được nữa. Dùng “Tách hộ”.")
        raise ValidationError(words.format(code=kept.code))
    relations = dict(merged.fields["members"])
    back = list(kept.members.filter(pk__in=relations))
    for one in back:
        one.household, one.relation = gone, relations[one.pk]
    Member.objects.bulk_update(back, ["household", "relation"])
    give_place_back(kept, merged.fields.get("sheets", []))
    after, kept.persons = kept.persons, merged.fields["persons"][0]
    save_step(kept, by, "persons")
    fields = {"persons": [after, kept.persons], "absorbed": [gone.code, None]}
    keep_change(kept, KIND.RESTORED, fields, by, through)


def _leave(
    household: Household,
    version: int | None,
    departure: str,
    on: date,
    by: User,
    today: date,
    through: str,
    note: str,
) -> Saved:
    current = locked(household, version, by, today)
    check_day(on, "on", today=today, since=current.arrived_on)
    _end(current, departure, on, by)
    fields = {"ended_on": [None, on.isoformat()], "departure": ["", departure]}
    kind = KIND.MOVED_OUT if departure == Departure.MOVED_OUT else KIND.GONE
    keep_change(current, kind, fields, by, through, note)
    touched(current.commune, by, today)
    return Saved(current)


def _end(household: Household, departure: str, on: date, by: User, *columns: str) -> None:
    household.departure, household.ended_on = departure, on
    save_step(household, by, "departure", "ended_on", *columns)
