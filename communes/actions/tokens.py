"""Keys of programs to the API: made, used, taken back."""

import secrets
from datetime import timedelta

from django.utils import timezone

from communes.models import ApiToken, User, today
from communes.models.people import digest_of

TOKEN_DAYS = 90


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
