"""A head shares the criteria out and each desk works on its own part, by keyboard, phone and laptop."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from communes.models import Role, User
from programs.models import Observation
from tests.browser.desk import Desk, desk, row
from tests.support import TODAY, make_member

__all__ = ["desk"]

BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)
SECRET = re.compile(r"^([a-z2-9]{4}-){2}[a-z2-9]{4}$")
PEOPLE, DESKS = "/units/03703/people/", "/units/03703/desks/"


def clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert found == [], [one["id"] for one in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("desks", "people"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def leader(desk: Desk) -> User:
    return make_member("leader", desk.report.unit, Role.LEADER)


@BOTH
def test_the_head_makes_an_account_and_shares_the_criteria_out(desk: Desk, leader: User, page: Page) -> None:
    desk.sign_in(page, leader)
    page.goto(desk.url + PEOPLE)
    clean(page)
    page.get_by_label("Họ và tên").fill("Lò Văn Ánh")
    page.get_by_role("button", name="Tạo tài khoản").click()
    expect(page.get_by_text("anh.lv", exact=True).first).to_be_visible()
    expect(page.locator("#secret")).to_have_value(SECRET)
    page.get_by_role("button", name="Chép mật khẩu").wait_for()
    clean(page)

    page.goto(desk.url + DESKS)
    page.get_by_label("TC 17, Lò Văn Ánh").check()
    page.get_by_label("Bộ phận của Lò Văn Ánh").fill("Môi trường")
    page.get_by_role("button", name="Chia phần việc").click()
    expect(page.get_by_text("Đã chia lại phần của 1 người.")).to_be_visible()
    expect(page.get_by_label("TC 17, Lò Văn Ánh")).to_be_checked()
    clean(page)
    page.goto(f"{desk.url}{PEOPLE}{User.objects.get(username='anh.lv').pk}/")
    page.get_by_text("Thôi việc này").click()
    clean(page)


@BOTH
def test_a_desk_begins_with_its_part_and_may_look_at_the_rest(desk: Desk, leader: User, page: Page) -> None:
    desk.sign_in(page, leader)
    page.goto(desk.url + DESKS)
    page.get_by_label("TC 17, cadre").check()
    page.get_by_role("button", name="Chia phần việc").click()
    page.context.clear_cookies()

    desk.sign_in(page)
    desk.open(page)
    expect(row(page, "17.1")).to_be_visible()
    expect(row(page, "1.1")).to_be_hidden()
    page.get_by_role("link", name="Tất cả").click()
    expect(row(page, "1.1")).to_be_visible()
    expect(row(page, "1.1").locator("input")).to_have_count(0)
    page.get_by_role("link", name="Phần của tôi").click()
    expect(row(page, "1.1")).to_be_hidden()
    boxes = row(page, "17.1").get_by_role("textbox")
    boxes.nth(0).fill("2011")
    boxes.nth(1).fill("6504")
    boxes.nth(1).press("Tab")
    expect(row(page, "17.1").get_by_text("đã lưu").first).to_be_visible()
    assert Observation.objects.get(indicator__code="ntm.xa.17.1").value == 2011
    clean(page)
