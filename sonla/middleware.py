"""What happens to every request: its id, its language, where it came from."""

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

Next = Callable[[HttpRequest], HttpResponse]

current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")


class RequestIdMiddleware:
    """Gives each request an id: `request.request_id`, the X-Request-ID header and every log line carry it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        token = current_request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class RequestIdFilter(logging.Filter):
    """Puts the current request's id on a log record; '-' outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs a refused request when its middleware is through; the record then carries the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or current_request_id.get()
        return True


class LanguageMiddleware:
    """Pages speak the language that was chosen, Vietnamese until then; the API what its client asks for.

    A browser's own header is no choice: most old office computers send en-US to people who read Vietnamese.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        of_api = request.path_info.startswith("/api/")
        language = asked_for(request) if of_api else chosen(request)
        request.LANGUAGE_CODE = language
        # Not `override`: an export that is streamed is still being written when this function has returned.
        translation.activate(language)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language" if of_api else "Cookie"])
        return response


class TemporaryPasswordMiddleware:
    """Whoever came in with a password that somebody else made sees only the page where it is changed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        # As LoginRequiredMiddleware does: what answers everybody does not ask who is there.
        if not getattr(view, "login_required", True) or request.resolver_match is None:
            return None
        if request.resolver_match.url_name == "password_change":
            return None
        temporary = getattr(request.user, "password_is_temporary", False)
        return redirect("password_change") if temporary else None


def chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def asked_for(request: HttpRequest) -> str:
    """English when the client's first wish is English, Vietnamese otherwise."""
    wishes = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return "en" if wishes and wishes[0][0].split("-")[0] == "en" else settings.LANGUAGE_CODE


def client_address(request: HttpRequest) -> str:
    """Where a request came from: the address that our outermost trusted proxy saw.

    Everything further left in X-Forwarded-For was written by the client and may be invented.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    count = settings.TRUSTED_PROXY_COUNT
    return forwarded[-count] if 0 < count <= len(forwarded) else direct
