"""A cadre fills in the workbook and sends it: no script is needed, on a phone or at a desk."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from programs.actions import Item
from programs.models import Report
from tests.support import TODAY, figure, make_people, make_report, record
from tests.workbooks import filled

WATER = "ntm.xa.17.1"
BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("imports", "workbooks", "entry", "home"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def report(live) -> Report:
    people = make_people()
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item("ntm.xa.1.1", 1), Item(WATER, 1751, 6504)])
    return report


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("cadre")
    page.get_by_label("Mật khẩu", exact=True).fill("mật-khẩu-thử")
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{url}/")


@BOTH
def test_down_filled_in_and_up_again(live, page: Page, report: Report, tmp_path: Path) -> None:
    sign_in(page, live.url)
    page.goto(f"{live.url}/reports/{report.pk}/")
    page.get_by_role("link", name="Nạp từ Excel").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải tệp Excel của báo cáo này").click()
    content = filled(
        Path(waiting.value.path()).read_bytes(),
        **{WATER: {"value": 2011}, "ntm.xa.1.2": {"value": "có lẽ"}},
    )
    file = tmp_path / "so-lieu.xlsx"
    file.write_bytes(content)
    assert Axe().run(page).violations_count == 0

    page.get_by_label("Tệp Excel").set_input_files(file)
    page.get_by_role("button", name="Tải lên và xem trước").click()
    expect(page.get_by_role("heading", name="Xem trước khi nạp")).to_be_visible()
    table = page.get_by_role("region", name="Từng dòng, ô của tệp")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Ghi Có hoặc Chưa")
    expect(table.get_by_role("row").nth(2)).to_contain_text("1.751 trên 6.504 hộ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page).violations_count == 0
    assert figure(report, WATER).value == 1751

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải tệp có đánh dấu lỗi").click()
    assert waiting.value.suggested_filename.startswith("sonla-loi-")

    page.get_by_role("button", name="Áp dụng 1 thay đổi").click()
    expect(page.get_by_text("thay đổi đã ghi")).to_be_visible()
    assert figure(report, WATER).value == 2011
    assert Axe().run(page).violations_count == 0
