"""Houses: proposing one, each step on its way, stopping, taking the last step back, and many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Unit, User
from communes.rules.text import composed
from housing.actions.figures import refresh_houses, refresh_many_houses
from housing.actions.stale import StaleRecord
from housing.models import (
    BeneficiaryGroup,
    BuildKind,
    Household,
    HousingList,
    HousingProject,
    ProjectEvent,
    Stage,
)
from housing.queries.houses import UNFINISHED, last_step
from housing.rules.meetings import passes
from housing.rules.stages import WAY, next_stage
from housing.rules.stages import Stage as Stages
from programs.models import Through

__all__ = [
    "AlreadyHelped",
    "NewHouse",
    "Step",
    "add_houses",
    "advance_houses",
    "edit_house",
    "propose_house",
    "take_step",
    "undo_step",
]

DAYS = {
    Stage.PROPOSED: "proposed_on",
    Stage.VOTED: "voted_on",
    Stage.APPROVED: "approved_on",
    Stage.STARTED: "started_on",
    Stage.COMPLETED: "completed_on",
    Stage.HANDED_OVER: "handed_over_on",
    Stage.STOPPED: "stopped_on",
}
"""The column that keeps the day of each step."""

WRITTEN: Mapping[str, tuple[str, ...]] = {
    Stage.VOTED: ("vote_present", "vote_agreed"),
    Stage.APPROVED: ("decision",),
    Stage.STARTED: (),
    Stage.COMPLETED: ("foundation", "frame", "roof", "area_m2"),
    Stage.HANDED_OVER: (),
    Stage.STOPPED: ("stop_reason",),
}
"""What a step writes beside its day."""

LARGEST_AREA = 1000
FEWEST_WORDS = 5
AT_ONCE = 500


class AlreadyHelped(Exception):
    """The household got a house before; it can get one again with a reason. Carries those houses."""

    def __init__(self, houses: list[HousingProject]) -> None:
        super().__init__("already helped")
        self.houses = houses


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a house and what is written down with it.

    `on`: its day. A vote has `present` and `agreed`; an approval its `decision`; a completion the three hard
    parts and the area; a stop its `reason`.
    """

    stage: str
    on: date | None
    present: int | None = None
    agreed: int | None = None
    decision: str = ""
    foundation: bool | None = None
    frame: bool | None = None
    roof: bool | None = None
    area_m2: int | None = None
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class NewHouse:
    """One house to be brought in together with many others, with the steps it has taken.

    `commune`: where it is built; None for the household's own. An ended commune keeps what was built in it.
    """

    household: Household
    house_list: HousingList
    group: BeneficiaryGroup
    kind: str
    proposed_on: date
    steps: Sequence[Step] = ()
    commune: Unit | None = None
    note: str = ""


# -- One house -----------------------------------------------------------------------------------


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
    errors = _proposal_errors(fresh, house_list, kind, on, today)
    if repeat_reason and len(repeat_reason) < FEWEST_WORDS:
        errors["repeat_reason"] = [_("Ghi rõ vì sao hỗ trợ lần nữa.")]
    if errors:
        raise ValidationError(errors)
    earlier = earlier_houses(fresh)
    if earlier and not repeat_reason:
        raise AlreadyHelped(earlier)
    house = _new_row(NewHouse(fresh, house_list, group, kind, on, note=note), by, at)
    house.repeat_reason = repeat_reason if earlier else ""
    house.save()
    _event(house, "", {}, repeat_reason if earlier else "", by, through, at).save()
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
        before, was = fresh.stage, _values(fresh, step.stage)
        _take(fresh, step, today)
        _touch(fresh, by, at)
        fields = {
            name: [_text(was[name]), _text(value)]
            for name, value in _values(fresh, step.stage).items()
            if value != was[name]
        }
        _event(fresh, before, fields, composed(step.comment), by, through, at).save()
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
                {"reason": [_("Bước này ghi từ {day}: hoàn tác thì ghi rõ lý do.").format(day=_day(last.at))]}
            )
        undone = fresh.stage
        was = _values(fresh, undone)
        _take_back(fresh, last.from_stage)
        _touch(fresh, by, at)
        fields = {name: [_text(value), ""] for name, value in was.items() if value not in (None, "")}
        comment = _("Hoàn tác. {reason}").format(reason=reason).strip()
        _event(fresh, undone, fields, comment, by, through, at).save()
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
        name: [_text(getattr(fresh, name)), _text(value)]
        for name, value in wanted.items()
        if getattr(fresh, name) != value
    }
    if not fields:
        return fresh
    for name, value in wanted.items():
        setattr(fresh, name, value)
    _touch(fresh, by, at)
    _event(fresh, fresh.stage, fields, "", by, through, at).save()
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
    _event(house, house.stage, fields, comment, by, through, at).save()


