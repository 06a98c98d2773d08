"""Whole households: split, merged, moved within the commune and between communes, gone and brought back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from housing.actions.moves import merge_households, move_out, restore_household
from housing.actions.register import HouseholdData, add_household
from housing.models import Household, Member
from tests.housing.world import HousingWorld, add, add_person, signed_in, thai
from tests.support import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(world: HousingWorld) -> Client:
    return signed_in(world.cadre)


def url(one: Household, end: str = "") -> str:
    return f"/households/{one.commune.code}/{one.pk}/{end}"


def kinds(one: Household) -> list[str]:
    return list(one.changes.order_by("pk").values_list("kind", flat=True))


# -- Split -------------------------------------------------------------------------------------------


def split_form(one: Household, **fields: object) -> dict[str, object]:
    return {
        "version": one.version,
        "village": one.village_id,
        "head_name": "Lò Văn Con",
        "persons": "2",
        "on": "2026-11-10",
        **fields,
    }


def test_a_son_begins_a_household_of_his_own(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, "Lò Văn Páo", persons=5, poverty_class="poor")
    add_person(one, "Lò Văn Páo", "head")
    son, wife = add_person(one, "Lò Văn Con"), add_person(one, "Quàng Thị Dâu", "other")

    answer = cadre.post(url(one, "split/"), split_form(one, members=[son.pk, wife.pk]))

    new = Household.objects.latest("pk")
    assert answer["Location"] == url(new)
    one.refresh_from_db()
    assert (one.persons, new.persons, new.origin, new.arrival) == (3, 2, one, "split")
    assert (new.poverty_class, new.arrived_on) == ("poor", date(2026, 11, 10))
    assert {(member.name, member.relation) for member in new.members.all()} == {
        ("Lò Văn Con", "head"),
        ("Quàng Thị Dâu", "other"),
    }
    assert (kinds(one), kinds(new)) == (["split"], ["split"])
    assert new.code in cadre.get(url(one)).content.decode()
    assert one.code in cadre.get(url(new)).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"persons": "5"}, "ít nhất một người ở lại"),
        ({"persons": "1"}, "không thể ít hơn"),
        ({"on": "2025-06-30"}, "từ đó trở đi"),
        ({"head_name": ""}, "Nhập họ và tên chủ hộ"),
    ],
)
def test_a_split_that_cannot_be_is_refused(
    world: HousingWorld, cadre: Client, fields: dict[str, object], words: str
) -> None:
    one = add(world.here, persons=5)
    add_person(one, "Lò Văn Páo", "head")
    going = [add_person(one, "Lò Văn Con").pk, add_person(one, "Lò Thị Con").pk]

    answer = cadre.post(url(one, "split/"), split_form(one, members=going, **fields))

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Household.objects.count() == 1


def test_the_head_stays_and_somebody_stays(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here, persons=2)
    head = add_person(one, "Lò Văn Páo", "head")
    answer = cadre.post(url(one, "split/"), split_form(one, members=[head.pk], persons="1"))
    assert "Chủ hộ ở lại" in answer.content.decode()


# -- Merge -------------------------------------------------------------------------------------------


def merge_form(keep: Household, other: Household, **fields: object) -> dict[str, object]:
    return {
        "with": other.pk,
        "version": keep.version,
        "other_version": other.version,
        "persons": keep.persons + other.persons,
        "on": "2026-11-10",
        "how": "merged",
        **fields,
    }


def test_two_households_become_one_and_both_histories_stay(world: HousingWorld, cadre: Client) -> None:
    keep, other = add(world.here, "Lò Văn Páo", persons=3), add(world.here, "Lò Thị Ó", persons=1)
    add_person(keep, "Lò Văn Páo", "head")
    add_person(other, "Lò Thị Ó", "head")

    side = cadre.get(url(keep, "merge/"), {"with": other.code})
    assert side.context["other"] == other
    assert side.context["form"]["persons"].value() == 4
    assert cadre.post(url(keep, "merge/"), merge_form(keep, other)).status_code == 302

    keep.refresh_from_db()
    other.refresh_from_db()
    assert (keep.persons, other.departure, other.merged_into) == (4, "merged", keep)
    assert {(one.name, one.relation) for one in keep.members.all()} == {
        ("Lò Văn Páo", "head"),
        ("Lò Thị Ó", "other"),
    }
    page = cadre.get(url(keep))
    assert page.context["page"].absorbed == [other]
    assert len(page.context["page"].steps) == 2


def test_one_household_written_down_twice_is_one_again(world: HousingWorld, cadre: Client) -> None:
    keep = add(world.here, "Lò Văn Páo", persons=3, identity_number="014070000001")
    twice = add(world.here, "Lo Van Pao", persons=3, identity_number="014070000001")
    for one in (keep, twice):
        add_person(one, "Lò Văn Páo", "head", birth_year=1970)
    assert cadre.get(url(keep, "merge/")).context["alike"] == [twice]

    cadre.post(url(keep, "merge/"), merge_form(keep, twice, how="twice", persons=3))

    keep.refresh_from_db()
    twice.refresh_from_db()
    assert (keep.persons, keep.members.count(), twice.departure, twice.merged_into) == (3, 1, "mistake", keep)


def test_a_merger_is_taken_back_while_nothing_changed_since(world: HousingWorld, cadre: Client) -> None:
    keep, other = add(world.here, persons=3), add(world.here, persons=1)
    add_person(keep, "Lò Văn Páo", "head")
    add_person(other, "Lò Thị Ó", "head")
    cadre.post(url(keep, "merge/"), merge_form(keep, other))
    other.refresh_from_db()

    cadre.post(url(other, "restore/"), {"version": other.version})

    keep.refresh_from_db()
    other.refresh_from_db()
    assert (keep.persons, other.persons, other.ended_on, other.merged_into) == (3, 1, None, None)
    assert Member.objects.get(name="Lò Thị Ó").household == other
    assert Member.objects.get(name="Lò Thị Ó").relation == "head"


def test_a_merger_is_not_taken_back_after_the_kept_one_was_changed(world: HousingWorld) -> None:
    keep, other = add(world.here, persons=3), add(world.here, persons=1)
    said = {"by": world.cadre, "today": TODAY, "through": "form"}
    merge_households(keep=keep, version=1, other=other, other_version=1, persons=4, on=TODAY, **said)
    add_third = add(world.here, persons=1)
    merge_households(keep=keep, version=2, other=add_third, other_version=1, persons=5, on=TODAY, **said)
    with pytest.raises(ValidationError, match="không hoàn tác được"):
        restore_household(household=other, version=2, **said)


def test_a_household_of_another_commune_is_not_merged_in(world: HousingWorld, cadre: Client) -> None:
    keep, other = add(world.here), add(world.there)
    for asked in (other.code, str(other.pk), keep.code, "x"):
        assert cadre.get(url(keep, "merge/"), {"with": asked}).context["other"] is None, asked
    cadre.post(url(keep, "merge/"), merge_form(keep, other))
    other.refresh_from_db()
    assert other.ended_on is None


def test_either_row_changed_meanwhile_stops_a_merger(world: HousingWorld, cadre: Client) -> None:
    keep, other = add(world.here), add(world.here)
    answer = cadre.post(url(keep, "merge/"), merge_form(keep, other, other_version=7))
    assert answer.status_code == 409
    other.refresh_from_db()
    assert other.ended_on is None


# -- Moving ------------------------------------------------------------------------------------------


def test_to_another_village_of_the_commune(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here)
    cadre.post(url(one, "move/"), {"version": 1, "village": world.villages[1].pk})
    one.refresh_from_db()
    assert (one.village, one.version, kinds(one)) == (world.villages[1], 2, ["moved_village"])
    foreign = cadre.post(url(one, "move/"), {"version": 2, "village": world.there.village.pk})
    assert foreign.status_code == 400


def test_moved_out_and_moved_in_find_each_other(world: HousingWorld, cadre: Client) -> None:
    here = add(world.here, "Lò Văn Páo", identity_number="014070000001", poverty_class="poor")
    leave = {"version": 1, "how": "moved_out", "on": "2026-11-01", "note": "xã Mường Chiên"}
    assert cadre.post(url(here, "leave/"), leave).status_code == 302

    there = add_household(
        commune=world.there.commune,
        data=HouseholdData(
            village_id=world.there.village.pk,
            head_name="Lò Văn Páo",
            identity_number="014070000001",
            persons=4,
            ethnic_group_id=thai().pk,
        ),
        by=world.there.cadre,
        today=TODAY,
        through="form",
        arrival="moved_in",
        duplicates_seen=True,
    ).household

    here.refresh_from_db()
    assert (here.departure, here.ended_on) == ("moved_out", date(2026, 11, 1))
    assert (there.origin, there.poverty_class) == (here, "poor")
    assert "Xã Mường Chiên đã ghi hộ này chuyển đến" in cadre.get(url(here)).content.decode()
    page = signed_in(world.there.cadre).get(url(there)).content.decode()
    assert "Xã Quỳnh Nhai" in page
    assert url(here) not in page

    refused = cadre.post(url(here, "restore/"), {"version": 2}, follow=True).content.decode()
    assert "đã ghi hộ này chuyển đến" in refused
    here.refresh_from_db()
    assert here.ended_on is not None


def test_who_was_written_in_elsewhere_is_shown_to_the_old_commune(world: HousingWorld, cadre: Client) -> None:
    here = add(world.here, identity_number="014070000001")
    add(world.there, arrival="moved_in", origin=here, identity_number="014070000001")
    assert cadre.get("/households/03703/").context["listed"].claimed == [here]
    move_out(household=here, version=None, on=TODAY, by=world.cadre, today=TODAY, through="form")
    assert cadre.get("/households/03703/").context["listed"].claimed == []


# -- Gone, and back ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "kind"), [("gone", "gone"), ("mistake", "gone"), ("moved_out", "moved_out")])
def test_a_household_leaves_and_is_brought_back(
    world: HousingWorld, cadre: Client, how: str, kind: str
) -> None:
    one = add(world.here)

    answer = cadre.post(url(one, "leave/"), {"version": 1, "how": how, "on": "2026-11-20"}, follow=True)
    one.refresh_from_db()
    assert (one.departure, one.ended_on, one.version) == (how, date(2026, 11, 20), 2)
    assert "Hoàn tác" in answer.content.decode()
    assert cadre.get("/households/03703/").context["listed"].total == 0

    cadre.post(url(one, "restore/"), {"version": 2})
    one.refresh_from_db()
    assert (one.departure, one.ended_on, kinds(one)) == ("", None, [kind, "restored"])


@pytest.mark.parametrize(("on", "words"), [("2026-11-25", "chưa đến"), ("2025-06-30", "từ đó trở đi")])
def test_a_household_leaves_on_a_day_on_which_it_was_here(
    world: HousingWorld, cadre: Client, on: str, words: str
) -> None:
    one = add(world.here)
    answer = cadre.post(url(one, "leave/"), {"version": 1, "how": "gone", "on": on})
    assert answer.status_code == 400
    assert words in str(answer.context["form"].errors["on"])


def test_bringing_back_twice_is_refused(world: HousingWorld, cadre: Client) -> None:
    one = add(world.here)
    answer = cadre.post(url(one, "restore/"), {"version": 1}, follow=True)
    assert "đang ở trong sổ" in answer.content.decode()
    stale = add(world.here, departure="gone", ended_on=TODAY)
    answer = cadre.post(url(stale, "restore/"), {"version": 9}, follow=True)
    assert "vừa được người khác sửa" in answer.content.decode()
