"""A person makes a key for a program, sees which keys there are, and takes one back."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communes.actions import issue_token, revoke_token
from communes.models import ApiToken
from tests.support import People, make_people

pytestmark = pytest.mark.django_db

PAGE = "/tai-khoan/khoa-api/"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def cadre(people: People) -> Client:
    client = Client()
    client.force_login(people.cadre)
    return client


def make(client: Client, name: str = "phần mềm một cửa", days: str = "90"):
    return client.post(PAGE, {"name": name, "days": days})


def text(response) -> str:
    return response.content.decode()


def test_the_secret_is_shown_once_and_kept_nowhere(cadre: Client, people: People) -> None:
    answer = make(cadre)
    secret = answer.context["secret"]

    assert answer.status_code == 200
    assert secret in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert [str(one) for one in get_messages(answer.wsgi_request)] == []
    assert secret not in str(dict(cadre.session)) + str(answer.cookies)
    kept = ApiToken.objects.get(user=people.cadre)
    assert secret not in "".join(str(value) for value in vars(kept).values())

    again = cadre.get(PAGE)
    assert secret not in text(again)
    assert "phần mềm một cửa" in text(again)
    assert "chưa dùng" in text(again)


def test_the_key_opens_the_api_until_it_is_taken_back(cadre: Client, people: People) -> None:
    secret = make(cadre).context["secret"]
    program = Client(headers={"authorization": f"Token {secret}"})
    assert [row["code"] for row in program.get("/api/v1/units/").json()["results"]] == ["03703"]

    listed = cadre.get(PAGE)
    today = timezone.localdate()
    assert f"{today.day}/{today.month}/{today.year}" in text(listed)
    assert "chưa dùng" not in text(listed)

    token = ApiToken.objects.get(user=people.cadre)
    question = cadre.get(reverse("token_revoke", args=[token.pk]))
    assert "không đọc, ghi được nữa" in text(question)
    assert program.get("/api/v1/units/").status_code == 200, "asking is not doing"

    done = cadre.post(reverse("token_revoke", args=[token.pk]), follow=True)
    assert "Đã thu hồi khóa “phần mềm một cửa”." in text(done)
    assert "Chưa có khóa nào." in text(done)
    assert program.get("/api/v1/units/").status_code == 401


def test_the_days_chosen_are_the_days_it_lives(cadre: Client) -> None:
    for days in (30, 90, 365):
        token = make(cadre, f"máy {days}", str(days)).context["made"]
        assert timedelta(days=days - 1) < token.expires_at - timezone.now() <= timedelta(days=days)


@pytest.mark.parametrize(
    ("name", "days", "words"),
    [
        ("", "90", "Đặt tên"),
        ("   ", "90", "Đặt tên"),
        ("máy", "", "Chọn khóa dùng được trong bao lâu."),
        ("máy", "36500", "36500"),
        ("x" * 81, "90", "80"),
    ],
)
def test_a_name_and_an_end_are_asked_for(cadre: Client, name: str, days: str, words: str) -> None:
    answer = make(cadre, name, days)

    assert answer.status_code == 400
    assert words in text(answer)
    assert not ApiToken.objects.exists()


def test_sending_the_page_again_makes_no_second_key(cadre: Client) -> None:
    make(cadre)
    again = make(cadre, "Phần mềm một cửa")

    assert again.status_code == 400
    assert "Bạn đang có một khóa tên này" in text(again)
    assert again.context["secret"] == ""
    assert ApiToken.objects.count() == 1


def test_the_name_is_free_again_after_the_end(cadre: Client, people: People) -> None:
    old, _secret = issue_token(user=people.cadre, name="phần mềm một cửa")
    ApiToken.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))

    assert make(cadre).context["secret"]
    assert "hết hạn" in text(cadre.get(PAGE))


def test_nobody_sees_or_takes_back_the_key_of_another(cadre: Client, people: People) -> None:
    theirs, _secret = issue_token(user=people.neighbour, name="máy của xã bên")
    address = reverse("token_revoke", args=[theirs.pk])

    assert "máy của xã bên" not in text(cadre.get(PAGE))
    assert cadre.get(address).status_code == 404
    assert cadre.post(address).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_a_key_that_is_gone_stays_gone(cadre: Client, people: People) -> None:
    token, _secret = issue_token(user=people.cadre, name="cũ")
    revoke_token(token=token)
    token.refresh_from_db()
    when = token.revoked_at

    assert cadre.post(reverse("token_revoke", args=[token.pk])).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at == when


def test_who_is_not_signed_in_is_asked_to(people: People) -> None:
    assert Client().get(PAGE)["Location"].startswith("/dang-nhap/")
    assert Client().post(PAGE, {"name": "x", "days": "90"}).status_code == 302
    assert not ApiToken.objects.exists()


def test_the_way_there_is_in_the_menu_of_every_page(cadre: Client) -> None:
    assert f'href="{PAGE}"' in text(cadre.get("/mat-khau/"))
