"""Who sees households by name: the people of their commune, and nobody above or beside."""

import pytest
from django.contrib.admin import site

from communes.actions import refresh_register
from communes.models import Placement
from housing.models import Household
from tests.housing.world import HousingWorld, add, signed_in
from tests.support import TODAY

pytestmark = pytest.mark.django_db


def test_people_of_the_commune_read_and_its_cadre_writes(world: HousingWorld) -> None:
    one = add(world.here, "Lò Văn Páo")
    add(world.there, "Quàng Thị Dung")

    for person in (world.cadre, world.leader, world.viewer):
        assert list(Household.objects.readable_by(person, TODAY)) == [one]
    assert list(Household.objects.writable_by(world.cadre, TODAY)) == [one]
    assert not Household.objects.writable_by(world.viewer, TODAY).exists()


@pytest.mark.parametrize("who", ["reviewer", "official", "keeper", "root"])
def test_nobody_above_sees_a_name(world: HousingWorld, who: str) -> None:
    add(world.here)
    assert not Household.objects.readable_by(getattr(world, who), TODAY).exists()


def test_above_a_province_finds_numbers_and_no_name(world: HousingWorld) -> None:
    one = add(world.here, "Lò Văn Páo", persons=5, identity_number="014070000001")
    url = f"/households/03703/{one.pk}/"
    for person in (world.reviewer, world.official, world.keeper, world.root):
        client = signed_in(person)
        page = client.get("/households/")
        text = page.content.decode()
        assert page.status_code == 200
        assert "Páo" not in text
        assert "0140" not in text
        counts = {
            row.commune: (row.households, row.persons, row.numbered) for row in page.context["counts"].rows
        }
        assert counts[world.commune] == (1, 5, 1)
        for asked in (client.get("/households/03703/"), client.get(url), client.get(f"{url}edit/")):
            assert asked.status_code == 403
            assert "Páo" not in asked.content.decode()
        for end, sent in (("numbers/", {}), ("leave/", {"version": 1, "how": "gone", "on": "2026-11-20"})):
            assert client.post(f"{url}{end}", sent).status_code == 403
        assert client.post("/households/03703/search/", {"q": "pao"}).status_code == 403
    one.refresh_from_db()
    assert one.ended_on is None


def test_who_only_reads_the_commune_reads_and_does_not_write(world: HousingWorld) -> None:
    one = add(world.here)
    for person in (world.viewer, world.leader):
        client = signed_in(person)
        page = client.get(f"/households/03703/{one.pk}/")
        assert page.status_code == 200
        assert "Sửa hộ" not in page.content.decode()
        assert "Thêm hộ" not in client.get("/households/03703/").content.decode()
        for end in ("edit/", "split/", "merge/", "move/", "leave/", "members/new/"):
            assert client.get(f"/households/03703/{one.pk}/{end}").status_code == 403, end
            assert client.post(f"/households/03703/{one.pk}/{end}", {"version": 1}).status_code == 403, end
        assert client.get("/households/03703/new/").status_code == 403


def test_the_next_commune_finds_nothing(world: HousingWorld) -> None:
    one = add(world.here)
    client = signed_in(world.there.cadre)
    assert client.get("/households/03703/").status_code == 404
    assert client.post("/households/03703/search/", {"q": "lo"}).status_code == 404
    assert client.get(f"/households/03703/{one.pk}/").status_code == 404
    # Nor at the address of its own commune.
    assert client.get(f"/households/03688/{one.pk}/").status_code == 404


def test_a_village_that_moves_takes_its_households_along(world: HousingWorld) -> None:
    """The cadre left behind sees them no more; the new one sees them, and its own part of their history."""
    one = add(world.here, "Lò Văn Páo")
    signed_in(world.cadre).post(
        f"/households/03703/{one.pk}/leave/",
        {"version": 1, "how": "gone", "on": "2026-11-20", "note": "Nhầm"},
    )
    signed_in(world.cadre).post(f"/households/03703/{one.pk}/restore/", {"version": 2})
    placed = Placement.objects.get(unit=world.village, valid_to=None)
    placed.valid_to = TODAY
    placed.save()
    Placement.objects.create(unit=world.village, parent=world.there.commune, valid_from=TODAY)
    refresh_register()
    Household.objects.filter(village=world.village).update(commune=world.there.commune)

    old, new = signed_in(world.cadre), signed_in(world.there.cadre)

    assert old.get(f"/households/03703/{one.pk}/").status_code == 404
    assert old.get(f"/households/03688/{one.pk}/").status_code == 404
    assert old.get("/households/03703/").context["listed"].count == 0
    assert old.post("/households/03703/search/", {"q": "pao"}).context["found"].rows == []
    page = new.get(f"/households/03688/{one.pk}/")
    assert page.status_code == 200
    assert page.context["page"].may_write
    assert "Nhầm" not in page.content.decode()
    assert [row.pk for row in new.get("/households/03688/").context["listed"].page.object_list] == [one.pk]


def test_names_and_numbers_stay_out_of_logs(world: HousingWorld, caplog: pytest.LogCaptureFixture) -> None:
    one = add(world.here, "Lò Văn Páo", identity_number="014070000001")
    caplog.set_level("DEBUG")
    caplog.set_level("WARNING", logger="django.db.backends")
    client = signed_in(world.cadre)
    client.post("/households/03703/search/", {"q": "Lò Văn Páo"})
    client.post("/households/03703/search/", {"q": "014070000001"})
    client.post("/households/03703/new/", {"head_name": "Lò Văn Páo", "identity_number": "01407000000x"})
    client.post(f"/households/03703/{one.pk}/numbers/")
    client.post(f"/households/03703/{one.pk}/edit/", {"head_name": "Lò Văn Páo", "version": 9})
    signed_in(world.official).get(f"/households/03703/{one.pk}/")

    for word in ("Páo", "pao", "014070000001", "01407000000x"):
        assert word not in caplog.text


def test_nothing_of_a_register_stands_in_the_administration(world: HousingWorld) -> None:
    assert not {model.__name__ for model in site._registry} & {"Household", "Member", "HouseholdChange"}
