"""A program gets a token with a name and a password, uses it, and gives it back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from communes.actions import issue_token, revoke_token
from communes.models import ApiToken
from tests.api.conftest import Program, named, problem

pytestmark = pytest.mark.django_db

TOKEN = "/api/v1/auth/token/"
UNITS = "/api/v1/units/"
PASSWORD = "mật-khẩu-thử"


def ask(client, username="cadre", password=PASSWORD, **more):
    return client.post(TOKEN, {"username": username, "password": password, **more}, format="json")


def test_a_token_opens_the_api_and_is_kept_only_hashed(people, nobody) -> None:
    answer = ask(nobody, name="máy của xã")
    assert answer.status_code == 201
    assert not answer.cookies

    secret = answer.json()["token"]
    nobody.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    units = nobody.get(UNITS)
    assert [row["code"] for row in units.json()["results"]] == ["03703"]
    assert not units.cookies

    kept = ApiToken.objects.get(user=people.cadre)
    assert secret not in (kept.digest, kept.name)
    assert kept.name == "máy của xã"
    assert kept.last_used_on == timezone.localdate()


def test_a_token_given_back_fails_on_the_next_request(people, nobody) -> None:
    nobody.credentials(HTTP_AUTHORIZATION=f"Token {ask(nobody).json()['token']}")
    assert nobody.delete(TOKEN).status_code == 204

    problem(nobody.get(UNITS), 401, "wrong_token")
    problem(nobody.delete(TOKEN), 401, "wrong_token")


def test_revoked_expired_and_foreign_tokens_are_refused(people, nobody) -> None:
    revoked, secret_of_revoked = issue_token(user=people.cadre)
    revoke_token(token=revoked)
    expired, secret_of_expired = issue_token(user=people.cadre)
    ApiToken.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    _gone, secret_of_gone = issue_token(user=people.deactivated)

    for secret in (secret_of_revoked, secret_of_expired, secret_of_gone, "abc", "é"):
        nobody.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        refused = nobody.get(UNITS)
        problem(refused, 401, "wrong_token")
        assert refused["WWW-Authenticate"].startswith("Token")


@pytest.mark.parametrize("header", ["Token", "Token a b"])
def test_a_header_of_another_shape_is_refused(nobody, header) -> None:
    nobody.credentials(HTTP_AUTHORIZATION=header)
    problem(nobody.get(UNITS), 401, "wrong_token")


def test_without_a_key_one_is_told_how_to_come_in(nobody) -> None:
    refused = nobody.get(UNITS)

    problem(refused, 401, "not_authenticated")
    assert refused["WWW-Authenticate"].startswith("Token")


def test_a_wrong_password_says_no_more_than_a_wrong_name(people, nobody) -> None:
    wrong = problem(ask(nobody, password="đoán mò"), 401, "wrong_credentials")
    unknown = problem(ask(nobody, username="khong-co"), 401, "wrong_credentials")
    gone = problem(ask(nobody, username="deactivated"), 401, "wrong_credentials")

    assert wrong["detail"] == unknown["detail"] == gone["detail"]
    assert not ApiToken.objects.exists()


def test_guessing_is_stopped_and_says_when_to_try_again(people, nobody) -> None:
    for _try in range(7):
        problem(ask(nobody, password="đoán mò"), 401, "wrong_credentials")
    locked = ask(nobody, password="đoán mò")

    problem(locked, 429, "locked_out")
    assert int(locked["Retry-After"]) == 15 * 60
    problem(ask(nobody), 429, "locked_out")
    assert ask(nobody, username="neighbour").status_code == 201


def test_signing_in_forgets_earlier_wrong_tries(people, nobody) -> None:
    for _round in range(2):
        for _try in range(5):
            ask(nobody, password="đoán mò")
        assert ask(nobody).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"username": "cadre"}, ["/password"]),
        ({}, ["/username", "/password"]),
        ({"username": "cadre", "password": PASSWORD, "days": 9999}, ["/days"]),
        ({"username": "a\x00b", "password": PASSWORD}, ["/username"]),
        ([], [""]),
        ("cadre", [""]),
    ],
)
def test_a_body_of_another_shape_is_refused(nobody, body, pointers) -> None:
    assert named(problem(nobody.post(TOKEN, body, format="json"), 400, "invalid")) == pointers


def test_a_persons_session_reads_and_needs_its_form_key_to_write(people) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.cadre)

    assert browser.get(UNITS).json()["count"] == 1
    refused = browser.post("/api/v1/reports/1/submit/", {}, content_type="application/json")
    assert problem(refused, 403, "permission_denied")["detail"].startswith("Thiếu hoặc sai mã xác nhận")
    english = {"Accept-Language": "en"}
    refused = browser.post("/api/v1/reports/1/submit/", {}, content_type="application/json", headers=english)
    assert problem(refused, 403, "permission_denied")["detail"].startswith("The session's form key")


def test_a_session_is_no_token_to_give_back(people) -> None:
    browser = Program()
    browser.force_login(people.cadre)

    problem(browser.delete(TOKEN), 401, "not_authenticated")
