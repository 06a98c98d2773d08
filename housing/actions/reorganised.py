"""Households and houses follow their villages when units are reorganised, in the act's own transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Ancestry, Level, Succession, Unit, User
from communes.queries.providers import Change, Provider, Touch
from communes.rules.acts import Finding, Weight
from housing.actions.figures import refresh_many_houses
from housing.models import (
    CLOSED_STATES,
    CommuneReview,
    Household,
    HouseholdChange,
    HousingList,
    HousingProject,
    HousingTarget,
    Stage,
)
from programs.models import Through

__all__ = ["HousingProvider", "follow_acts", "follow_villages"]

BATCH = 2000
FINISHED = (Stage.HANDED_OVER, Stage.STOPPED)


class HousingProvider(Provider):
    """What an act touches among households, reviews and houses, and how they follow it."""

    kind = "housing"

    def touches(self, change: Change) -> Iterable[Touch]:
        units = change.ended
        households = Household.objects.filter(ended_on=None, village__in=_villages_of(units, change.day))
        if count := households.count():
            yield Touch(_("hộ trong sổ"), count, _("theo bản sang đơn vị mới, lịch sử giữ nguyên"))
        reviews = CommuneReview.objects.filter(commune__in=units).exclude(state__in=CLOSED_STATES)
        if count := reviews.count():
            yield Touch(
                _("đợt rà soát chưa xong"),
                count,
                _("cán bộ của đơn vị mới làm nốt"),
                tuple(
                    f"{one.round.title}: {one.commune.name}" for one in reviews.select_related("round")[:3]
                ),
            )
        houses = HousingProject.objects.filter(commune__in=units).exclude(stage__in=FINISHED)
        if count := houses.count():
            yield Touch(_("nhà đang làm"), count, _("theo bản sang đơn vị mới"))
        targets = HousingTarget.objects.filter(commune__in=units)
        if count := targets.count():
            yield Touch(_("kế hoạch nhà ở"), count, _("cộng vào đơn vị nhận toàn bộ"))

    def apply(self, change: Change, by: User, today: date) -> None:
        # An act is often confirmed weeks before its day: until then the households stay where they are, and
        # `manage.py follow_acts`, run daily, takes them along.
        if change.day <= today:
            follow_acts(change.day, by=by, today=today, note=change.number)

    def check(self) -> Iterable[Finding]:
        ended = Household.objects.filter(ended_on=None, commune__valid_to__lte=Now())
        for unit, count in ended.values_list("commune").annotate(Count("pk")).order_by():
            yield Finding("households_left", Weight.ERROR, unit, {"count": count})

    def words(self, finding: Finding, unit: Unit | None) -> str:
        words = _("{count} hộ trong sổ chưa theo bản sang đơn vị mới: chạy manage.py follow_acts.")
        return words.format(count=finding.facts["count"])


def _villages_of(units: Iterable[int], day: date) -> QuerySet[Unit]:
    """The villages that stand in these units before the day, and those of them that are villages."""
    under = Ancestry.objects.filter(ancestor__in=units, valid_from__lt=day).values("unit")
    villages = Unit.objects.filter(level=Level.VILLAGE)
    return villages.filter(pk__in=under) | villages.filter(pk__in=list(units))


@transaction.atomic
def follow_acts(day: date, *, by: User, today: date, note: str = "") -> int:
    """Take households and houses along with their villages as those stand on that day, and count the houses
    of who received some anew; returns how many communes did. Again without harm."""
    communes = follow_villages(day, by=by, note=note)
    _count_houses(communes, by, today)
    return len(communes)


@transaction.atomic
def follow_villages(day: date, *, by: User, note: str = "") -> set[int]:
    """Bring every living household and every house to where its village stands on that day.

    A village that ended with one whole successor is replaced by it; of a divided one the households keep the
    old village until somebody says where each went. Returns the communes that received something.
    """
    _replace_villages(day)
    here = _communes_of_villages(day)
    return _move_households(here, by, note) | _move_houses(here)


def _replace_villages(day: date) -> None:
    ended = Unit.objects.filter(level=Level.VILLAGE, valid_to__lte=day)
    heirs = dict(
        Succession.objects.filter(predecessor__in=ended, whole=True).values_list("predecessor", "successor")
    )
    for village, heir in heirs.items():
        while heir in heirs:
            heir = heirs[heir]
        Household.objects.filter(village=village, ended_on=None).update(village=heir)
        HousingProject.objects.filter(village=village).update(village=heir)


def _communes_of_villages(day: date) -> dict[int, int]:
    rows = Ancestry.objects.on(day).filter(unit__level=Level.VILLAGE, ancestor__level=Level.COMMUNE)
    return dict(rows.values_list("unit", "ancestor"))


def _move_households(here: Mapping[int, int], by: User, note: str) -> set[int]:
    names = dict(Unit.objects.filter(level=Level.COMMUNE).values_list("pk", "name"))
    moved = []
    changes = []
    now = timezone.now()
    rows = Household.objects.filter(ended_on=None).only("pk", "commune", "village", "version")
    for one in rows.iterator(chunk_size=BATCH):
        commune = here.get(one.village_id)
        if commune is None or commune == one.commune_id:
            continue
        fields = {"commune": [names[one.commune_id], names[commune]]}
        one.commune_id, one.version = commune, one.version + 1
        one.updated_at = now
        moved.append(one)
        changes.append(
            HouseholdChange(
                household=one,
                commune_id=commune,
                version=one.version,
                kind=HouseholdChange.Kind.UNIT,
                fields=fields,
                note=note[:500],
                through=Through.ADMIN,
                by=by,
                at=now,
            )
        )
    Household.objects.bulk_update(moved, ["commune", "version", "updated_at"], batch_size=BATCH)
    HouseholdChange.objects.bulk_create(changes, batch_size=BATCH)
    return {one.commune_id for one in moved}


def _move_houses(here: Mapping[int, int]) -> set[int]:
    wanted: dict[int, list[int]] = defaultdict(list)
    for pk, village, commune in HousingProject.objects.values_list("pk", "village", "commune"):
        target = here.get(village)
        if target is not None and target != commune:
            wanted[target].append(pk)
    for commune, houses in wanted.items():
        HousingProject.objects.filter(pk__in=houses).update(commune=commune)
    return set(wanted)


def _count_houses(communes: Iterable[int], by: User, today: date) -> None:
    units = list(Unit.objects.filter(pk__in=list(communes)))
    for of in HousingList.objects.all():
        refresh_many_houses(units, of, by=by, today=today)
