"""Getting a token with a name and a password, and giving it back."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.contrib.auth.models import update_last_login
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from communes.actions import issue_token, revoke_token
from communes.models import ApiToken
from sonla.api.auth import CHALLENGE, TokenAuthentication
from sonla.api.problems import Problem
from sonla.api.schema import problem
from sonla.api.serializers.tokens import CredentialsSerializer, TokenSerializer
from sonla.api.views.base import Resource


class TokenView(Resource):
    """POST: a new token for who knows the password. DELETE: the token of this very request is revoked."""

    def get_authenticators(self) -> list[Any]:
        # Signing in reads no cookie and sets none, so that no other site can do it in somebody's name.
        deleting = self.request is not None and self.request.method == "DELETE"
        return [TokenAuthentication()] if deleting else []

    def get_permissions(self) -> list[Any]:
        return super().get_permissions() if self.request.method == "DELETE" else [AllowAny()]

    @extend_schema(
        tags=["auth"],
        operation_id="auth_token_create",
        summary=_("Lấy khóa API bằng tên đăng nhập và mật khẩu"),
        request=CredentialsSerializer,
        responses={201: TokenSerializer, 429: problem()},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        inner = request._request
        user = authenticate(request=inner, username=given["username"], password=given["password"])
        if getattr(inner, "axes_locked_out", False):
            inner.axes_locked_out = False  # else the middleware answers with a page
            raise self._locked_out(inner)
        if user is None:
            words = gettext("Tên đăng nhập hoặc mật khẩu chưa đúng, hoặc tài khoản đã ngừng sử dụng.")
            raise Problem("wrong_credentials", words, headers={"WWW-Authenticate": CHALLENGE})
        # As any sign-in: earlier wrong tries are forgotten, the time is noted. No session is made.
        AxesProxyHandler.reset_attempts(username=user.get_username())
        update_last_login(None, user)
        token, secret = issue_token(user=user, name=given.get("name", ""))
        answer = TokenSerializer({"token": secret, "expires_at": token.expires_at})
        return Response(answer.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        tags=["auth"],
        operation_id="auth_token_destroy",
        summary=_("Thu hồi khóa đang dùng"),
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        assert isinstance(request.auth, ApiToken)
        revoke_token(token=request.auth)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _locked_out(request: Any) -> Problem:
        cool_off = get_cool_off(request)
        seconds = int(cool_off.total_seconds()) if cool_off else 0
        words = gettext("Thử lại sau {minutes} phút.").format(minutes=-(-seconds // 60))
        return Problem("locked_out", words, headers={"Retry-After": str(seconds)})