# -- Many at once --------------------------------------------------------------------------------


@transaction.atomic
def add_houses(
    *, rows: Sequence[NewHouse], by: User, today: date, through: str, at: datetime | None = None
) -> list[HousingProject]:
    """Bring in many houses with the steps they have taken, all or none; figures follow once a commune.

    Each event is dated by its step's day, at eight in the morning, unless `at` is given. Raises
    PermissionDenied when one of the communes is not `by`'s to enter, and ValidationError whose keys say which
    row ('3.on'). Nobody is asked whether a household was helped before.
    """
    _check_may_enter({(row.commune or row.household.commune).pk for row in rows}, by, today, through)
    errors: dict[str, list[str]] = {}
    houses, events = [], []
    for number, row in enumerate(rows):
        house = _new_row(row, by, at)
        wrong = _proposal_errors(row.household, row.house_list, row.kind, row.proposed_on, today)
        made = [_event(house, "", {}, "", by, through, at or _morning(row.proposed_on))]
        try:
            made += _take_all(house, row.steps, by, today, through, at)
        except ValidationError as error:
            wrong |= error.message_dict
        errors |= {f"{number}.{name}": words for name, words in wrong.items()}
        houses.append(house)
        events.append(made)
    if errors:
        raise ValidationError(errors)
    HousingProject.objects.bulk_create(houses, batch_size=AT_ONCE)
    _keep_events(houses, events)
    _refresh_all(houses, by, today, at)
    return houses


@transaction.atomic
def advance_houses(
    *,
    rows: Sequence[tuple[HousingProject, Sequence[Step]]],
    by: User,
    today: date,
    through: str,
    at: datetime | None = None,
) -> list[HousingProject]:
    """Take steps of many houses, all or none. A house that was changed meanwhile raises StaleRecord; the rest
    as `add_houses`."""
    given = {house.pk: (house, steps) for house, steps in rows}
    fresh = HousingProject.objects.select_for_update(of=("self",)).select_related("commune", "list")
    houses = {one.pk: one for one in fresh.filter(pk__in=given)}
    _check_may_enter({one.commune_id for one in houses.values()}, by, today, through)
    errors: dict[str, list[str]] = {}
    events = []
    for number, (pk, (house, steps)) in enumerate(given.items()):
        one = houses[pk]
        if one.version != house.version:
            raise StaleRecord(one)
        try:
            events.append(_take_all(one, steps, by, today, through, at))
        except ValidationError as error:
            errors |= {f"{number}.{name}": words for name, words in error.message_dict.items()}
    if errors:
        raise ValidationError(errors)
    changed = [houses[pk] for pk in given]
    names = {"stage", "stage_since", "version", "updated_at", "updated_by", *DAYS.values()}
    names |= {name for more in WRITTEN.values() for name in more}
    HousingProject.objects.bulk_update(changed, sorted(names), batch_size=AT_ONCE)
    _keep_events(changed, events)
    _refresh_all(changed, by, today, at)
    return changed


def _take_all(
    house: HousingProject, steps: Iterable[Step], by: User, today: date, through: str, at: datetime | None
) -> list[ProjectEvent]:
    made = []
    for step in steps:
        before, was = house.stage, _values(house, step.stage)
        _take(house, step, today)
        moment = at or _morning(house.stage_since)
        house.version += 1
        house.updated_at, house.updated_by = moment, by
        values = _values(house, step.stage)
        fields = {name: [_text(was[name]), _text(new)] for name, new in values.items() if new != was[name]}
        made.append(_event(house, before, fields, composed(step.comment), by, through, moment))
    return made


