"""Many houses at once, for the demo and for imports: brought in with their steps, or taken further."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Unit, User
from communes.rules.text import composed
from housing.actions.figures import refresh_many_houses
from housing.actions.house_money import Gift, gift_errors, new_gift
from housing.actions.house_steps import (
    DAYS,
    WRITTEN,
    Step,
    changed_fields,
    new_event,
    new_row,
    proposal_errors,
    step_values,
    take,
)
from housing.actions.stale import StaleRecord
from housing.models import (
    BeneficiaryGroup,
    Household,
    HousingList,
    HousingProject,
    ProjectEvent,
    ProjectMoney,
)
from programs.models import Through

__all__ = ["NewHouse", "add_houses", "advance_houses"]

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewHouse:
    """One house to be brought in together with many others, with the steps it has taken and what it got.

    `commune`: where it is built; None for the household's own. An ended commune keeps what was built in it.
    """

    household: Household
    house_list: HousingList
    group: BeneficiaryGroup
    kind: str
    proposed_on: date
    steps: Sequence[Step] = ()
    gifts: Sequence[Gift] = ()
    commune: Unit | None = None
    note: str = ""


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
        house = new_row(
            household=row.household,
            commune=row.commune or row.household.commune,
            house_list=row.house_list,
            group=row.group,
            kind=row.kind,
            on=row.proposed_on,
            note=row.note,
            by=by,
            at=at,
        )
        wrong = proposal_errors(row.household, row.house_list, row.kind, row.proposed_on, today)
        made = [new_event(house, "", {}, "", by, through, at or _morning(row.proposed_on))]
        try:
            made += _take_all(house, row.steps, by, today, through, at)
        except ValidationError as error:
            wrong |= error.message_dict
        for gift in row.gifts:
            wrong |= gift_errors(gift, today)
        errors |= {f"{number}.{name}": words for name, words in wrong.items()}
        houses.append(house)
        events.append(made)
    if errors:
        raise ValidationError(errors)
    HousingProject.objects.bulk_create(houses, batch_size=AT_ONCE)
    _keep_events(houses, events)
    money = [new_gift(one, gift, by, at) for one, row in zip(houses, rows, strict=True) for gift in row.gifts]
    ProjectMoney.objects.bulk_create(money, batch_size=AT_ONCE)
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
        before, was = house.stage, step_values(house, step.stage)
        take(house, step, today)
        moment = at or _morning(house.stage_since)
        house.version += 1
        house.updated_at, house.updated_by = moment, by
        fields = changed_fields(house, step.stage, was)
        made.append(new_event(house, before, fields, composed(step.comment), by, through, moment))
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


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8, 0)))
