"""The derived tables of the register."""

from django.db import transaction

from communes.models import Ancestry, Lineage, Placement, Succession, Tie, Unit
from communes.rules import closure


@transaction.atomic
def refresh_register() -> None:
    """Recompute ancestry and lineage from placements and successions.

    To be called in the transaction that changed a unit, a placement or a succession. Raises
    `closure.LoopError` when a unit would stand under, or descend from, itself.
    """
    lives = {
        pk: (start, end or closure.FOREVER)
        for pk, start, end in Unit.objects.values_list("pk", "valid_from", "valid_to")
    }
    rows = []
    for tie in Tie:
        ties = [
            closure.Tie(p.unit_id, p.parent_id, p.valid_from, p.valid_to or closure.FOREVER)
            for p in Placement.objects.filter(tie=tie)
        ]
        for descent in closure.ancestry(ties, lives):
            # A former district is looked at one step up only, and nobody is its own former district.
            if tie == Tie.FORMER and descent.depth != 1:
                continue
            end = None if descent.end == closure.FOREVER else descent.end
            rows.append(
                Ancestry(
                    unit_id=descent.unit,
                    ancestor_id=descent.ancestor,
                    tie=tie,
                    depth=descent.depth,
                    valid_from=descent.start,
                    valid_to=end,
                )
            )
    Ancestry.objects.all().delete()
    Ancestry.objects.bulk_create(rows, batch_size=500)
    whole = Succession.objects.filter(whole=True).values_list("predecessor", "successor")
    Lineage.objects.all().delete()
    Lineage.objects.bulk_create(
        [Lineage(unit_id=u, predecessor_id=p, depth=d) for u, p, d in closure.lineage(whole)], batch_size=500
    )
