"""Open reviews when two households become one: the one that stays takes the other's place on the list."""

from datetime import date

from communes.models import User
from housing.models import Household, PovertyReview, ReviewState, VillageReview
from housing.queries.movements import History

__all__ = ["give_place_back", "take_place"]


def take_place(kept: Household, gone: Household, *, by: User, today: date) -> list[int]:
    """Put `kept` on every open list that names `gone` and not `kept`; the ids of the sheets made.

    They are blank: the people in the household are others now. The sheet of `gone` stays as it is, counts no
    more, and its household leaves the ledger as other decrease.
    """
    lists = PovertyReview.objects.filter(household=gone, review__state=ReviewState.REVIEWING)
    made = []
    for old in lists.select_related("review__round", "review__commune__kind"):
        if old.review.sheets.filter(household=kept).exists():
            continue
        opening = History(old.review, today).pasts([kept])[kept.pk].opening
        sheet = PovertyReview.objects.create(
            review=old.review,
            household=kept,
            village_id=kept.village_id,
            listed=old.listed,
            requested_on=old.requested_on,
            opening_class=opening.value if opening is not None else "",
            persons=kept.persons,
            no_labour=kept.no_labour,
            ethnic_group_id=kept.ethnic_group_id,
            updated_by=by,
        )
        VillageReview.objects.get_or_create(review=old.review, village_id=kept.village_id)
        made.append(sheet.pk)
    return made


def give_place_back(kept: Household, sheets: list[int]) -> None:
    """Take `kept` off the lists again where nothing of it was filled in and the list is still open."""
    kept.reviews.filter(pk__in=sheets, version=0, review__state=ReviewState.REVIEWING).delete()