def _keep_events(houses: Sequence[HousingProject], events: Sequence[Sequence[ProjectEvent]]) -> None:
    for house, made in zip(houses, events, strict=True):
        for event in made:
            event.project = house
    ProjectEvent.objects.bulk_create((event for made in events for event in made), batch_size=AT_ONCE)


def _refresh_all(houses: Iterable[HousingProject], by: User, today: date, at: datetime | None) -> None:
    communes: dict[HousingList, set[Unit]] = {}
    for one in houses:
        communes.setdefault(one.list, set()).add(one.commune)
    for house_list, units in communes.items():
        refresh_many_houses(list(units), house_list, by=by, today=today, at=at)


def _check_may_enter(communes: set[int], by: User, today: date, through: str) -> None:
    """Who enters figures of the communes; people of the commune itself, save where the demo is made."""
    if through == Through.DEMO:
        found = Unit.objects.writable_by(by, today).filter(pk__in=communes).count()
    else:
        rows = Household.objects.writable_by(by, today).filter(commune__in=communes)
        found = rows.values("commune").distinct().count()
    if found != len(communes):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))


# -- Rules of a step -----------------------------------------------------------------------------


def _proposal_errors(
    household: Household, house_list: HousingList, kind: str, on: date, today: date
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if kind not in BuildKind.values:
        errors["kind"] = [_("Chọn xây mới hoặc sửa chữa.")]
    if on > today:
        errors["on"] = [_("Ngày này chưa đến. Kiểm tra lại.")]
    elif household.ended_on is not None and on >= household.ended_on:
        errors["on"] = [_("Ngày này hộ đã ra khỏi sổ của xã.")]
    elif on < house_list.first_day or (house_list.last_day and on > house_list.last_day):
        last = house_list.last_day
        until = _(" đến {day}").format(day=_day(last)) if last else ""
        errors["on"] = [
            _("Danh sách này nhận nhu cầu từ {first}{until}. Chọn ngày khác hoặc danh sách khác.").format(
                first=_day(house_list.first_day), until=until
            )
        ]
    return errors


def _take(house: HousingProject, step: Step, today: date) -> None:
    """Check the step against the house as it stands, and write it into the row (unsaved)."""
    stage = Stages(house.stage)
    if step.stage == Stage.STOPPED:
        possible = house.stage in UNFINISHED
    else:
        possible = next_stage(stage) == step.stage
    if not possible:
        raise ValidationError(
            {"stage": [_("Nhà đang ở bước “{stage}”.").format(stage=house.get_stage_display())]}, code="order"
        )
    errors = _day_errors(house, step, today) | STEP_ERRORS.get(step.stage, _no_errors)(step)
    if errors:
        raise ValidationError(errors)
    _write(house, step)


def _day_errors(house: HousingProject, step: Step, today: date) -> dict[str, list[str]]:
    if step.on is None:
        return {"on": [_("Chọn ngày.")]}
    if step.on > today:
        return {"on": [_("Ngày này chưa đến. Kiểm tra lại.")]}
    if step.stage == Stage.COMPLETED and house.started_on and step.on < house.started_on:
        words = _("Ngày hoàn thành không được trước ngày khởi công {day}.")
        return {"on": [words.format(day=_day(house.started_on))]}
    days = [getattr(house, DAYS[Stage(one.value)]) for one in WAY]
    last = max(day for day in days if day is not None)
    if step.on < last:
        words = _("Không được trước bước “{stage}” ngày {day}.")
        return {"on": [words.format(stage=house.get_stage_display(), day=_day(last))]}
    return {}


def _no_errors(step: Step) -> dict[str, list[str]]:
    return {}


def _vote_errors(step: Step) -> dict[str, list[str]]:
    present, agreed = step.present, step.agreed
    if present is None or present < 1:
        return {"present": [_("Ghi số người dự họp.")]}
    if agreed is None or agreed < 0:
        return {"agreed": [_("Ghi số người đồng ý.")]}
    if agreed > present:
        return {"agreed": [_("Số người đồng ý nhiều hơn số người dự.")]}
    if not passes(present, agreed):
        words = _(
            "{agreed}/{present} người đồng ý, chưa đủ một nửa số người dự. Họp lại rồi ghi kết quả mới."
        )
        return {"agreed": [words.format(agreed=agreed, present=present)]}
    return {}


def _approval_errors(step: Step) -> dict[str, list[str]]:
    if not step.decision.strip():
        return {"decision": [_("Ghi số quyết định phê duyệt.")]}
    return {}


def _completion_errors(step: Step) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if None in (step.foundation, step.frame, step.roof):
        errors["foundation"] = [_("Kiểm tra đủ ba phần: nền, khung tường, mái.")]
    if step.area_m2 is None:
        errors["area_m2"] = [_("Ghi diện tích nhà.")]
    elif not 1 <= step.area_m2 <= LARGEST_AREA:
        errors["area_m2"] = [_("Diện tích từ 1 đến {most} m².").format(most=LARGEST_AREA)]
    return errors


def _stop_errors(step: Step) -> dict[str, list[str]]:
    if len(step.reason.strip()) < FEWEST_WORDS:
        return {"reason": [_("Ghi rõ lý do dừng.")]}
    return {}


STEP_ERRORS: Mapping[str, Callable[[Step], dict[str, list[str]]]] = {
    Stage.VOTED: _vote_errors,
    Stage.APPROVED: _approval_errors,
    Stage.COMPLETED: _completion_errors,
    Stage.STOPPED: _stop_errors,
}


def _write(house: HousingProject, step: Step) -> None:
    assert step.on is not None
    setattr(house, DAYS[Stage(step.stage)], step.on)
    given = {
        "vote_present": step.present,
        "vote_agreed": step.agreed,
        "decision": composed(step.decision)[:80],
        "foundation": step.foundation,
        "frame": step.frame,
        "roof": step.roof,
        "area_m2": step.area_m2,
        "stop_reason": composed(step.reason)[:500],
    }
    for name in WRITTEN[Stage(step.stage)]:
        setattr(house, name, given[name])
    house.stage = step.stage
    house.stage_since = step.on


def _take_back(house: HousingProject, to: str) -> None:
    undone = Stage(house.stage)
    setattr(house, DAYS[undone], None)
    for name in WRITTEN[undone]:
        field_ = HousingProject._meta.get_field(name)
        setattr(house, name, None if field_.null else "")
    house.stage = to
    house.stage_since = getattr(house, DAYS[Stage(to)])


# -- Rows ----------------------------------------------------------------------------------------


def _locked(house: HousingProject, version: int, by: User, today: date) -> HousingProject:
    fresh = locked_house(house, by, today)
    if fresh.version != version:
        raise StaleRecord(fresh)
    return fresh


def _new_row(row: NewHouse, by: User, at: datetime | None) -> HousingProject:
    household = row.household
    return HousingProject(
        household=household,
        commune=row.commune or household.commune,
        village_id=household.village_id,
        province_id=household.province_id,
        list=row.house_list,
        group=row.group,
        kind=row.kind,
        stage_since=row.proposed_on,
        proposed_on=row.proposed_on,
        note=row.note,
        updated_at=at or timezone.now(),
        updated_by=by,
    )


def _touch(house: HousingProject, by: User, at: datetime | None) -> None:
    house.version += 1
    house.updated_at, house.updated_by = at or timezone.now(), by
    house.save()


def _event(
    house: HousingProject,
    before: str,
    fields: dict[str, Any],
    comment: str,
    by: User,
    through: str,
    at: datetime | None,
) -> ProjectEvent:
    return ProjectEvent(
        project=house,
        version=house.version,
        from_stage=before,
        to_stage=house.stage,
        fields=fields,
        comment=comment[:500],
        through=through,
        by=by,
        at=at or timezone.now(),
    )


def _values(house: HousingProject, stage: str) -> dict[str, Any]:
    """What a step writes, as it stands now."""
    names = (DAYS[Stage(stage)], *WRITTEN.get(Stage(stage), ())) if stage in DAYS else ()
    return {name: getattr(house, name) for name in names}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, BeneficiaryGroup):
        return value.code
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(day: date | datetime) -> str:
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return f"{day.day}/{day.month}/{day.year}"


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 0)))
