"""In a browser: a cadre puts the report before the leader, the leader signs, the paper is printed."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from communes.models import Role, User
from programs.actions import Item, Signing, present_report, return_report, submit_report
from programs.models import Report, ReportState
from tests.paper import pdf
from tests.support import TODAY, make_member, make_people, make_report, period, record, unit

WATER = "ntm.xa.17.1"
BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("approval", "entry", "home", "versions", "printing"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people(live):
    return make_people()


@pytest.fixture
def leader(people) -> User:
    return make_member("leader", unit("03703"), Role.LEADER)


@pytest.fixture
def report(people) -> Report:
    when = period("2026")
    when.data_to = TODAY.replace(day=14)
    when.save()
    made = make_report("03703", "2026")
    made.form.leader_step = True
    made.form.save()
    craft = Item("ntm.xa.13.4", not_applicable=True, note="xã không có làng nghề")
    record(made, people.cadre, [Item("ntm.xa.1.1", 1), Item(WATER, 1751, 6504), craft])
    return made


@pytest.fixture
def sent_twice(report, people) -> Report:
    report.form.leader_step = False
    report.form.save()
    signed = Signing("123/BC-UBND", TODAY, "Lò Văn Quý")
    sent = submit_report(report=report, by=people.cadre, today=TODAY, reason="chờ", signing=signed)
    back = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "kiểm tra"})
    record(back, people.cadre, [Item(WATER, 2011, 6504, version=1)])
    return submit_report(report=back, by=people.cadre, today=TODAY, reason="đã sửa")


def sign_in(page: Page, url: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{url}/")


def test_presented_sent_back_presented_and_signed(live, page: Page, report, leader) -> None:
    sign_in(page, live.url, "cadre")
    page.goto(f"{live.url}/reports/{report.pk}/")
    page.get_by_role("link", name="Trình lãnh đạo xã").click()
    page.get_by_label("Lý do gửi khi chưa đủ").fill("chờ số của trạm y tế")
    page.get_by_role("button", name="Trình lãnh đạo xã").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trình lãnh đạo xã")

    sign_in(page, live.url, "leader")
    page.get_by_role("link", name="Báo cáo kết quả").first.click()
    expect(page.locator(".answer")).to_contain_text("2/56 chỉ tiêu, 1 không áp dụng")
    page.get_by_role("button", name="Trả lại bộ phận lập").click()
    expect(page.locator("#comment-error")).to_contain_text("Ghi ý kiến")
    page.get_by_label("Cần sửa gì").fill("17.1 xem lại với trạm cấp nước")
    page.get_by_role("button", name="Trả lại bộ phận lập").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã trả lại")

    sign_in(page, live.url, "cadre")
    expect(page.locator(".task")).to_contain_text(["trạm cấp nước"])
    report.refresh_from_db()
    cadre = User.objects.get(username="cadre")
    present_report(report=report, by=cadre, today=TODAY, reason="đã sửa")

    sign_in(page, live.url, "leader")
    page.get_by_role("link", name="Báo cáo kết quả").first.click()
    page.get_by_label("Số, ký hiệu văn bản").fill("123/BC-UBND")
    page.get_by_label("Ngày ký").fill("2026-11-25")
    scan = {"name": "bản ký.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.get_by_label("Bản ký, đóng dấu").set_input_files(scan)
    page.get_by_role("button", name="Duyệt và gửi").click()
    expect(page.locator("#signed_on-error")).to_contain_text("tương lai")
    expect(page.get_by_label("Số, ký hiệu văn bản")).to_have_value("123/BC-UBND")
    expect(page.get_by_text("Chọn lại tệp quét")).to_be_visible()

    page.get_by_label("Ngày ký").fill("2026-11-24")
    page.get_by_label("Bản ký, đóng dấu").set_input_files(scan)
    page.get_by_role("button", name="Duyệt và gửi").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã duyệt và gửi")
    expect(page.get_by_role("row", name="Lần 1")).to_contain_text("123/BC-UBND")
    expect(page.get_by_role("link", name="Tải về bản ký.pdf")).to_be_visible()
    report.refresh_from_db()
    assert report.state == ReportState.SENT


@BOTH
def test_the_pages_are_clean_for_a_screen_reader_and_fit_the_window(
    live, page: Page, sent_twice, people, leader, viewport
) -> None:
    sign_in(page, live.url, "leader")
    here = f"/reports/{sent_twice.pk}/"
    paths = [
        "versions/",
        "versions/1/",
        "versions/1/?compare=2",
        "versions/2/?compare=now",
        "print/",
        "approve/",
    ]
    for path in paths:
        page.goto(live.url + here + path)
        results = Axe().run(page)
        assert results.violations_count == 0, (path, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path


@BOTH
def test_the_leaders_page_is_clean_too(live, page: Page, report, people, leader, viewport) -> None:
    present_report(report=report, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế")
    sign_in(page, live.url, "leader")
    for path in ("/", f"/reports/{report.pk}/approve/"):
        page.goto(live.url + path)
        results = Axe().run(page)
        assert results.violations_count == 0, (path, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path


@pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)
def test_on_paper_only_the_sheet_is_left_a4_across(live, page: Page, sent_twice) -> None:
    sign_in(page, live.url, "cadre")
    page.goto(f"{live.url}/reports/{sent_twice.pk}/versions/1/")
    page.emulate_media(media="print")
    expect(page.locator(".official-tools")).to_be_hidden()
    expect(page.locator(".task-head")).to_be_hidden()
    expect(page.locator(".official-signs")).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in paper or b"/MediaBox [0 0 842" in paper


def test_without_a_script_the_sheet_is_there_and_downloads_work(live, browser, sent_twice) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    sign_in(page, live.url, "cadre")
    page.goto(f"{live.url}/reports/{sent_twice.pk}/print/")
    expect(page.locator(".official-title")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải PDF").click()
    assert download.value.suggested_filename == "bao-cao-03703-2026.pdf"
    context.close()
