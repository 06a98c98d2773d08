"""Standards, items, rounds and short lists in the administration; nobody's household is there."""

import pytest
from django.contrib import admin
from django.test import Client

from housing.models import IncomeItem, PovertyReason, PovertyStandard, ReviewRound
from tests.housing.reviewing import start, the_round
from tests.housing.world import HousingWorld, signed_in
from tests.support import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(world: HousingWorld) -> Client:
    return signed_in(world.root)


def test_no_person_or_household_is_registered() -> None:
    here = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "housing"}
    assert here == {
        "povertystandard", "reviewround", "deprivation", "povertyreason", "ethnicgroup", "countedratio",
        "housinglist", "beneficiarygroup", "moneysource",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["povertystandard", "reviewround", "deprivation", "povertyreason", "ethnicgroup", "countedratio",
             "housinglist", "beneficiarygroup", "moneysource"]
)  # fmt: skip
def test_every_list_and_first_row_opens_and_is_found(root: Client, name: str) -> None:
    model = next(one for one in admin.site._registry if one._meta.model_name == name)
    base = f"/admin/housing/{name}/"
    row = model._default_manager.first()
    assert root.get(base, {"q": "a"}).status_code == 200
    assert root.get(f"{base}{row.pk}/change/").status_code == 200
    assert root.get(f"{base}add/").status_code == 200


def test_index_has_its_sections(root: Client) -> None:
    page = root.get("/admin/").content.decode()
    assert "Chuẩn nghèo, phiếu B1 và B2" in page
    assert "Danh sách nhà, định mức" in page


def test_a_new_reason_takes_the_next_bit(root: Client) -> None:
    last = max(PovertyReason.objects.values_list("bit", flat=True))
    answer = root.post(
        "/admin/housing/povertyreason/add/",
        {"code": "flood", "name": "Thiên tai", "name_en": "Disaster", "order": 9, "mark": "unknown"},
    )
    assert answer.status_code == 302
    assert PovertyReason.objects.get(code="flood").bit == last + 1


def test_items_of_sheet_b1_are_typed_beside_the_standard(root: Client) -> None:
    standard = PovertyStandard.objects.get(code="CNDC_2022_2025")
    page = root.get(f"/admin/housing/povertystandard/{standard.pk}/change/").content.decode()
    assert "để trống thì cán bộ ghi tổng điểm" in page
    assert not IncomeItem.objects.exists()


def test_round_that_has_begun_keeps_its_standard(root: Client, world: HousingWorld) -> None:
    of = the_round("2026")
    url = f"/admin/housing/reviewround/{of.pk}/change/"
    assert 'name="standard"' in root.get(url).content.decode()
    start(world.here, "2026", TODAY)
    page = root.get(url).content.decode()
    assert 'name="standard"' not in page
    assert 'name="ends_on"' in page
    assert ReviewRound.objects.get(pk=of.pk).standard_id == of.standard_id
