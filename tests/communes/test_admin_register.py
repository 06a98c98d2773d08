"""An administrator corrects the register of units: nothing falls apart, and nothing is lost."""

import pytest
from django.test import Client

from communes.models import Ancestry, Lineage, Membership, Succession, Unit
from tests.admin_world import World, make_person, make_unit, make_world, no_rows, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def root(world: World) -> Client:
    return signed_in(world.root)


def unit_form(unit: Unit, **values: object) -> dict[str, object]:
    """What the unit's page sends when nothing was changed but `values`."""
    placements = list(unit.placements.all())
    form: dict[str, object] = {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind_id,
        "province": unit.province_id or "",
        "valid_from": unit.valid_from.isoformat(),
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
        "name_mark": unit.name_mark,
        "extent_mark": unit.extent_mark,
        "facts_source": "",
        **no_rows("origins", "successions"),
        "placements-TOTAL_FORMS": len(placements),
        "placements-INITIAL_FORMS": len(placements),
    }
    for index, one in enumerate(placements):
        row = f"placements-{index}"
        form |= {
            f"{row}-id": one.pk,
            f"{row}-unit": unit.pk,
            f"{row}-parent": one.parent_id,
            f"{row}-tie": one.tie,
        }
        form |= {f"{row}-valid_from": one.valid_from.isoformat(), f"{row}-note": one.note}
        form[f"{row}-valid_to"] = one.valid_to.isoformat() if one.valid_to else ""
    return form | values


def found(client: Client, model: str, words: str) -> list[str]:
    response = client.get(f"/admin/{model}/", {"q": words})
    return [str(row) for row in response.context["cl"].result_list]


def test_a_unit_is_found_with_and_without_accents_and_by_code(world: World, root: Client) -> None:
    for words in ("Mường Giôn", "muong gion", "MƯỜNG GIÔN", "gion muong", "03694"):
        assert found(root, "communes/unit", words) == [str(world.old), str(world.gion)]
    assert found(root, "communes/unit", "khong co xa nay") == []


def test_a_corrected_name_is_found_by_the_new_name(world: World, root: Client) -> None:
    response = root.post(
        f"/admin/communes/unit/{world.chien.pk}/change/", unit_form(world.chien, name="Xã Mường Chiêng")
    )
    assert response.status_code == 302
    assert found(root, "communes/unit", "muong chieng") == ["Xã Mường Chiêng"]


def test_the_marks_are_words(world: World, root: Client) -> None:
    page = root.get("/admin/communes/unit/").content.decode()
    assert "đã xác minh" in page
    assert "chưa rõ" in page


def test_living_and_ended_units_are_told_apart(world: World, root: Client) -> None:
    def asked(state: str) -> list[Unit]:
        query = {"q": "muong gion", "hieu_luc": state}
        return list(root.get("/admin/communes/unit/", query).context["cl"].result_list)

    assert asked("living") == [world.gion]
    assert asked("ended") == [world.old]


def test_a_new_parent_reaches_the_derived_table_in_the_same_save(world: World, root: Client) -> None:
    district = make_unit("990", "Huyện Mới", "huyen", world.province)
    index = [one.tie for one in world.chien.placements.all()].index("tree")
    changed = unit_form(world.chien) | {f"placements-{index}-parent": district.pk}
    assert root.post(f"/admin/communes/unit/{world.chien.pk}/change/", changed).status_code == 302
    above = Ancestry.objects.filter(unit=world.chien, tie="tree").values_list("ancestor__name", flat=True)
    assert set(above) == {str(world.chien.name), "Huyện Mới", "Tỉnh Sơn La"}


def test_a_loop_is_refused_in_words_and_nothing_is_saved(world: World, root: Client) -> None:
    before = list(Ancestry.objects.order_by("pk").values_list())
    sent = unit_form(world.province, name="Tỉnh Sơn La mới") | {
        "placements-TOTAL_FORMS": 1,
        "placements-0-id": "",
        "placements-0-unit": world.province.pk,
        "placements-0-parent": world.chien.pk,
        "placements-0-tie": "tree",
        "placements-0-valid_from": "2021-01-01",
    }
    response = root.post(f"/admin/communes/unit/{world.province.pk}/change/", sent)
    assert response.status_code == 200
    page = response.content.decode()
    assert "thuộc chính nó" in page
    assert "Tỉnh Sơn La mới" in page, "what was typed is kept"
    world.province.refresh_from_db()
    assert world.province.name == "Tỉnh Sơn La"
    assert list(Ancestry.objects.order_by("pk").values_list()) == before


