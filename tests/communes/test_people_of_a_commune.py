"""A commune looks after its own people: accounts, passwords without e-mail, roles from a day to another."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from communes.actions import end_role, give_role, issue_token, make_account, reset_password
from communes.models import ApiToken, Membership, Role, Unit, User, today
from communes.queries import managed_people
from communes.rules.usernames import proposed_username
from tests.support import make_member, make_people, unit

pytestmark = pytest.mark.django_db

CODE = "03703"
HERE = f"/units/{CODE}/people/"
WEAK = "mật-khẩu-thử"


@pytest.fixture
def leader() -> User:
    return make_member("leader", unit(CODE), Role.LEADER)


@pytest.fixture
def administrator() -> User:
    return make_member("administrator", unit(CODE), Role.ADMINISTRATOR)


@pytest.fixture
def cadre() -> User:
    return make_member("cadre", unit(CODE), Role.CADRE)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(person: User) -> str:
    return f"{HERE}{person.pk}/"


def secret_in(text: str) -> str:
    found = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", text)
    assert found, "no temporary password on the page"
    return found[0]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "taken", "proposed"),
        [
            ("Lò Văn Ánh", [], "anh.lv"),
            ("Lò Văn Ánh", ["anh.lv"], "anh.lv2"),
            ("Lò Văn Ánh", ["ANH.LV", "anh.lv2"], "anh.lv3"),
            ("  Đặng   Thị Ý ", [], "y.dt"),
            ("Mùa", [], "mua"),
            ("…", [], ""),
        ],
    )
    def test_a_user_name_is_made_of_the_persons_name(self, name: str, taken: list, proposed: str) -> None:
        assert proposed_username(name, taken) == proposed


class TestStory:
    def test_a_leader_makes_an_account_and_the_colleague_chooses_an_own_password(self, leader: User) -> None:
        answer = browser(leader).post(HERE, {"full_name": "Lò Văn Ánh", "role": "cadre", "username": ""})
        secret = secret_in(answer.content.decode())
        made = User.objects.get(username="anh.lv")
        assert made.password_is_temporary
        assert not made.password.startswith(secret)
        assert made.memberships.get().role == Role.CADRE
        assert secret not in browser(leader).get(HERE).content.decode(), "shown once"

        client = Client()
        signed_in = client.post("/dang-nhap/", {"username": "anh.lv", "password": secret})
        assert signed_in.status_code == 302
        for address in ("/", "/reports/", f"/units/{CODE}/"):
            assert client.get(address)["Location"] == "/mat-khau/"
        assert "do người khác đặt" in client.get("/mat-khau/").content.decode()
        own = {"old_password": secret, "new_password1": "sông-Đà-2026", "new_password2": "sông-Đà-2026"}
        kept = {**own, "new_password1": secret, "new_password2": secret}
        assert "phải khác mật khẩu tạm" in client.post("/mat-khau/", kept).content.decode()
        client.post("/mat-khau/", own)
        assert client.get("/").status_code == 200
        made.refresh_from_db()
        assert not made.password_is_temporary

    def test_a_forgotten_password_is_reset_and_everything_signed_in_ends(
        self, leader: User, cadre: User
    ) -> None:
        still_open, (token, _secret) = browser(cadre), issue_token(user=cadre)
        answer = browser(leader).post(page_of(cadre), {"do": "password"})
        secret = secret_in(answer.content.decode())

        assert still_open.get("/")["Location"].startswith("/dang-nhap/")
        assert not ApiToken.objects.usable().filter(pk=token.pk).exists()
        assert Client().post("/dang-nhap/", {"username": "cadre", "password": WEAK}).status_code == 200
        assert Client().post("/dang-nhap/", {"username": "cadre", "password": secret}).status_code == 302
        assert secret not in str(list(LogEntry.objects.values()))

    def test_who_moves_away_keeps_the_past_and_loses_the_rest(self, leader: User, cadre: User) -> None:
        role, leaving = cadre.memberships.get(), today() + timedelta(days=3)
        answer = browser(leader).post(page_of(cadre), {"do": "end", "role": role.pk, "day": f"{leaving}"})
        assert answer.status_code == 302
        role.refresh_from_db()
        assert role.valid_to == leaving
        assert Unit.objects.writable_by(cadre, leaving - timedelta(days=1)).exists()
        assert not Unit.objects.readable_by(cadre, leaving).exists()

    def test_who_comes_back_gets_the_role_again_from_a_day(self, leader: User, cadre: User) -> None:
        end_role(
            membership=cadre.memberships.get(),
            unit=unit(CODE),
            day=today() + timedelta(days=1),
            by=leader,
            today=today(),
        )
        back = today() + timedelta(days=40)
        browser(leader).post(page_of(cadre), {"do": "give", "role": "viewer", "day": back.isoformat()})
        assert cadre.memberships.get(role=Role.VIEWER).valid_from == back

    def test_each_act_is_in_the_log_in_the_name_of_who_did_it(self, leader: User, cadre: User) -> None:
        browser(leader).post(page_of(cadre), {"do": "password"})
        browser(leader).post(
            page_of(cadre), {"do": "end", "role": cadre.memberships.get().pk, "day": f"{today()}"}
        )
        lines = LogEntry.objects.filter(user=leader, object_id=str(cadre.pk)).order_by("pk")
        assert [one.change_message for one in lines] == [
            "Đặt lại mật khẩu.",
            f"Kết thúc vai trò cán bộ nhập số liệu từ {today():%d/%m/%Y}.",
        ]

    def test_the_page_lists_roles_desks_and_the_last_login(self, leader: User, cadre: User) -> None:
        page = browser(leader).get(HERE).content.decode()
        assert "cán bộ nhập số liệu" in page
        assert "tất cả tiêu chí" in page
        assert "chưa lần nào" in page
        assert page_of(cadre) in page
        assert page_of(leader) not in page, "nobody edits themselves"


class TestBadInput:
    def test_a_taken_user_name_and_an_empty_name_are_said_beside_the_box(
        self, leader: User, cadre: User
    ) -> None:
        answer = browser(leader).post(HERE, {"full_name": "Ai Đó", "role": "cadre", "username": "CADRE"})
        assert answer.status_code == 400
        assert "đã có người dùng" in answer.content.decode()
        assert browser(leader).post(HERE, {"full_name": "", "role": "cadre"}).status_code == 400
        assert User.objects.count() == 2

    def test_a_past_day_is_refused(self, leader: User, cadre: User) -> None:
        role = cadre.memberships.get()
        answer = browser(leader).post(page_of(cadre), {"do": "end", "role": role.pk, "day": "2024-01-01"})
        assert answer.status_code == 400
        assert "đã qua" in answer.content.decode()
        role.refresh_from_db()
        assert role.valid_to is None

    def test_a_role_that_began_today_by_mistake_is_taken_out(self, leader: User) -> None:
        person, _secret = make_account(
            unit=unit(CODE), full_name="Nhầm Người", role=Role.VIEWER, by=leader, today=today()
        )
        assert (
            end_role(
                membership=person.memberships.get(), unit=unit(CODE), day=today(), by=leader, today=today()
            )
            is None
        )
        assert not person.memberships.exists()

    def test_a_role_that_is_held_is_not_given_twice(self, leader: User, cadre: User) -> None:
        with pytest.raises(ValidationError):
            give_role(person=cadre, unit=unit(CODE), role=Role.CADRE, by=leader, today=today(), start=today())


class TestNobodyGivesMoreThanTheyHold:
    @pytest.mark.parametrize("role", ["administrator", "reviewer", "superuser", ""])
    def test_roles_of_the_province_are_not_on_offer(self, leader: User, role: str) -> None:
        assert browser(leader).post(HERE, {"full_name": "Ai Đó", "role": role}).status_code == 400
        with pytest.raises(PermissionDenied):
            make_account(unit=unit(CODE), full_name="Ai Đó", role=role, by=leader, today=today())
        assert User.objects.count() == 1

    def test_extra_fields_sent_along_change_nothing(self, leader: User) -> None:
        province = unit("14")
        browser(leader).post(
            HERE,
            {
                "full_name": "Ai Đó",
                "role": "viewer",
                "username": "ai.do",
                "is_staff": "on",
                "is_superuser": "on",
                "unit": province.pk,
                "unit_id": province.pk,
                "user": leader.pk,
                "start": "2021-01-01",
                "password": "biết-trước-2026",
            },
        )
        made = User.objects.get(username="ai.do")
        assert (made.is_staff, made.is_superuser, made.check_password("biết-trước-2026")) == (
            False,
            False,
            False,
        )
        role = made.memberships.get()
        assert (role.unit, role.role, role.valid_from) == (unit(CODE), Role.VIEWER, today())

    def test_only_leader_administrator_and_superuser_have_these_pages(
        self, leader: User, administrator: User
    ) -> None:
        people = make_people()
        chief = make_member("chief", unit("14"), Role.ADMINISTRATOR)
        next_door = make_member("next-door", unit("03688"), Role.LEADER)
        root = User.objects.create_superuser("root")
        answers = {
            person.username: browser(person).get(HERE).status_code
            for person in (
                leader, administrator, chief, root, people.cadre, people.official, people.reviewer,
                people.neighbour, next_door,
            )
        }  # fmt: skip
        assert answers == {
            "leader": 200, "administrator": 200, "chief": 200, "root": 200, "cadre": 403, "official": 403,
            "reviewer": 403, "neighbour": 404, "next-door": 404,
        }  # fmt: skip

    def test_who_may_be_touched_is_who_may_do_no_more(self, leader: User, administrator: User) -> None:
        cadre = make_member("cadre", unit(CODE), Role.CADRE)
        both = make_member("both", unit(CODE), Role.CADRE)
        Membership.objects.create(user=both, unit=unit("14"), role=Role.VIEWER, valid_from=date(2030, 1, 1))
        staff = make_member("staff", unit(CODE), Role.CADRE)
        User.objects.filter(pk=staff.pk).update(is_staff=True)
        make_member("neighbour", unit("03688"), Role.CADRE)

        assert set(managed_people(leader, unit(CODE), today())) == {cadre}
        assert set(managed_people(administrator, unit(CODE), today())) == {cadre, leader}
        for person in (both, staff, administrator, leader):
            with pytest.raises(PermissionDenied):
                reset_password(person=person, unit=unit(CODE), by=leader, today=today())
            assert browser(leader).post(page_of(person), {"do": "password"}).status_code == 403

    def test_a_person_of_another_commune_is_not_found(self, leader: User) -> None:
        neighbour = make_member("neighbour", unit("03688"), Role.CADRE)
        before = neighbour.password
        assert browser(leader).post(page_of(neighbour), {"do": "password"}).status_code == 404
        neighbour.refresh_from_db()
        assert neighbour.password == before

    def test_anothers_role_sent_with_a_colleagues_page_is_not_found(self, leader: User, cadre: User) -> None:
        foreign = make_member("neighbour", unit("03688"), Role.CADRE).memberships.get()
        sent = {"do": "end", "role": foreign.pk, "day": today().isoformat()}
        assert browser(leader).post(page_of(cadre), sent).status_code == 404
        foreign.refresh_from_db()
        assert foreign.valid_to is None

    def test_a_role_given_by_the_province_is_not_the_communes_to_end(
        self, leader: User, cadre: User, administrator: User
    ) -> None:
        with pytest.raises(PermissionDenied):
            end_role(
                membership=administrator.memberships.get(),
                unit=unit(CODE),
                day=today(),
                by=leader,
                today=today(),
            )


def test_the_list_costs_the_same_for_one_and_for_thirty(leader: User, django_assert_max_num_queries) -> None:
    client = browser(leader)
    client.get(HERE)
    for number in range(30):
        make_member(f"person-{number}", unit(CODE), Role.CADRE)
    with django_assert_max_num_queries(12):
        client.get(HERE)
