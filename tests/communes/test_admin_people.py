"""Who looks after people, and how far: nobody grants more than they hold."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from communes.actions import issue_token
from communes.models import ApiToken, Membership, Role, User
from tests.admin_world import World, make_person, make_unit, make_world, no_rows, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def keeper(world: World) -> User:
    """The administrator of Mường Giôn: staff, no superuser."""
    return make_person("giu.viec", world.gion, Role.ADMINISTRATOR, staff=True)


@pytest.fixture
def client(keeper: User) -> Client:
    return signed_in(keeper)


def person_form(person: User, **values: object) -> dict[str, object]:
    form = {"username": person.username, "full_name": person.full_name, "email": "", "is_active": "on"}
    memberships = list(person.memberships.all())
    form |= {"memberships-TOTAL_FORMS": len(memberships), "memberships-INITIAL_FORMS": len(memberships)}
    for index, one in enumerate(memberships):
        row = f"memberships-{index}"
        form |= {
            f"{row}-id": one.pk,
            f"{row}-user": person.pk,
            f"{row}-unit": one.unit_id,
            f"{row}-role": one.role,
        }
        form |= {f"{row}-valid_from": one.valid_from.isoformat(), f"{row}-valid_to": ""}
    return form | values


def new_person_form(**values: object) -> dict[str, object]:
    form: dict[str, object] = {"username": "xa.moi", "full_name": "Lò Thị Mới", "usable_password": "true"}
    form |= {"password1": "dem-qua-song-Da-2026", "password2": "dem-qua-song-Da-2026"}
    return form | no_rows("memberships") | values


def membership_row(unit: int, role: str = Role.CADRE) -> dict[str, object]:
    return {
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-id": "",
        "memberships-0-unit": unit,
        "memberships-0-role": role,
        "memberships-0-valid_from": "2026-01-01",
        "memberships-0-valid_to": "",
    }


# -- An administrator of a commune ----------------------------------------------------------------


def test_the_index_shows_people_and_the_own_units_only(world: World, client: Client) -> None:
    page = client.get("/admin/")
    shown = {model["object_name"] for section in page.context["app_list"] for model in section["models"]}
    assert shown == {"Unit", "User", "Membership", "ApiToken"}
    assert list(client.get("/admin/communes/unit/").context["cl"].result_list) == [world.gion]
    assert client.get("/admin/programs/period/").status_code == 403
    assert client.get("/admin/communes/placement/").status_code == 403


def test_they_see_the_people_of_their_unit_and_of_what_is_under_it(world: World, client: Client) -> None:
    village = make_unit("0369401", "Bản Pá Ngà", "ban", world.gion)
    own, below = make_person("can.bo", world.gion), make_person("truong.ban", village)
    make_person("hang.xom", world.chien)
    make_person("tinh.xem", world.province, Role.VIEWER)
    assert set(client.get("/admin/communes/user/").context["cl"].result_list) == {own, below}


def test_they_make_a_login_with_a_role_in_their_unit(world: World, client: Client) -> None:
    response = client.post("/admin/communes/user/add/", new_person_form() | membership_row(world.gion.pk))
    assert response.status_code == 302
    made = User.objects.get(username="xa.moi")
    assert made.check_password("dem-qua-song-Da-2026")
    assert [(one.unit, one.role) for one in made.memberships.all()] == [(world.gion, "cadre")]
    assert (made.is_staff, made.is_superuser) == (False, False)


def test_a_login_without_a_role_is_not_made(client: Client) -> None:
    response = client.post("/admin/communes/user/add/", new_person_form())
    assert "ít nhất một phân công" in response.content.decode()
    assert not User.objects.filter(username="xa.moi").exists()


@pytest.mark.parametrize("place", ["chien", "province", "old"])
@pytest.mark.parametrize("role", Role.values)
def test_no_role_is_granted_above_or_outside(world: World, client: Client, place: str, role: str) -> None:
    unit = getattr(world, place)
    response = client.post("/admin/communes/user/add/", new_person_form() | membership_row(unit.pk, role))
    assert response.status_code == 200
    assert not User.objects.filter(username="xa.moi").exists()

    own = make_person("can.bo", world.gion)
    sent = {"user": own.pk, "unit": unit.pk, "role": role, "valid_from": "2026-01-01", "valid_to": ""}
    assert client.post("/admin/communes/membership/add/", sent).status_code == 200
    held = own.memberships.get()
    moved = {**sent, "unit": unit.pk}
    assert client.post(f"/admin/communes/membership/{held.pk}/change/", moved).status_code == 200
    page = client.post(
        f"/admin/communes/user/{own.pk}/change/", person_form(own) | {"memberships-0-unit": unit.pk}
    )
    assert page.status_code == 200
    assert [one.unit for one in own.memberships.all()] == [world.gion]


def test_powers_that_are_sent_along_are_not_taken(world: World, client: Client) -> None:
    own = make_person("can.bo", world.gion)
    powers = {
        "is_staff": "on",
        "is_superuser": "on",
        "user_permissions": "1",
        "groups": "1",
        "username": "root",
    }
    assert (
        client.post(f"/admin/communes/user/{own.pk}/change/", person_form(own, **powers)).status_code == 302
    )
    own.refresh_from_db()
    assert (own.is_staff, own.is_superuser, own.username) == (False, False, "can.bo")
    assert not own.user_permissions.exists()
    sent = new_person_form(is_staff="on", is_superuser="on") | membership_row(world.gion.pk)
    client.post("/admin/communes/user/add/", sent)
    made = User.objects.get(username="xa.moi")
    assert (made.is_staff, made.is_superuser) == (False, False)


def test_they_do_not_edit_themselves(world: World, client: Client, keeper: User) -> None:
    assert client.get(f"/admin/communes/user/{keeper.pk}/change/").status_code == 404
    held = keeper.memberships.get()
    assert client.get(f"/admin/communes/membership/{held.pk}/change/").status_code == 404
    sent = {
        "user": keeper.pk,
        "unit": world.gion.pk,
        "role": "cadre",
        "valid_from": "2026-01-01",
        "valid_to": "",
    }
    assert client.post("/admin/communes/membership/add/", sent).status_code == 200
    assert keeper.memberships.count() == 1


def out_of_reach(world: World) -> dict[str, User]:
    both = make_person("hai.noi", world.gion)
    Membership.objects.create(user=both, unit=world.chien, role=Role.CADRE, valid_from=date(2027, 1, 1))
    return {
        "of the neighbour": make_person("hang.xom", world.chien),
        "of the province": make_person("tinh", world.province, Role.REVIEWER),
        "here and, later, there": both,
        "staff of the same unit": make_person("dong.nghiep", world.gion, Role.ADMINISTRATOR, staff=True),
        "the system's administrator": world.root,
        "nobody's": make_person("khong.don.vi"),
    }


@pytest.mark.parametrize(
    "who",
    ["of the neighbour", "of the province", "here and, later, there", "staff of the same unit",
     "the system's administrator", "nobody's"],
)  # fmt: skip
def test_they_reach_nobody_who_may_do_more(world: World, client: Client, who: str) -> None:
    person = out_of_reach(world)[who]
    old = person.password
    assert client.get(f"/admin/communes/user/{person.pk}/change/").status_code == 404
    assert client.post(f"/admin/communes/user/{person.pk}/change/", person_form(person)).status_code == 404
    new = {"password1": "dem-qua-song-Da-2026", "password2": "dem-qua-song-Da-2026"}
    assert client.post(f"/admin/communes/user/{person.pk}/password/", new).status_code == 404
    sent = {
        "user": person.pk,
        "unit": world.gion.pk,
        "role": "cadre",
        "valid_from": "2026-01-01",
        "valid_to": "",
    }
    before = person.memberships.count()
    assert client.post("/admin/communes/membership/add/", sent).status_code == 200
    person.refresh_from_db()
    assert (person.password, person.memberships.count()) == (old, before)


def test_who_left_another_commune_for_this_one_is_theirs_now(world: World, client: Client) -> None:
    moved = make_person("chuyen.ve", world.gion, since=date(2026, 1, 1))
    Membership.objects.create(
        user=moved, unit=world.chien, role=Role.CADRE, valid_from=date(2021, 1, 1), valid_to=date(2026, 1, 1)
    )
    page = client.get(f"/admin/communes/user/{moved.pk}/change/")
    assert page.status_code == 200
    inline = page.context["inline_admin_formsets"][0].formset
    assert [form.instance.unit for form in inline.initial_forms] == [world.gion], "the old one is not theirs"


def test_a_forgotten_password_is_set_anew(world: World, client: Client) -> None:
    own = make_person("can.bo", world.gion)
    new = {"password1": "dem-qua-song-Da-2026", "password2": "dem-qua-song-Da-2026"}
    assert client.get(f"/admin/communes/user/{own.pk}/password/").status_code == 200
    assert client.post(f"/admin/communes/user/{own.pk}/password/", new).status_code == 302
    own.refresh_from_db()
    assert own.check_password("dem-qua-song-Da-2026")


def test_a_weak_password_is_refused(world: World, client: Client) -> None:
    own = make_person("can.bo", world.gion)
    weak = {"password1": "12345678", "password2": "12345678"}
    assert client.post(f"/admin/communes/user/{own.pk}/password/", weak).status_code == 200
    own.refresh_from_db()
    assert own.check_password("mat-khau-cu-2026")


def test_they_find_units_and_people_only_in_their_scope(world: World, client: Client) -> None:
    make_person("hang.xom", world.chien)
    own = make_person("can.bo", world.gion)

    def offered(model: str, field: str, words: str) -> list[str]:
        asked = {"app_label": "communes", "model_name": model, "field_name": field, "term": words}
        return [one["id"] for one in client.get("/admin/autocomplete/", asked).json()["results"]]

    assert offered("membership", "unit", "muong") == [str(world.gion.pk)]
    assert offered("membership", "user", "lo van") == [str(own.pk)]


def test_a_role_that_ended_yesterday_opens_nothing(world: World, keeper: User) -> None:
    keeper.memberships.update(valid_to=timezone.localdate())
    client = signed_in(keeper)
    assert client.get("/admin/communes/user/").status_code == 403
    assert client.get("/admin/").context["app_list"] == []


def test_a_role_without_the_staff_mark_opens_nothing(world: World) -> None:
    person = make_person("khong.staff", world.gion, Role.ADMINISTRATOR)
    response = signed_in(person).get("/admin/communes/user/", follow=True)
    assert response.status_code == 403


def test_a_staff_mark_with_granted_permissions_opens_no_rules(world: World) -> None:
    person = make_person("duoc.cap", world.gion, Role.VIEWER, staff=True)
    person.user_permissions.set(Permission.objects.all())
    client = signed_in(person)
    assert client.get("/admin/communes/user/").status_code == 403
    assert client.get("/admin/programs/observation/").status_code == 403


# -- The system's administrator -------------------------------------------------------------------


def test_people_are_found_with_and_without_accents(world: World) -> None:
    person = make_person("can.bo", world.gion)
    person.full_name = "Quàng Thị Hoa"
    person.save()
    root = signed_in(world.root)
    for words in ("quang thi", "Quàng THỊ", "can.bo", "muong gion", "03694"):
        assert person in root.get("/admin/communes/user/", {"q": words}).context["cl"].result_list
    assert person not in root.get("/admin/communes/user/", {"q": "muong chien"}).context["cl"].result_list


def test_a_superuser_makes_an_administrator_of_a_unit(world: World) -> None:
    person = make_person("sap.quan.tri", world.gion, Role.ADMINISTRATOR)
    sent = person_form(person, is_staff="on")
    assert signed_in(world.root).post(f"/admin/communes/user/{person.pk}/change/", sent).status_code == 302
    person.refresh_from_db()
    assert person.is_staff
    assert signed_in(person).get("/admin/communes/user/").status_code == 200


def test_a_superuser_cannot_lock_themselves_out(world: World) -> None:
    sent = person_form(world.root, is_active="")
    signed_in(world.root).post(f"/admin/communes/user/{world.root.pk}/change/", sent)
    world.root.refresh_from_db()
    assert (world.root.is_active, world.root.is_superuser) == (True, True)


def test_who_ever_did_something_is_deactivated_not_deleted(world: World) -> None:
    person = make_person("da.lam", world.gion)
    issue_token(user=person)
    root = signed_in(world.root)
    page = root.get(f"/admin/communes/user/{person.pk}/delete/").content.decode()
    assert "Chưa xóa được" in page
    assert "1 khóa API" in page
    root.post(f"/admin/communes/user/{person.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=person.pk).exists()


# -- Tokens and locks -----------------------------------------------------------------------------


def test_tokens_are_shown_without_their_digest_and_revoked_after_a_question(
    world: World, client: Client
) -> None:
    token, _secret = issue_token(user=make_person("may.tinh", world.gion), name="máy tổng hợp")
    other, _secret = issue_token(user=make_person("hang.xom", world.chien))
    page = client.get("/admin/communes/apitoken/")
    assert list(page.context["cl"].result_list) == [token]
    detail = client.get(f"/admin/communes/apitoken/{token.pk}/change/")
    assert detail.status_code == 200
    for response in (page, detail):
        assert token.digest not in response.content.decode()
    asked = {"action": "revoke", "_selected_action": [token.pk, other.pk]}
    question = client.post("/admin/communes/apitoken/", asked)
    assert "máy tổng hợp" in question.content.decode()
    assert ApiToken.objects.usable().count() == 2
    client.post("/admin/communes/apitoken/", asked | {"confirmed": "yes"})
    assert list(ApiToken.objects.usable()) == [other], "another commune's token is out of reach"
    assert client.get("/admin/communes/apitoken/add/").status_code == 403


def test_a_locked_out_person_is_let_in_again(world: World, client: Client) -> None:
    person = make_person("quen.mat.khau", world.gion)
    stranger = Client()
    wrong = {"username": person.username, "password": "sai"}
    for _try in range(9):
        stranger.post("/dang-nhap/", wrong)
    right = {"username": person.username, "password": "mat-khau-cu-2026"}
    assert stranger.post("/dang-nhap/", right).status_code != 302
    client.post("/admin/communes/user/", {"action": "unlock", "_selected_action": [person.pk]})
    assert stranger.post("/dang-nhap/", right).status_code == 302


def test_the_first_day_offered_is_today(client: Client) -> None:
    form = client.get("/admin/communes/membership/add/").context["adminform"].form
    assert form.get_initial_for_field(form.fields["valid_from"], "valid_from") == timezone.localdate()
