"""The dashboards in a browser: from the province down to a commune, on paper, without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from communes.models import Role, User
from programs.actions import Item
from programs.actions.figures import record_batches
from programs.actions.reports import submit_reports
from programs.models import Through
from tests.dashboards.conftest import answers, communes_of, structure
from tests.support import TODAY, make_member, make_people, make_report, period, unit

DESK = pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)
BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)
PAGES = [
    "/units/14/",
    "/units/127/",
    "/units/03703/",
    "/units/14/criteria/17/",
    "/units/14/criteria/10/",
    "/units/14/heatmap/",
    "/units/14/reports/",
    "/units/?q=quynh nhai",
    "/units/14/?stat=sent",
]


@pytest.fixture
def official(live) -> User:
    """Forty communes sent the report of 2025, Quỳnh Nhai short of clean water; one is still entering."""
    people = make_people()
    office = make_member("office", unit("14"), Role.CADRE)
    form = structure("2025")
    codes = [one.code for one in communes_of(period("2025"))][:40]
    reports = [make_report(code, "2025") for code in codes]
    batches = []
    for place, report in enumerate(reports):
        fails = ["17.1"] if report.unit.code == "03703" else ["10.1", "11.1", "2.2"][: place % 4]
        batches.append((report, list(answers(form, fails=fails).values())))
    record_batches(batches=batches, by=office, through=Through.IMPORT, today=TODAY)
    submit_reports(reports=reports, by=office, today=TODAY)
    record_batches(
        batches=[(make_report("04240", "2025"), [Item("ntm.xa.1.1", 1)])],
        by=office,
        through=Through.IMPORT,
        today=TODAY,
    )
    return people.official


def sign_in(page: Page, url: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@DESK
def test_from_the_province_down_to_why_a_commune_fails(live, official: User, page: Page) -> None:
    sign_in(page, live.url, official)
    page.goto(f"{live.url}/units/14/?period=2025")
    expect(page.locator(".headline")).to_contain_text("40/67 xã đã gửi")

    page.get_by_role("link", name="TC 17 Môi trường và an toàn thực phẩm").first.click()
    expect(page.locator("h1")).to_have_text("Tiêu chí 17: Môi trường và an toàn thực phẩm")
    expect(page.locator("main")).to_contain_text("39 đạt, 1 chưa đạt, 27 chưa báo cáo")

    page.get_by_role("link", name="Xã Quỳnh Nhai").click()
    expect(page.locator("h1")).to_contain_text("Xã Quỳnh Nhai")
    expect(page.locator(".answer")).to_contain_text("18/19 tiêu chí đạt")
    expect(page.locator(".short-criterion")).to_contain_text("thiếu 30,00 điểm %")
    assert "period=2025&state=submitted" in page.url


@DESK
def test_a_word_of_the_sentence_is_a_choice(live, official: User, page: Page) -> None:
    sign_in(page, live.url, official)
    page.goto(f"{live.url}/units/14/?period=2025")

    page.get_by_label("Mức số liệu").select_option("entered")

    expect(page.locator(".headline")).to_contain_text("41/67 xã đã nhập")
    assert "state=entered" in page.url


def test_without_a_script_a_button_asks(live, official: User, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, live.url, official)
    page.goto(f"{live.url}/units/14/?period=2025")

    page.get_by_label("Mức số liệu").select_option("accepted")
    page.get_by_role("button", name="Xem").click()

    expect(page.locator(".headline")).to_contain_text("0/67 xã đã xác nhận")
    page.get_by_text("67 xã chưa được xác nhận báo cáo").click()
    expect(page.get_by_role("link", name="Xã Quỳnh Nhai").first).to_be_visible()
    context.close()


@BOTH
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    live, official: User, page: Page, scheme: str, viewport: tuple[int, int]
) -> None:
    sign_in(page, live.url, official)
    page.emulate_media(color_scheme=scheme)
    for address in PAGES:
        joint = "&" if "?" in address else "?"
        asked = "" if "q=" in address else f"{joint}period=2025"
        page.goto(live.url + address + asked)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], address


@DESK
def test_the_heat_map_fits_one_sheet_of_a3(live, official: User, page: Page) -> None:
    sign_in(page, live.url, official)
    page.goto(f"{live.url}/units/14/heatmap/?period=2025")

    paper = page.pdf(prefer_css_page_size=True)

    # One leaf, of 297 × 420 mm in points.
    leaves = re.findall(rb"/Type /Page\b.*?/MediaBox \[([^]]+)\]", paper, re.DOTALL)
    assert [[round(float(side)) for side in leaf.split()] for leaf in leaves] == [[0, 0, 842, 1191]]


def test_a_cadre_finds_the_commune_by_keyboard(live, official: User, page: Page) -> None:
    sign_in(page, live.url, User.objects.get(username="cadre"))
    page.goto(f"{live.url}/units/03703/?period=2025")
    expect(page.locator(".answer")).to_contain_text("18/19")

    page.goto(f"{live.url}/units/")
    page.get_by_role("searchbox").fill("muong giang")
    page.keyboard.press("Enter")

    expect(page.locator(".found")).to_contain_text("Thị trấn Mường Giàng")
    expect(page.locator(".found")).to_contain_text("đến 30/6/2025")
