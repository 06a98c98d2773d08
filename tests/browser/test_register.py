"""In a browser: the register on a phone and at a desk, and without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from housing.models import Household
from tests.housing.world import HousingWorld, add, add_person, make_housing_world
from tests.support import TODAY

BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture
def world(live, monkeypatch: pytest.MonkeyPatch) -> HousingWorld:
    for module in ("register", "household", "moves"):
        monkeypatch.setattr(f"housing.views.{module}.today", lambda: TODAY)
    return make_housing_world()


def sign_in(page: Page, url: str, world: HousingWorld) -> None:
    client = Client()
    client.force_login(world.cadre)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_household_is_written_in_found_and_taken_out_without_scripts(
    live, world: HousingWorld, without_scripts: Page
) -> None:
    page = without_scripts
    sign_in(page, live.url, world)
    page.goto(f"{live.url}/households/03703/")
    page.get_by_role("link", name="Thêm hộ").click()
    page.get_by_label("Họ và tên chủ hộ").fill("Lò Văn Páo")
    page.get_by_label("Thôn, bản").select_option(label="Bản Pá Uôn")
    page.get_by_label("Số nhân khẩu").fill("5")
    page.get_by_role("button", name="Thêm hộ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lò Văn Páo")

    page.goto(f"{live.url}/households/03703/")
    page.get_by_label("Tìm theo tên chủ hộ hoặc số định danh").fill("lo van")
    page.get_by_role("button", name="Tìm").click()
    assert "lo" not in page.url.rsplit("/", 2)[-1]
    page.get_by_role("link", name="Lò Văn Páo").click()
    page.get_by_text("Tách, nhập, chuyển, ra khỏi sổ").click()
    page.get_by_role("link", name="Chuyển đi, ra khỏi sổ").click()
    page.get_by_role("button", name="Ghi ra khỏi sổ").click()
    page.get_by_role("button", name="Hoàn tác: đưa hộ trở lại sổ").click()
    expect(page.get_by_text("Hộ đã trở lại trong sổ.")).to_be_visible()
    assert Household.objects.get().version == 3


@BOTH
def test_the_register_stands_up_to_a_machine_reading_it(live, world: HousingWorld, page: Page) -> None:
    one = add(world.here, "Lò Văn Páo", identity_number="014070000001", poverty_class="poor")
    add(world.here, "Quàng Thị Hặc", poverty_class="near_poor")
    add_person(one, "Lò Văn Páo", "head", birth_year=1970)
    sign_in(page, live.url, world)
    home = f"/households/03703/{one.pk}/"
    for address in (
        "/households/03703/",
        "/households/03703/new/",
        home,
        f"{home}edit/",
        f"{home}split/",
        f"{home}merge/",
        f"{home}move/",
        f"{home}leave/",
        f"{home}members/new/",
    ):
        page.goto(live.url + address)
        found = Axe().run(page).response["violations"]
        assert [(address, one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