def test_a_succession_that_closes_a_circle_is_refused(world: World, root: Client) -> None:
    act = Succession.objects.filter(successor=world.gion).first().act
    before = (Succession.objects.count(), Lineage.objects.count())
    sent = {"act": act.pk, "predecessor": world.gion.pk, "successor": world.old.pk, "whole": "on"}
    response = root.post(
        "/admin/communes/succession/add/", sent | {"names_mark": "unknown", "extent_mark": "unknown"}
    )
    assert response.status_code == 200
    assert "kế thừa chính nó" in response.content.decode()
    assert (Succession.objects.count(), Lineage.objects.count()) == before


def test_two_placements_on_one_day_are_refused(world: World, root: Client) -> None:
    before = world.chien.placements.count()
    sent = {
        "unit": world.chien.pk,
        "parent": world.gion.pk,
        "tie": "tree",
        "valid_from": "2025-09-01",
        "valid_to": "",
    }
    response = root.post("/admin/communes/placement/add/", sent)
    assert response.status_code == 200
    assert "chồng ngày nhau" in response.content.decode()
    assert world.chien.placements.count() == before


def test_a_code_names_one_unit_on_one_day(world: World, root: Client) -> None:
    sent = unit_form(world.chien, code=world.gion.code, name="Xã Trùng Mã", valid_from="2026-01-01")
    for name in ("placements-TOTAL_FORMS", "placements-INITIAL_FORMS"):
        sent[name] = 0
    response = root.post("/admin/communes/unit/add/", sent)
    assert response.status_code == 200
    assert "Mã này đã thuộc một đơn vị khác" in response.content.decode()
    assert not Unit.objects.filter(name="Xã Trùng Mã").exists()


def test_a_unit_that_is_used_is_not_deleted_and_the_page_says_by_what(world: World, root: Client) -> None:
    make_person("can", world.chien)
    page = root.get(f"/admin/communes/unit/{world.chien.pk}/delete/")
    assert "Chưa xóa được" in page.content.decode()
    assert "1 phân công" in page.content.decode()
    root.post(f"/admin/communes/unit/{world.chien.pk}/delete/", {"post": "yes"})
    assert Unit.objects.filter(pk=world.chien.pk).exists()
    assert Membership.objects.count() == 1


def test_a_unit_added_by_mistake_goes_with_its_own_placements(world: World, root: Client) -> None:
    slip = make_unit("99999", "Xã Nhầm", "xa", world.province)
    page = root.get(f"/admin/communes/unit/{slip.pk}/delete/").content.decode()
    assert "1 quan hệ trực thuộc" in page
    assert root.post(f"/admin/communes/unit/{slip.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Unit.objects.filter(code="99999").exists()
    assert not Ancestry.objects.filter(unit_id=slip.pk).exists()


def test_many_units_are_never_deleted_at_once(world: World, root: Client) -> None:
    page = root.get("/admin/communes/unit/").content.decode()
    assert "delete_selected" not in page
    root.post(
        "/admin/communes/unit/",
        {"action": "delete_selected", "_selected_action": [world.chien.pk], "post": "yes"},
    )
    assert Unit.objects.filter(pk=world.chien.pk).exists()


@pytest.mark.parametrize("model", ["ancestry", "lineage"])
def test_the_derived_tables_are_to_look_at(world: World, root: Client, model: str) -> None:
    row = (Ancestry if model == "ancestry" else Lineage).objects.first()
    assert root.get(f"/admin/communes/{model}/").status_code == 200
    assert root.get(f"/admin/communes/{model}/add/").status_code == 403
    assert root.get(f"/admin/communes/{model}/{row.pk}/change/").status_code == 200
    assert root.post(f"/admin/communes/{model}/{row.pk}/change/", {}).status_code == 403
    assert root.post(f"/admin/communes/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_an_unknown_unit_is_not_found(world: World, root: Client) -> None:
    assert root.get("/admin/communes/unit/999999/change/").status_code == 404
