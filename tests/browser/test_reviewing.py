"""A reviewer goes through the pile: reads, sends back with a comment, confirms, next with one key."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from programs.actions import Item, submit_report
from programs.models import Report, ReportState
from tests.support import TODAY, make_people, make_report, record

SENT_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WATER = "ntm.xa.17.1"
DESK = pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)
BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("review", "history"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def pile(live) -> list[Report]:
    """Two sent reports: Quỳnh Nhai, whose water fell, and Mường Chiên."""
    people = make_people()
    last = make_report("03703", "2026-H1")
    record(last, people.cadre, [Item(WATER, 2200, 6400)])
    reports = []
    for code, by in (("03703", people.cadre), ("03688", people.neighbour)):
        report = make_report(code, "2026")
        craft = Item("ntm.xa.13.4", not_applicable=True, note="xã không có làng nghề")
        record(report, by, [Item("ntm.xa.1.1", 1), Item("ntm.xa.1.2", 1), Item(WATER, 1751, 6504), craft])
        reports.append(
            submit_report(report=report, by=by, today=TODAY, reason="chờ số của trạm y tế", at=SENT_AT)
        )
    return reports


def sign_in(page: Page, url: str, name: str = "reviewer") -> None:
    page.goto(f"{url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator(".menu-who")).to_have_text(name)


@DESK
def test_a_reviewer_sends_one_back_and_opens_the_next_with_one_key(live, page: Page, pile) -> None:
    ours, theirs = pile
    sign_in(page, live.url)
    page.goto(f"{live.url}/reports/?period=2026&form=ntm.xa&state=sent")
    page.get_by_role("link", name="Xã Quỳnh Nhai").click()
    water = page.get_by_role("group", name="17.1 Tỷ lệ hộ")
    expect(water).to_contain_text("26,92%")
    expect(water).to_contain_text("thiếu 3,08 điểm %")
    expect(water).to_contain_text("trước đạt, nay chưa đạt")

    section = page.locator("#tc-17")
    section.get_by_text("Trả lại tiêu chí này").click()
    section.get_by_label("Trả lại tiêu chí 17").check()
    page.get_by_role("button", name="Trả lại để chỉnh sửa").click()
    expect(page.locator("#review-errors")).to_contain_text("chưa có ý kiến")
    section.get_by_label("Ý kiến cho xã").fill("17.1 giảm nhiều, đề nghị kèm minh chứng")
    page.get_by_role("button", name="Trả lại để chỉnh sửa").click()

    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại báo cáo của Xã Quỳnh Nhai")
    ours.refresh_from_db()
    assert ours.state == ReportState.RETURNED

    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Mường Chiên")
    page.get_by_role("button", name="Xác nhận cả báo cáo").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã xác nhận báo cáo của Xã Mường Chiên")
    theirs.refresh_from_db()
    assert theirs.state == ReportState.ACCEPTED


@DESK
def test_the_key_sleeps_while_one_types_and_can_be_turned_off(live, page: Page, pile) -> None:
    sign_in(page, live.url)
    here = f"{live.url}/reports/{pile[0].pk}/review/"
    page.goto(here)
    page.get_by_text("Ý kiến chung cho cả báo cáo").click()
    page.get_by_label("Ý kiến chung", exact=True).press_sequentially("nên xem lại")
    expect(page).to_have_url(here)

    page.get_by_label("phím n").uncheck()
    page.locator("body").press("n")
    expect(page).to_have_url(here)

    page.reload()
    expect(page.get_by_label("phím n")).not_to_be_checked()


def test_without_a_script_criteria_are_ticked_and_confirmed(live, browser, pile) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    sign_in(page, live.url)
    page.goto(f"{live.url}/reports/{pile[0].pk}/review/")

    page.locator("#tc-1").get_by_label("Chọn để xác nhận").check()
    page.get_by_role("button", name="Xác nhận các tiêu chí đã chọn").click()

    expect(page.locator("#tc-1")).to_contain_text("Đã xác nhận")
    context.close()


@BOTH
def test_the_pages_are_clean_for_a_screen_reader_and_fit_the_window(live, page: Page, pile, viewport) -> None:
    sign_in(page, live.url)
    review = f"/reports/{pile[0].pk}/review/"
    paths = [review, f"{review}?order=unusual", "/reports/?period=2026", "/reports/?ordr=x"]
    for path in [*paths, f"/reports/{pile[0].pk}/history/{WATER}/"]:
        page.goto(live.url + path)
        results = Axe().run(page)
        assert results.violations_count == 0, (path, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path


def test_a_reader_of_the_province_sees_it_without_buttons(live, page: Page, pile) -> None:
    sign_in(page, live.url, "official")

    page.goto(f"{live.url}/reports/{pile[0].pk}/review/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Xã Quỳnh Nhai")
    expect(page.get_by_role("button", name="Xác nhận")).to_have_count(0)
