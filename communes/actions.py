"""Writes of the units' room: the derived tables of the register, and tokens."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from communes.models import Ancestry, ApiToken, Lineage, Placement, Succession, Tie, Unit, User, today
from communes.models.people import digest_of
from communes.rules import closure

TOKEN_DAYS = 90


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


def issue_token(*, user: User, name: str = "", days: int = TOKEN_DAYS) -> tuple[ApiToken, str]:
    """A new token and its secret; the secret is not kept and cannot be shown again."""
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name[:80], digest=digest_of(secret), expires_at=timezone.now() + timedelta(days=days)
    )
    return token, secret


def note_token_use(*, token: ApiToken) -> None:
    """Remember the day of the last use: once a day, so that reading does not become writing."""
    if token.last_used_on != today():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today())


def revoke_token(*, token: ApiToken) -> None:
    """The token fails on its next request."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
