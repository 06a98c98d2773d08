"""Wrong passwords lock a name for a while, and never the office it is typed in."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

OFFICE = "203.0.113.7"
RIGHT = "đúng mật khẩu"


@pytest.fixture
def people(django_user_model) -> None:
    for name in ("lan", "an"):
        django_user_model.objects.create_user(name, password=RIGHT)


def sign_in(name: str, password: str, address: str = OFFICE, **more: str) -> HttpResponse:
    """A try from a browser of its own."""
    form = {"username": name, "password": password}
    return Client().post(reverse("login"), form, REMOTE_ADDR=address, **more)


def lock(name: str, tries: int) -> HttpResponse:
    return [sign_in(name, "sai") for _ in range(tries)][-1]


def test_the_eighth_wrong_password_locks_the_name_and_says_so_in_words(people, settings) -> None:
    assert lock("lan", settings.AXES_FAILURE_LIMIT - 1).status_code == 200

    locked = sign_in("lan", "sai")

    assert locked.status_code == 429
    assert "registration/locked.html" in [template.name for template in locked.templates]
    assert sign_in("lan", RIGHT).status_code == 429


def test_the_colleague_in_the_same_office_signs_in(people, settings) -> None:
    lock("lan", settings.AXES_FAILURE_LIMIT)

    assert sign_in("an", RIGHT).status_code == 302


def test_another_address_does_not_get_round_the_lock(people, settings) -> None:
    lock("lan", settings.AXES_FAILURE_LIMIT)

    assert sign_in("lan", RIGHT, address="198.51.100.9").status_code == 429
    assert sign_in("lan", RIGHT, HTTP_X_FORWARDED_FOR="198.51.100.9").status_code == 429


def test_the_lock_ends_by_itself_and_tries_meanwhile_do_not_prolong_it(people, settings) -> None:
    lock("lan", settings.AXES_FAILURE_LIMIT)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=14))
    assert sign_in("lan", "sai").status_code == 429

    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=1, seconds=1))

    assert sign_in("lan", RIGHT).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(people, settings) -> None:
    lock("lan", settings.AXES_FAILURE_LIMIT - 1)
    assert sign_in("lan", RIGHT).status_code == 302

    assert lock("lan", settings.AXES_FAILURE_LIMIT - 1).status_code == 200
