"""Targets of a house list: each commune of the province with what it was given and how that changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from communes.models import Level, Unit
from housing.models import HousingList, HousingTarget


@dataclass(frozen=True)
class TargetLine:
    """A commune, its target (None: none given), and the changes, the last first."""

    commune: Unit
    target: HousingTarget | None
    changes: tuple[LogEntry, ...] = ()


def target_lines(unit: Unit, house_list: HousingList, at: date) -> list[TargetLine]:
    """The communes of the list's own days, of the province or one alone with its predecessors: those with a
    target, and those in force on the list's last day (or today), to which one can still be given."""
    given = {row.commune_id: row for row in HousingTarget.objects.filter(list=house_list)}
    alive = Q(pk__in=given) | Q(pk__in=Unit.objects.in_force(_day_of(house_list, at)))
    own = Q(province=unit) | Q(pk=unit.pk) | Q(descent__unit=unit)
    communes = Unit.objects.filter(alive, own, level=Level.COMMUNE).order_by("code", "valid_from").distinct()
    changes = _changes(given.values())
    return [
        TargetLine(
            commune,
            given.get(commune.pk),
            tuple(changes.get(str(given[commune.pk].pk), ())) if commune.pk in given else (),
        )
        for commune in communes
    ]


def _day_of(house_list: HousingList, at: date) -> date:
    return min(house_list.last_day, at) if house_list.last_day else at


def _changes(targets: Iterable[HousingTarget]) -> dict[str, list[LogEntry]]:
    kind = ContentType.objects.get_for_model(HousingTarget)
    rows = LogEntry.objects.filter(content_type=kind, object_id__in=[str(one.pk) for one in targets])
    found: dict[str, list[LogEntry]] = {}
    for row in rows.select_related("user").order_by("-action_time"):
        found.setdefault(row.object_id or "", []).append(row)
    return found
