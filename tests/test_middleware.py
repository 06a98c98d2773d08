"""What holds for every request: id, language, address, policy."""

import logging

import pytest
from django.test import RequestFactory

from sonla.middleware import RequestIdFilter, client_address, current_request_id

ENGLISH_BROWSER = {"accept-language": "en-US,en;q=0.9"}


def test_every_answer_has_an_id_of_its_own(client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")

    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_log_line_carries_the_id_of_the_request_it_belongs_to() -> None:
    record = logging.makeLogRecord({"msg": "saved"})
    token = current_request_id.set("abc")
    try:
        RequestIdFilter().filter(record)
    finally:
        current_request_id.reset(token)

    assert record.request_id == "abc"


def test_the_line_about_a_refused_request_carries_its_id(client, caplog) -> None:
    caplog.handler.addFilter(RequestIdFilter())

    refused = client.post("/healthz")

    assert [record.request_id for record in caplog.records] == [refused["X-Request-ID"]]


def test_pages_are_vietnamese_whatever_an_old_computer_sends(client) -> None:
    assert client.get("/healthz", headers=ENGLISH_BROWSER)["Content-Language"] == "vi"


@pytest.mark.parametrize(("cookie", "language"), [("en", "en"), ("vi", "vi"), ("xx", "vi"), ("", "vi")])
def test_pages_follow_the_language_that_was_chosen(client, settings, cookie: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie

    assert client.get("/healthz")["Content-Language"] == language


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("en", "en"),
        ("en-GB,vi;q=0.5", "en"),
        ("vi,en;q=0.9", "vi"),
        ("en;q=0.3,vi;q=0.8", "vi"),
        ("fr,en;q=0.9", "vi"),
        ("*", "vi"),
        ("", "vi"),
        ("no language at all", "vi"),
    ],
)
@pytest.mark.django_db
def test_the_api_follows_its_clients_first_wish(client, settings, wish: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    answer = client.get("/api/nothing-here/", headers={"accept-language": wish})

    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),  # nobody is trusted: the header is an invention
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the client wrote the first one
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),  # did not come through both
    ],
)
def test_the_address_is_read_from_the_trusted_end(
    settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers={"x-forwarded-for": forwarded})

    assert client_address(request) == address


def test_nothing_inline_and_no_frame_is_allowed(client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
