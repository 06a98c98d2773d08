"""Villages (bản, tiểu khu, tổ dân phố): places under a commune, without an official code."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.actions.register import refresh_units
from communes.models import Level, Placement, Unit, UnitKind, User, Verification
from communes.queries import administered_units
from communes.rules.text import fold, normalise

__all__ = ["NewVillage", "Stay", "add_villages", "change_kinds"]


@dataclass(frozen=True, slots=True)
class Stay:
    """The days on which a village stands under one commune, half-open."""

    commune: Unit
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class NewVillage:
    """A village to register: it goes on as one unit while its commune is merged into another."""

    name: str
    kind: str
    stays: tuple[Stay, ...]


@transaction.atomic
def add_villages(
    *,
    villages: Sequence[NewVillage],
    by: User,
    today: date,
    mark: str = Verification.AS_GIVEN,
) -> list[Unit]:
    """Register villages, all or none; each gets the code '<its first commune's code>-<number>' for good.

    A village has no official code, so the number only tells it from its neighbours. Raises PermissionDenied
    when `by` does not administer one of the communes, and ValidationError for a kind that is no village's.
    """
    _check_administers(by, today, [stay.commune.pk for one in villages for stay in one.stays[-1:]])
    kinds = set(UnitKind.objects.filter(level=Level.VILLAGE).values_list("pk", flat=True))
    if any(one.kind not in kinds or not one.stays or not one.name.strip() for one in villages):
        raise ValidationError(_("Loại phải là bản, tiểu khu hoặc tổ dân phố, và phải có tên."))
    last = last_numbers({one.stays[0].commune.code for one in villages})
    units = []
    for one in villages:
        first, end = one.stays[0], one.stays[-1].valid_to
        last[first.commune.code] += 1
        units.append(
            Unit(
                code=f"{first.commune.code}-{last[first.commune.code]}",
                name=normalise(one.name),
                search_name=fold(normalise(one.name)),
                level=Level.VILLAGE,
                kind_id=one.kind,
                valid_from=first.valid_from,
                valid_to=end,
                province_id=first.commune.province_id,
                name_mark=mark,
                extent_mark=mark,
            )
        )
    Unit.objects.bulk_create(units, batch_size=500)
    Placement.objects.bulk_create(
        [
            Placement(unit=unit, parent=stay.commune, valid_from=stay.valid_from, valid_to=stay.valid_to)
            for unit, one in zip(units, villages, strict=True)
            for stay in one.stays
        ],
        batch_size=500,
    )
    refresh_units(units=[unit.pk for unit in units])
    return units


@transaction.atomic
def change_kinds(*, kinds: Mapping[int, str], by: User, today: date) -> None:
    """Say anew of what kind villages are (a bản that was written down as a tiểu khu). Raises as above."""
    units = Unit.objects.filter(level=Level.VILLAGE, pk__in=kinds).select_for_update()
    found = {unit.pk: unit for unit in units}
    communes = Placement.objects.filter(unit__in=found, valid_to=None).values_list("parent", flat=True)
    _check_administers(by, today, communes)
    for pk, unit in found.items():
        unit.kind_id = kinds[pk]
    Unit.objects.bulk_update(found.values(), ["kind"])


def _check_administers(by: User, today: date, communes: Iterable[int]) -> None:
    wanted = set(communes)
    held = administered_units(by, today).filter(level=Level.COMMUNE).values_list("pk", flat=True)
    if wanted - set(held):
        raise PermissionDenied(_("Bạn không quản trị danh mục thôn, bản của xã này."))


def last_numbers(codes: set[str]) -> dict[str, int]:
    """The highest number given so far under each commune's code; numbers are never given again."""
    last: dict[str, int] = defaultdict(int)
    for code in Unit.objects.filter(level=Level.VILLAGE).values_list("code", flat=True):
        commune, _dash, number = code.rpartition("-")
        if commune in codes and number.isdigit():
            last[commune] = max(last[commune], int(number))
    return last
