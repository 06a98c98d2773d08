"""What a step of a house asks and writes: the rules of its day and fields, the row, the line of history.

Nothing here is saved: the acts on one house and on many stand on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Unit, User
from communes.rules.text import composed
from housing.models import (
    BeneficiaryGroup,
    BuildKind,
    Household,
    HousingList,
    HousingProject,
    ProjectEvent,
    Stage,
)
from housing.queries.houses import UNFINISHED
from housing.rules.meetings import passes
from housing.rules.stages import WAY, next_stage
from housing.rules.stages import Stage as Stages

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
"""A reason has at least so many letters."""


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


# -- Rules of a step -----------------------------------------------------------------------------


def proposal_errors(
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
        errors["on"] = [_list_days(house_list)]
    return errors


def _list_days(house_list: HousingList) -> str:
    first, last = day_words(house_list.first_day), house_list.last_day
    if last is None:
        words = _("Danh sách này nhận nhu cầu từ {first}. Chọn ngày khác hoặc danh sách khác.")
        return words.format(first=first)
    words = _("Danh sách này nhận nhu cầu từ {first} đến {last}. Chọn ngày khác hoặc danh sách khác.")
    return words.format(first=first, last=day_words(last))


def take(house: HousingProject, step: Step, today: date) -> None:
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
        return {"on": [words.format(day=day_words(house.started_on))]}
    days = [getattr(house, DAYS[Stage(one.value)]) for one in WAY]
    last = max(day for day in days if day is not None)
    if step.on < last:
        words = _("Không được trước bước “{stage}” ngày {day}.")
        return {"on": [words.format(stage=house.get_stage_display(), day=day_words(last))]}
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


def take_back(house: HousingProject, to: str) -> None:
    undone = Stage(house.stage)
    setattr(house, DAYS[undone], None)
    for name in WRITTEN[undone]:
        field_ = HousingProject._meta.get_field(name)
        setattr(house, name, None if field_.null else "")
    house.stage = to
    house.stage_since = getattr(house, DAYS[Stage(to)])


def new_event(
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


def step_values(house: HousingProject, stage: str) -> dict[str, Any]:
    """What a step writes, as it stands now."""
    names = (DAYS[Stage(stage)], *WRITTEN.get(Stage(stage), ())) if stage in DAYS else ()
    return {name: getattr(house, name) for name in names}


def changed_fields(house: HousingProject, stage: str, was: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a step changed since `was` (its values then): name → [old, new], as texts."""
    now = step_values(house, stage)
    return {name: [plain_text(was[name]), plain_text(new)] for name, new in now.items() if new != was[name]}


def plain_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, BeneficiaryGroup):
        return value.code
    return value.isoformat() if isinstance(value, date) else str(value)


def day_words(day: date | datetime) -> str:
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return f"{day.day}/{day.month}/{day.year}"


def new_row(
    *,
    household: Household,
    commune: Unit,
    house_list: HousingList,
    group: BeneficiaryGroup,
    kind: str,
    on: date,
    note: str,
    by: User,
    at: datetime | None,
) -> HousingProject:
    """A house that was proposed, unsaved."""
    return HousingProject(
        household=household,
        commune=commune,
        village_id=household.village_id,
        province_id=household.province_id,
        list=house_list,
        group=group,
        kind=kind,
        stage_since=on,
        proposed_on=on,
        note=note[:500],
        updated_at=at or timezone.now(),
        updated_by=by,
    )
