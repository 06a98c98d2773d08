"""The people of a household: writing one down, correcting, and that somebody is no longer there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import User
from housing.actions.record_checks import MOST_PERSONS, check_day, check_member
from housing.actions.register import keep_change, locked, members_hint, save_step, touched
from housing.models import Household, HouseholdChange, Member, Relation
from housing.queries.register import ethnic_groups, member_elsewhere
from housing.rules.records import Hint, MemberData

__all__ = ["MemberData", "SavedMember", "member_left", "save_member"]

FIELDS = (
    "name", "relation", "birth_date", "birth_year", "sex", "ethnic_group_id", "identity_number", "schooling",
    "education", "insured", "work", "allowance", "note",
)  # fmt: skip


@dataclass(frozen=True)
class SavedMember:
    """A member and the household as they now stand, and the doubts about what was written."""

    member: Member
    household: Household
    warnings: list[Hint] = field(default_factory=list)


@transaction.atomic
def save_member(
    *,
    household: Household,
    version: int,
    data: MemberData,
    by: User,
    today: date,
    through: str,
    member: Member | None = None,
) -> SavedMember:
    """Write a person into the household, or correct what is written (`member`).

    Where as many members were listed as the household has persons, the number of persons follows. `version`
    is the household's. Raises PermissionDenied, ValidationError by field, StaleRecord.
    """
    current = locked(household, version, by, today)
    data, hints = check_member(data, groups=ethnic_groups(), today=today)
    here = list(current.members.here())
    row = _own_row(member, here)
    _check_head(data, row, here)
    before = row or Member()
    fields = {
        name: [_plain(getattr(before, name)), _plain(getattr(data, name))]
        for name in FIELDS
        if _differ(getattr(before, name), getattr(data, name))
    }
    if row and not fields:
        return SavedMember(row, current, hints)
    stored = row or Member(household=current)
    for name in FIELDS:
        setattr(stored, name, getattr(data, name))
    stored.save()
    if row is None:
        fields |= _follow(current, len(here), len(here) + 1)
    _keep(current, stored, fields, by, today, through)
    hints += [*_doubles(current, data.identity_number), *members_hint(current, current.persons)]
    return SavedMember(stored, current, hints)


@transaction.atomic
def member_left(
    *, member: Member, version: int, on: date, by: User, today: date, through: str, note: str = ""
) -> SavedMember:
    """Somebody died, married away or moved: no longer of the household from that day on; the row stays.

    Raises PermissionDenied, ValidationError, StaleRecord.
    """
    current = locked(member.household, version, by, today)
    check_day(on, "on", today=today)
    here = list(current.members.here())
    row = _own_row(member, here)
    assert row is not None
    if current.persons == 1 or (len(here) == 1 and current.persons == len(here)):
        words = _("Đây là người cuối cùng của hộ. Ghi hộ không còn ai thay cho việc này.")
        raise ValidationError({"on": [words]})
    row.left_on = on
    row.save(update_fields=["left_on"])
    fields = {"left_on": [None, on.isoformat()], **_follow(current, len(here), len(here) - 1)}
    _keep(current, row, fields, by, today, through, note)
    hints = members_hint(current, current.persons)
    if row.relation == Relation.HEAD:
        hints.append(Hint("head_name", _("Chủ hộ không còn trong hộ. Ghi chủ hộ mới.")))
    return SavedMember(row, current, hints)


def _own_row(member: Member | None, here: list[Member]) -> Member | None:
    """The member as stored among those of the household; raises PermissionDenied for another's."""
    if member is None:
        return None
    row = next((one for one in here if one.pk == member.pk), None)
    if row is None:
        raise PermissionDenied(_("Người này không còn trong hộ."))
    return row


def _check_head(data: MemberData, row: Member | None, here: list[Member]) -> None:
    others = (one for one in here if row is None or one.pk != row.pk)
    if data.relation == Relation.HEAD and any(one.relation == Relation.HEAD for one in others):
        raise ValidationError({"relation": [_("Danh sách đã có chủ hộ. Sửa người đó trước.")]})


def _follow(household: Household, before: int, after: int) -> dict[str, Any]:
    """Persons that were as many as the members listed stay so."""
    if household.persons != before or not 1 <= after <= MOST_PERSONS:
        return {}
    household.persons = after
    return {"persons": [before, after]}


def _doubles(household: Household, number: str) -> list[Hint]:
    """A doubt when the number stands in another household; of another commune only which commune it is."""
    if not number:
        return []
    hints = []
    for one in member_elsewhere(household, number)[:3]:
        own = one.commune_id == household.commune_id
        words = (
            _("Số định danh này đang có ở hộ {place}.") if own else _("Số định danh này đang có ở {place}.")
        )
        place = one.code if own else one.commune.name
        hints.append(Hint("identity_number", words.format(place=place)))
    return hints


def _keep(
    household: Household,
    member: Member,
    fields: Mapping[str, Any],
    by: User,
    today: date,
    through: str,
    note: str = "",
) -> None:
    save_step(household, by, "persons")
    whose = {"member": [member.pk, member.name]}
    keep_change(household, HouseholdChange.Kind.MEMBER, {**whose, **fields}, by, through, note)
    if "persons" in fields:
        touched(household.commune, by, today)


def _differ(old: Any, new: Any) -> bool:
    """Nothing said is nothing said, as an empty text or as None."""
    return old != new and not (old in ("", None) and new in ("", None))


def _plain(value: Any) -> Any:
    """A day as text: history is kept as JSON."""
    return value.isoformat() if isinstance(value, date) else value
