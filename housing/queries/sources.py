"""A commune's figures of one year from two sources: counted in its register, or typed from a decision."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from housing.models import CommuneReview, PovertyClass
from housing.queries.movements import residents
from programs.models import Observation

# The three that both sources have.
COMPARED = ("base.households", "poverty.households.poor", "poverty.households.near_poor")


@dataclass(frozen=True, slots=True)
class Compared:
    """One number from both sources; None where a source has none."""

    name: str
    register: int | None
    aggregate: int | None

    @property
    def difference(self) -> int | None:
        if self.register is None or self.aggregate is None:
            return None
        return self.register - self.aggregate


def register_counts(review: CommuneReview, at: date) -> dict[str, int]:
    """Households that stand in the register on that day, and the poor and near-poor that the sheets found."""
    day = review.decided_on if review.is_closed and review.decided_on else at
    staying = Q(household__ended_on=None) | Q(household__ended_on__gt=day)
    found = review.sheets.filter(staying).aggregate(
        poor=Count("pk", filter=Q(poverty_class=PovertyClass.POOR)),
        near=Count("pk", filter=Q(poverty_class=PovertyClass.NEAR_POOR)),
    )
    return dict(zip(COMPARED, (households_on(review, day), found["poor"], found["near"]), strict=True))


def households_on(review: CommuneReview, day: date) -> int:
    """How many households stood in the register of the review's commune on that day."""
    living = residents(review).filter(Q(ended_on=None) | Q(ended_on__gt=day), arrived_on__lte=day)
    return living.count()


def compare_sources(review: CommuneReview, at: date) -> dict[str, Any]:
    """What the register counts beside the figures that stand, by code: kept when the source is switched."""
    counted = register_counts(review, at)
    standing: dict[str, int | None] = {}
    if review.round.period_id is not None:
        rows = Observation.objects.filter(
            unit=review.commune, period=review.round.period_id, indicator__code__in=COMPARED
        )
        standing = dict(rows.values_list("indicator__code", "value"))
    return {code: {"register": counted[code], "figure": standing.get(code)} for code in COMPARED}


def compared_rows(compared: dict[str, Any]) -> list[Compared]:
    """The kept comparison in words, for the page."""
    names = (_("Tổng số hộ"), _("Hộ nghèo"), _("Hộ cận nghèo"))
    return [
        Compared(name, compared[code]["register"], compared[code]["figure"])
        for name, code in zip(names, COMPARED, strict=True)
        if code in compared
    ]
