"""Houses: proposing one, each step on its way, stopping, taking the last step back, correcting."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from housing.actions.figures import refresh_houses
from housing.actions.house_steps import (
    FEWEST_WORDS,
    Step,
    changed_fields,
    day_words,
    new_event,
    new_row,
    plain_text,
    proposal_errors,
    step_values,
    take,
    take_back,
)
from housing.actions.stale import StaleRecord
from housing.models import BeneficiaryGroup, BuildKind, Household, HousingList, HousingProject, Stage
from housing.queries.houses import last_step

__all__ = ["AlreadyHelped", "Step", "edit_house", "propose_house", "take_step", "undo_step"]


class AlreadyHelped(Exception):
    """The household got a house before; it can get one again with a reason. Carries those houses."""

    def __init__(self, houses: list[HousingProject]) -> None:
        super().__init__("already helped")
        self.houses = houses


@transaction.atomic
def propose_house(
    *,
    household: Household,
    house_list: HousingList,
    group: BeneficiaryGroup,
    kind: str,
    on: date,
    by: User,
    today: date,
    through: str,
    repeat_reason: str = "",
    note: str = "",
    at: datetime | None = None,
) -> HousingProject:
    """Propose a house for a household of the register.

    Raises PermissionDenied when `by` does not enter the commune's data; AlreadyHelped when the household has
    or had a house and `repeat_reason` does not say why again; ValidationError by field.
    """
    rows = Household.objects.writable_by(by, today).select_for_update(of=("self",))
    fresh = rows.filter(pk=household.pk).select_related("commune").first()
    if fresh is None:
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    repeat_reason, note = composed(repeat_reason), composed(note)
    errors = proposal_errors(fresh, house_list, kind, on, today)
    if repeat_reason and len(repeat_reason) < FEWEST_WORDS:
        errors["repeat_reason"] = [_("Ghi rõ vì sao hỗ trợ lần nữa.")]
    if errors:
        raise ValidationError(errors)
    earlier = earlier_houses(fresh)
    if earlier and not repeat_reason:
        raise AlreadyHelped(earlier)
    house = new_row(
        household=fresh,
        commune=fresh.commune,
        house_list=house_list,
        group=group,
        kind=kind,
        on=on,
        note=note,
        by=by,
        at=at,
    )
    house.repeat_reason = repeat_reason if earlier else ""
    house.save()
    new_event(house, "", {}, repeat_reason if earlier else "", by, through, at).save()
    refresh_houses(house.commune, house_list, by=by, today=today, at=at)
    return house


def earlier_houses(household: Household) -> list[HousingProject]:
    """Houses of the household, and of the one it was before it moved or was split off; stopped ones too when
    building had begun."""
    rows: list[HousingProject] = []
    one: Household | None = household
    seen: set[int] = set()
    while one is not None and one.pk not in seen:
        seen.add(one.pk)
        rows += HousingProject.objects.filter(household=one).select_related("list")
        one = one.origin if one.origin_id else None
    return [row for row in rows if row.stage != Stage.STOPPED or row.started_on is not None]


def take_step(
    *,
    house: HousingProject,
    version: int,
    step: Step,
    by: User,
    today: date,
    through: str,
    at: datetime | None = None,
) -> HousingProject:
    """Take the next step of a house, or stop it.

    Raises StaleRecord when the house was changed since `version`, PermissionDenied, and ValidationError by
    field: 'on', 'present', 'agreed', 'decision', 'foundation', 'area_m2', 'reason', or 'stage' when this step
    is not the next one.
    """
    with transaction.atomic():
        fresh = _locked(house, version, by, today)
        before, was = fresh.stage, step_values(fresh, step.stage)
        take(fresh, step, today)
        _touch(fresh, by, at)
        fields = changed_fields(fresh, step.stage, was)
        new_event(fresh, before, fields, composed(step.comment), by, through, at).save()
        refresh_houses(fresh.commune, fresh.list, by=by, today=today, at=at)
    return fresh


def undo_step(
    *,
    house: HousingProject,
    version: int,
    by: User,
    today: date,
    through: str,
    reason: str = "",
    at: datetime | None = None,
) -> HousingProject:
    """Take the last step back. On the day it was recorded that is a slip; later it needs a `reason`.

    Raises StaleRecord, PermissionDenied, and ValidationError for 'reason', or 'stage' when there is no step.
    """
    reason = composed(reason)
    with transaction.atomic():
        fresh = _locked(house, version, by, today)
        last = last_step(fresh, fresh.events.all())
        if last is None:
            raise ValidationError({"stage": [_("Nhà mới được đề nghị, chưa có bước nào để hoàn tác.")]})
        if timezone.localdate(last.at) != today and len(reason) < FEWEST_WORDS:
            raise ValidationError(
                {
                    "reason": [
                        _("Bước này ghi từ {day}: hoàn tác thì ghi rõ lý do.").format(day=day_words(last.at))
                    ]
                }
            )
        undone = fresh.stage
        was = step_values(fresh, undone)
        take_back(fresh, last.from_stage)
        _touch(fresh, by, at)
        fields = {name: [plain_text(value), ""] for name, value in was.items() if value not in (None, "")}
        comment = _("Hoàn tác. {reason}").format(reason=reason).strip()
        new_event(fresh, undone, fields, comment, by, through, at).save()
        refresh_houses(fresh.commune, fresh.list, by=by, today=today, at=at)
    return fresh


@transaction.atomic
def edit_house(
    *,
    house: HousingProject,
    version: int,
    kind: str,
    group: BeneficiaryGroup,
    note: str,
    by: User,
    today: date,
    through: str,
    at: datetime | None = None,
) -> HousingProject:
    """Correct what the house is: new or repair, for which group, the note. Raises as `take_step` does."""
    fresh = _locked(house, version, by, today)
    if kind not in BuildKind.values:
        raise ValidationError({"kind": [_("Chọn xây mới hoặc sửa chữa.")]})
    wanted = {"kind": kind, "group": group, "note": composed(note)[:500]}
    fields = {
        name: [plain_text(getattr(fresh, name)), plain_text(value)]
        for name, value in wanted.items()
        if getattr(fresh, name) != value
    }
    if not fields:
        return fresh
    for name, value in wanted.items():
        setattr(fresh, name, value)
    _touch(fresh, by, at)
    new_event(fresh, fresh.stage, fields, "", by, through, at).save()
    refresh_houses(fresh.commune, fresh.list, by=by, today=today, at=at)
    return fresh


def locked_house(house: HousingProject, by: User, today: date) -> HousingProject:
    """The house under its row's lock, for who enters its commune's data. Raises PermissionDenied."""
    rows = HousingProject.objects.writable_by(by, today).select_for_update(of=("self",))
    fresh = rows.filter(pk=house.pk).select_related("commune", "list", "group", "household").first()
    if fresh is None:
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    return fresh


def note_event(
    house: HousingProject, fields: dict[str, Any], comment: str, by: User, through: str, at: datetime | None
) -> None:
    """Write into a house's history what did not change its stage."""
    new_event(house, house.stage, fields, comment, by, through, at).save()


def _locked(house: HousingProject, version: int, by: User, today: date) -> HousingProject:
    fresh = locked_house(house, by, today)
    if fresh.version != version:
        raise StaleRecord(fresh)
    return fresh


def _touch(house: HousingProject, by: User, at: datetime | None) -> None:
    house.version += 1
    house.updated_at, house.updated_by = at or timezone.now(), by
    house.save()
