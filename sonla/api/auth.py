"""Who knocks: a program by its token. A person's own session is the framework's matter."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from communes.actions import note_token_use
from communes.models import ApiToken, User

KEYWORD = "Token"
CHALLENGE = 'Token realm="Sonla"'


class TokenAuthentication(BaseAuthentication):
    """'Authorization: Token …': sets no cookie; a revoked or expired token fails on its next request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's person, None without the header. Raises AuthenticationFailed for a wrong one."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Ghi đúng dạng 'Authorization: Token <khóa>'."))
        try:
            secret = words[1].decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("Khóa API không đúng, đã hết hạn hoặc đã bị thu hồi.")) from error
        token = ApiToken.objects.matching(secret).select_related("user").first()
        if token is None:
            raise AuthenticationFailed(_("Khóa API không đúng, đã hết hạn hoặc đã bị thu hồi."))
        note_token_use(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
