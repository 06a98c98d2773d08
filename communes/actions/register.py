"""The derived tables of the register."""

from collections.abc import Collection, Iterator

from django.db import transaction

from communes.models import Ancestry, Lineage, Placement, Succession, Tie, Unit
from communes.rules import closure

BATCH = 2000


@transaction.atomic
def refresh_register() -> None:
    """Recompute ancestry and lineage from placements and successions.

    To be called in the transaction that changed a unit, a placement or a succession. Raises
    `closure.LoopError` when a unit would stand under, or descend from, itself.
    """
    rows = list(_ancestry(None))
    Ancestry.objects.all().delete()
    Ancestry.objects.bulk_create(rows, batch_size=BATCH)
    whole = Succession.objects.filter(whole=True).values_list("predecessor", "successor")
    Lineage.objects.all().delete()
    Lineage.objects.bulk_create(
        [Lineage(unit_id=u, predecessor_id=p, depth=d) for u, p, d in closure.lineage(whole)],
        batch_size=BATCH,
    )


@transaction.atomic
def refresh_units(*, units: Collection[int]) -> None:
    """Recompute who these units stand under: enough for units below which nothing stands, as new villages.

    Raises `closure.LoopError` as above.
    """
    rows = list(_ancestry(units))
    Ancestry.objects.filter(unit__in=units).delete()
    Ancestry.objects.bulk_create(rows, batch_size=BATCH)


def _ancestry(units: Collection[int] | None) -> Iterator[Ancestry]:
    lives = {
        pk: (start, end or closure.FOREVER)
        for pk, start, end in Unit.objects.values_list("pk", "valid_from", "valid_to")
    }
    placed = Placement.objects.values_list("unit", "parent", "valid_from", "valid_to")
    for tie in Tie:
        ties = [
            closure.Tie(unit, parent, start, end or closure.FOREVER)
            for unit, parent, start, end in placed.filter(tie=tie)
        ]
        for descent in closure.ancestry(ties, lives, units):
            # A former district is looked at one step up only, and nobody is its own former district.
            if tie == Tie.FORMER and descent.depth != 1:
                continue
            yield Ancestry(
                unit_id=descent.unit,
                ancestor_id=descent.ancestor,
                tie=tie,
                depth=descent.depth,
                valid_from=descent.start,
                valid_to=None if descent.end == closure.FOREVER else descent.end,
            )
