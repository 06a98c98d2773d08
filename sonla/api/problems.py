"""Every error under /api/ is a problem document (RFC 9457), in the request's language.

`raise Problem(...)` says what went wrong; what the framework raises is turned into one here. Members:
type, title, status, detail, instance, code, errors: [{pointer | parameter, detail}], request_id, and what a
code adds of its own (`conflicts`, `current`).
"""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings

CONTENT_TYPE = "application/problem+json"

log = logging.getLogger("django.request")

# code → (status, title). The `type` of a problem is /problems/<code with hyphens>.
KNOWN: dict[str, tuple[int, Any]] = {
    "unknown_parameter": (400, _("Tham số không có")),
    "invalid_parameter": (400, _("Tham số chưa đúng")),
    "malformed": (400, _("Nội dung gửi lên không đọc được")),
    "invalid": (400, _("Nội dung gửi lên chưa đúng")),
    "frozen": (400, _("Báo cáo không nhận thay đổi lúc này")),
    "lacking": (400, _("Còn thiếu để sang bước sau")),
    "wrong_step": (400, _("Không ở bước này")),
    "empty": (400, _("Báo cáo chưa có số liệu")),
    "incomplete": (400, _("Báo cáo chưa đủ số liệu")),
    "leader": (400, _("Báo cáo cần lãnh đạo xã duyệt")),
    "waiting": (400, _("Báo cáo không chờ lãnh đạo xã duyệt")),
    "not_authenticated": (401, _("Cần đăng nhập")),
    "wrong_credentials": (401, _("Chưa đúng tên đăng nhập hoặc mật khẩu")),
    "wrong_token": (401, _("Khóa API không dùng được")),
    "permission_denied": (403, _("Không được phép")),
    "not_found": (404, _("Không tìm thấy")),
    "method_not_allowed": (405, _("Phương thức không dùng được ở đây")),
    "not_acceptable": (406, _("Chỉ trả lời bằng JSON")),
    "stale_figures": (409, _("Số liệu đã được người khác sửa")),
    "likely_duplicates": (409, _("Có thể đã có hộ này")),
    "already_helped": (409, _("Hộ đã được hỗ trợ nhà ở")),
    "stale_sheets": (409, _("Phiếu đã được người khác sửa")),
    "precondition_failed": (412, _("Đã thay đổi từ bản đã đọc")),
    "too_large": (413, _("Nội dung gửi lên quá lớn")),
    "unsupported_media_type": (415, _("Chỉ nhận nội dung JSON")),
    "precondition_required": (428, _("Thiếu phiên bản")),
    "throttled": (429, _("Gọi quá nhiều lần")),
    "locked_out": (429, _("Đăng nhập sai quá nhiều lần")),
    "altered": (500, _("Bản lưu không khớp dấu kiểm")),
    "server_error": (500, _("Lỗi của hệ thống")),
}

# How Django's and the framework's own exceptions are called here.
FRAMEWORK: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ParseError, "malformed"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.AuthenticationFailed, "wrong_token"),
    (exceptions.PermissionDenied, "permission_denied"),
    (PermissionDenied, "permission_denied"),
    (exceptions.NotFound, "not_found"),
    (Http404, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "throttled"),
)

NOT_FOUND = _("Không có địa chỉ hoặc mục này, hoặc mục này ngoài phạm vi của bạn.")


CSRF_FAILED = "CSRF Failed"
NO_CSRF = _("Thiếu hoặc sai mã xác nhận (CSRF) của phiên. Gửi kèm tiêu đề X-CSRFToken, hoặc dùng khóa API.")


def at_pointer(pointer: str, detail: Any) -> dict[str, str]:
    """One error of the body, named by its JSON pointer (RFC 6901)."""
    return {"pointer": pointer, "detail": str(detail)}


def at_parameter(name: str, detail: Any) -> dict[str, str]:
    """One error of the query, named by its parameter."""
    return {"parameter": name, "detail": str(detail)}


class Problem(exceptions.APIException):
    """An answer that is a problem document; `code` is a key of KNOWN, `extra` is what it adds to it."""

    def __init__(
        self,
        code: str,
        detail: Any = "",
        *,
        errors: list[dict[str, str]] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code, self.title = KNOWN[code]
        self.code = code
        self.errors = errors or []
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        # What is wrong in one place is also the problem's own sentence.
        if not detail:
            detail = self.errors[0]["detail"] if len(self.errors) == 1 else self.title
        super().__init__(detail)
        self.detail = str(detail)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """The framework's hook: whatever was raised in a view becomes a problem document."""
    problem = as_problem(exc)
    request = context["request"]
    if problem.status_code == status.HTTP_500_INTERNAL_SERVER_ERROR:
        # As Django does with what no view has caught: logged with its traceback, and known to listeners.
        log.error("%s: %s", problem.title, request.path, exc_info=exc, extra={"status_code": 500})
        got_request_exception.send(sender=None, request=request._request)
    # Here, not above: the views read the settings, and the settings name this module.
    from rest_framework.views import set_rollback

    set_rollback()
    headers = dict(problem.headers)
    if auth_header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    document = {
        "type": f"/problems/{problem.code.replace('_', '-')}",
        "title": str(problem.title),
        "status": problem.status_code,
        "detail": problem.detail,
        "instance": request.path,
        "code": problem.code,
        "errors": problem.errors,
        "request_id": getattr(request._request, "request_id", ""),
        **problem.extra,
    }
    return Response(document, status=problem.status_code, headers=headers, content_type=CONTENT_TYPE)


def as_problem(exc: Exception) -> Problem:
    """What was raised, as a problem; anything unforeseen is a 500 that tells nothing of its inside."""
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, exceptions.ValidationError):
        return Problem("invalid", errors=list(pointed(exc.detail)))
    if isinstance(exc, ValidationError):
        return Problem("invalid", " ".join(exc.messages))
    for kind, code in FRAMEWORK:
        if isinstance(exc, kind):
            return Problem(code, _words(exc, code))
    return Problem("server_error", _("Đã có lỗi ngoài dự kiến. Khi báo lỗi, ghi kèm request_id."))


def _words(exc: Exception, code: str) -> Any:
    if code == "not_found":
        return NOT_FOUND
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith(CSRF_FAILED):
        # The library says it in English, whatever the reader's language.
        return NO_CSRF
    if isinstance(exc, PermissionDenied):
        return " ".join(str(word) for word in exc.args) or KNOWN[code][1]
    return str(getattr(exc, "detail", KNOWN[code][1]))


def pointed(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """A serializer's errors, nested as they are, each with its pointer."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            own = pointer if key == api_settings.NON_FIELD_ERRORS_KEY else f"{pointer}/{escaped(key)}"
            yield from pointed(inner, own)
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from pointed(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield at_pointer(pointer, detail)


def escaped(key: object) -> str:
    """A member's name as a part of a pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
