"""Signing in by page and by program is one door; what was let in once is let out at the next request.

Tokens by themselves are tested with the API, the lock by itself in tests/test_lock.py.
"""

import logging

import pytest
from django.conf import settings
from django.test import Client

from communes.actions import issue_token
from communes.models import ApiToken, User
from tests.support import make_user

pytestmark = pytest.mark.django_db

TOKEN = "/api/v1/auth/token/"
PASSWORD = "mật-khẩu-thử"


@pytest.fixture
def person() -> User:
    return make_user("xa.03703")


def by_page(password: str) -> int:
    return Client().post("/dang-nhap/", {"username": "xa.03703", "password": password}).status_code


def by_program(password: str) -> int:
    body = {"username": "xa.03703", "password": password}
    return Client().post(TOKEN, body, content_type="application/json").status_code


def test_a_lock_is_never_on_an_address_alone() -> None:
    """Twenty people of a commune office come from one address."""
    locks = [one if isinstance(one, list) else [one] for one in settings.AXES_LOCKOUT_PARAMETERS]

    assert ["username"] in locks
    assert all("username" in one for one in locks)
    assert settings.AXES_COOLOFF_TIME.total_seconds() <= 3600


@pytest.mark.parametrize("ways", [(by_page, by_program), (by_program, by_page)])
def test_wrong_tries_at_both_doors_are_counted_together(person: User, ways: tuple) -> None:
    first, second = ways
    for _try in range(settings.AXES_FAILURE_LIMIT - 1):
        first("sai")
    second("sai")

    assert by_page(PASSWORD) == 429
    assert by_program(PASSWORD) == 429


def test_who_is_deactivated_is_out_at_the_next_request(person: User) -> None:
    _token, secret = issue_token(user=person)
    browser, program = Client(), Client(headers={"Authorization": f"Token {secret}"})
    browser.force_login(person)
    assert (browser.get("/").status_code, program.get("/api/v1/units/").status_code) == (200, 200)

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert (browser.get("/").status_code, program.get("/api/v1/units/").status_code) == (302, 401)
    assert (by_page(PASSWORD), by_program(PASSWORD)) == (200, 401)


def test_a_token_makes_no_session_and_needs_none(person: User) -> None:
    _token, secret = issue_token(user=person)
    program = Client(headers={"Authorization": f"Token {secret}"})
    for url in ("/api/v1/units/", "/api/v1/reports/", "/api/v1/nothing/"):
        assert not program.get(url).cookies
    assert program.get("/").status_code == 302, "a token is no way into the pages"


def test_a_secret_is_neither_stored_nor_logged_nor_shown_again(
    person: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = Client().post(
            TOKEN, {"username": "xa.03703", "password": PASSWORD}, content_type="application/json"
        )
        secret = answer.json()["token"]
        Client(headers={"Authorization": f"Token {secret}"}).get("/api/v1/units/")
    logged = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("django.db"))
    kept = ApiToken.objects.get()
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    page = root.get(f"/admin/communes/apitoken/{kept.pk}/change/").content.decode()

    assert len(secret) >= 43, "256 random bits"
    assert secret not in str(vars(kept))
    assert secret not in logged
    assert PASSWORD not in logged
    assert secret not in page
    assert kept.digest not in page


def test_a_session_is_a_cookie_that_scripts_do_not_read(person: User) -> None:
    browser = Client()
    browser.post("/dang-nhap/", {"username": "xa.03703", "password": PASSWORD})
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
