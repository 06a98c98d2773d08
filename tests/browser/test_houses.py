"""A cadre goes to a house with a phone: writes the completion down, puts a picture; nothing inaccessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from housing.models import HousingProject, Stage
from tests.housing.house_world import photo_with_place, propose, walk
from tests.housing.world import add, make_housing_world
from tests.support import TODAY

BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("house", "houses"):
        monkeypatch.setattr(f"housing.views.{view}.today", lambda: TODAY)


@pytest.fixture
def house(live) -> HousingProject:
    world = make_housing_world()
    propose(world)
    return walk(world, propose(world, add(world.here, "Quàng Thị Dung")), Stage.STARTED)


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator(".menu-who")).to_have_text(name)


def test_the_house_is_finished_on_the_phone(live, page: Page, house: HousingProject) -> None:
    sign_in(page, live.url, "cadre")
    page.goto(f"{live.url}/houses/")
    page.get_by_role("link", name="Quàng Thị Dung").click()
    page.get_by_label("Ngày hoàn thành").fill("2026-05-01")
    page.get_by_label("Diện tích (m²)").fill("42")
    for part in ("Nền", "Khung, tường", "Mái"):
        page.get_by_role("group", name=part, exact=True).get_by_label("cứng", exact=True).check()
    page.get_by_role("button", name="Ghi: đã hoàn thành").click()
    expect(page.get_by_text("không được trước ngày khởi công 5/5/2026")).to_be_visible()
    page.get_by_label("Ngày hoàn thành").fill("2026-11-20")
    page.get_by_role("button", name="Ghi: đã hoàn thành").click()
    expect(page.get_by_text("Đã ghi: đã hoàn thành.")).to_be_visible()

    page.get_by_text("Thêm ảnh").click()
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place()}
    page.locator("input[type=file]").set_input_files([picture])
    page.get_by_label("Chụp lúc").select_option("after")
    page.get_by_role("button", name="Tải ảnh lên").click()
    shown = page.get_by_role("img", name="Ảnh nhà sau khi xong, 24/11/2026")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    house.refresh_from_db()
    assert (house.stage, house.photos.get().latitude) == (Stage.COMPLETED, None)


@BOTH
def test_axe_finds_nothing_and_nothing_sticks_out(live, page: Page, house: HousingProject) -> None:
    sign_in(page, live.url, "cadre")
    for path in ("/houses/03703/", f"/houses/03703/{house.pk}/", "/houses/03703/new/"):
        page.goto(live.url + path)
        for more in page.locator("details.more > summary").all():
            more.click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, path
