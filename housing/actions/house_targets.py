"""Targets of a house list by commune: given and changed by the province, each change with its reason."""

from collections.abc import Mapping
from datetime import date, datetime

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import Level, Unit, User
from communes.rules.text import composed
from housing.actions.figures import refresh_houses
from housing.models import HousingList, HousingTarget
from housing.queries.houses import may_set_targets

__all__ = ["set_target", "set_targets"]

FEWEST_WORDS = 5


@transaction.atomic
def set_target(
    *,
    house_list: HousingList,
    commune: Unit,
    houses: int,
    decision: str,
    reason: str,
    by: User,
    today: date,
    at: datetime | None = None,
) -> HousingTarget:
    """Give a commune its target in a list, or change it.

    A change of a target that stands says why. Raises PermissionDenied for who is not of the province's
    reviewers or administrators, and ValidationError for 'houses' or 'reason'.
    """
    province = commune.province
    if commune.level != Level.COMMUNE or province is None or not may_set_targets(province, by, today):
        raise PermissionDenied(_("Kế hoạch nhà ở do tỉnh giao."))
    reason, decision = composed(reason), composed(decision)
    if houses < 0:
        raise ValidationError({"houses": [_("Ghi một số nguyên, từ 0 trở lên.")]})
    row = HousingTarget.objects.select_for_update().filter(list=house_list, commune=commune).first()
    if row is None:
        row = HousingTarget.objects.create(
            list=house_list, commune=commune, houses=houses, decision=decision[:200]
        )
        _keep(row, by, ADDITION, _("Giao {houses} nhà.").format(houses=houses))
    elif (row.houses, row.decision) != (houses, decision):
        if len(reason) < FEWEST_WORDS:
            raise ValidationError({"reason": [_("Thay đổi kế hoạch đã giao thì ghi rõ lý do.")]})
        words = _("Đổi kế hoạch từ {before} thành {after} nhà. Lý do: {reason}")
        told = words.format(before=row.houses, after=houses, reason=reason)
        row.houses, row.decision = houses, decision[:200]
        row.save(update_fields=["houses", "decision"])
        _keep(row, by, CHANGE, told)
    else:
        return row
    refresh_houses(commune, house_list, by=by, today=today, at=at)
    return row


@transaction.atomic
def set_targets(
    *,
    house_list: HousingList,
    houses: Mapping[Unit, int],
    decision: str,
    by: User,
    today: date,
) -> int:
    """Give many communes their first target at once, for the demo and a first load; one that stands is kept.

    Who may enter data for the communes may do it. The figures follow with the houses. Returns how many.
    """
    asked = {commune.pk for commune in houses}
    if Unit.objects.writable_by(by, today).filter(pk__in=asked).count() != len(asked):
        raise PermissionDenied(_("Kế hoạch nhà ở do tỉnh giao."))
    there = set(HousingTarget.objects.filter(list=house_list).values_list("commune", flat=True))
    made = HousingTarget.objects.bulk_create(
        HousingTarget(list=house_list, commune=commune, houses=count, decision=decision)
        for commune, count in houses.items()
        if commune.pk not in there
    )
    return len(made)


def _keep(row: HousingTarget, by: User, flag: int, words: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], flag, words, single_object=True)
