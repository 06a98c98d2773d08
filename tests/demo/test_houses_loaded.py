"""The demo's houses in the database and on the pages: case 11, read where people read it."""

import re

import pytest
from django.test import Client

from communes.models import User, today
from housing.models import HousingProject, HousingTarget, Stage
from sonla.demo.generator.streams import SEED
from sonla.demo.generator.world import draw_world
from sonla.demo.houses import load_houses
from sonla.demo.people import AUTHOR
from sonla.demo.sources import asks_of_set, territory_of_register


@pytest.fixture
def houses(demo_db: None) -> None:
    """Loaded here when the demo does not bring them along."""
    if not HousingProject.objects.exists():
        world = draw_world(territory_of_register(), asks_of_set(), SEED)
        author = User.objects.get(username=AUTHOR)
        load_houses(world.territory, world.poverty, by=author, today=today(), seed=SEED)


def words(login: str, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=login))
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_published_result_and_the_need_that_arose_later(houses: None) -> None:
    assert HousingProject.objects.count() == 3058 + 26 + 1838
    assert HousingTarget.objects.count() == 200 + 75
    first = words("tinh", "/houses/14/?list=2025&at=2025-05-15")
    assert "3.058/2.837 nhà đã hoàn thành · 107,79% kế hoạch, vượt 221 nhà" in first
    assert "2.653 xây mới, 405 sửa chữa" in first
    assert "định mức của nhà đã hoàn thành: 171,33 tỷ đồng" in first
    second = words("tinh", "/houses/14/?list=2025-2&at=2026-01-30")
    assert "324/1.838 nhà đã hoàn thành · 17,63% kế hoạch, còn 1.514 nhà" in second
    assert "1.645 xây mới, 193 sửa chữa" in second
    assert "5.162" not in first + second  # no sum of both lists
    assert "3.382" not in first + second


def test_every_house_has_a_household_of_its_own_in_todays_register(houses: None) -> None:
    rows = HousingProject.objects.select_related("household__commune", "commune")
    assert rows.values("household").distinct().count() == rows.count()
    for one in rows:
        assert one.household.commune.lives_on(today())
        assert one.village_id == one.household.village_id
        assert "(minh họa)" in one.household.head_name
    on_old_map = rows.filter(list__code="2025", commune__valid_to__isnull=False)
    assert on_old_map.values("commune").distinct().count() > 100


def test_the_cadre_of_today_reads_what_the_former_communes_built(houses: None) -> None:
    page = words("xa.03703", "/houses/03703/?list=2025")
    assert "Gồm cả nhà của các xã trước khi sắp xếp" in page
    names = HousingProject.objects.filter(list__code="2025", stage=Stage.HANDED_OVER, commune__code="03703")
    assert names.first().household.head_name in words(
        "xa.03703", "/houses/03703/?list=2025&stage=handed_over"
    )
