"""In a browser: household after household, the class as one types, and nothing typed is lost."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from communes.models import User
from housing.models import CommuneReview, IncomeItem, PovertyReview
from tests.housing.reviewing import start
from tests.housing.world import HousingWorld, add, make_housing_world
from tests.support import TODAY

BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@dataclass
class Desk:
    """A commune's general review with three households, and the site."""

    url: str
    world: HousingWorld
    review: CommuneReview

    def sign_in(self, page: Page, user: User | None = None) -> None:
        client = Client()
        client.force_login(user or self.world.cadre)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def open(self, page: Page, place: int = 0) -> PovertyReview:
        sheet = self.review.sheets.order_by("household__search_name")[place]
        page.goto(f"{self.url}/reviews/{self.review.pk}/sheets/{sheet.pk}/")
        return sheet


@pytest.fixture
def desk(live, page: Page, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for module in ("reviews", "sheets"):
        monkeypatch.setattr(f"housing.views.{module}.today", lambda: TODAY)
    world = make_housing_world()
    for name in ("Lò Thị An", "Lò Văn Bình", "Quàng Văn Chựa"):
        add(world.here, name, poverty_class="poor")
    desk = Desk(live.url, world, start(world.here, "2026", TODAY))
    desk.sign_in(page)
    return desk


def test_class_follows_as_one_types_and_the_server_says_the_same(desk: Desk, page: Page) -> None:
    sheet = desk.open(page)
    now, later = page.locator("[data-verdict=now]"), page.locator("[data-verdict=next]")
    expect(now).to_contain_text("chưa phân loại")
    page.get_by_label("Tổng điểm B1").fill("135")
    page.get_by_label("Thu nhập (đồng/người/tháng)").fill("2.300.000")
    for name in ("Bảo hiểm y tế", "Nguồn nước sinh hoạt", "Nhà tiêu hợp vệ sinh"):
        page.get_by_label(name, exact=True).check()
    expect(now).to_contain_text("Nông thôn: B1 135 ≤ 140, B2 30 ≥ 30 → hộ nghèo")
    expect(later).to_contain_text("thu nhập 2.300.000 > 2.200.000 → không thuộc hộ nghèo, cận nghèo")
    page.get_by_label("Bảo hiểm y tế", exact=True).uncheck()
    expect(now).to_contain_text("B2 20 < 30 → hộ cận nghèo")
    said = now.inner_text()

    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
    expect(page.locator("[data-verdict=now]")).to_have_text(said, use_inner_text=True)
    sheet.refresh_from_db()
    assert (sheet.poverty_class, sheet.next_class) == ("near_poor", "neither")


def test_one_key_saves_and_opens_the_next_household(desk: Desk, page: Page) -> None:
    desk.open(page)
    page.get_by_label("Tổng điểm B1").fill("180")
    page.get_by_label("Thu nhập (đồng/người/tháng)").fill("3000000")
    page.get_by_label("Không thiếu hụt gì").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lò Văn Bình")


def test_nothing_and_a_tick_take_each_other_back(desk: Desk, page: Page) -> None:
    desk.open(page)
    water, nothing = (
        page.get_by_label("Nguồn nước sinh hoạt", exact=True),
        page.get_by_label("Không thiếu hụt gì"),
    )
    nothing.check()
    water.check()
    expect(nothing).not_to_be_checked()
    nothing.check()
    expect(water).not_to_be_checked()


def test_what_was_typed_without_a_network_is_there_again(desk: Desk, page: Page) -> None:
    sheet = desk.open(page)
    page.get_by_label("Tổng điểm B1").fill("120")
    page.get_by_label("Nguồn nước sinh hoạt", exact=True).check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("#sheet-told")).to_contain_text("Đang mất mạng")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Tổng điểm B1")).to_have_value("120")
    expect(page.get_by_label("Nguồn nước sinh hoạt", exact=True)).to_be_checked()
    expect(page.locator("#sheet-told")).to_contain_text("Đã đưa lại phần bạn nhập")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
    sheet.refresh_from_db()
    assert sheet.b1_points == 120


def test_items_of_sheet_b1_add_up(desk: Desk, page: Page) -> None:
    standard = desk.review.round.standard
    for name, points in (("Nhà kiên cố", 40), ("Có xe máy", 30)):
        IncomeItem.objects.create(standard=standard, area="rural", group="Tài sản", name=name, points=points)
    sheet = desk.open(page)
    page.get_by_label("Nhà kiên cố").check()
    page.get_by_label("Có xe máy").check()
    expect(page.locator("#b1-sum")).to_have_text("70")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu")
    sheet.refresh_from_db()
    assert (sheet.b1_points, len(sheet.b1_items)) == (70, 2)


@BOTH
def test_pages_of_a_review_are_accessible(desk: Desk, page: Page) -> None:
    part = desk.review.villages.get()
    base = f"{desk.url}/reviews/"
    sheet = desk.open(page)
    for url in (base, f"{base}{desk.review.pk}/", f"{base}{desk.review.pk}/villages/{part.pk}/",
                f"{base}{desk.review.pk}/ledger/", f"{base}{desk.review.pk}/add/",
                f"{base}{desk.review.pk}/sheets/{sheet.pk}/"):  # fmt: skip
        page.goto(url)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{url}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    desk.sign_in(page, desk.world.reviewer)
    page.goto(base)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
