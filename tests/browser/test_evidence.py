"""Evidence in a browser, on a phone and at a desk, without a script too; and what an inspector reads."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from programs.actions import Item
from programs.actions.files import add_evidence
from programs.models import Indicator, ObservationChange
from tests.browser.desk import WATER, Desk
from tests.browser.desk import desk as desk
from tests.paper import package, pdf, png, upload
from tests.support import TODAY, record

BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("files", "honesty", "history"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    """Files on the person's disk."""
    found = {}
    for name, content in {
        "Biên bản nghiệm thu nước sạch bản Phiêng Mựt.pdf": pdf(),
        "Danh sách hộ.docx": package(),
        "giả mạo.pdf": b"<!DOCTYPE html><script>alert(1)</script>",
    }.items():
        (tmp_path / name).write_bytes(content)
        found[name.split(".")[0].split(" ")[0]] = str(tmp_path / name)
    return found


def picture(page: Page, name: str) -> None:
    """A picture to look at, where a folder for them is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


def keeps_to_its_width(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def is_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@BOTH
def test_from_the_row_to_the_paper_and_back(page: Page, desk: Desk, papers: dict[str, str]) -> None:
    desk.sign_in(page)
    desk.open(page)
    row = page.locator('[id="ct-17.1"]')
    row.locator("details.entry-more > summary").click()
    picture(page, "form")
    row.get_by_role("link", name="Thêm minh chứng").click()

    expect(page.get_by_role("heading", name="Tải tệp lên")).to_be_visible()
    expect(page.get_by_label("cho 17.1 Tỷ lệ hộ được sử dụng nước sạch theo quy chuẩn")).to_be_checked()
    is_accessible(page)
    picture(page, "empty")
    page.get_by_label("Tệp", exact=True).set_input_files([papers["Biên"], papers["Danh"]])
    page.get_by_role("button", name="Tải lên").click()

    expect(page.get_by_text("Đã tải lên 2 tệp.")).to_be_visible()
    water = page.get_by_role("region", name="17 Môi trường")
    expect(
        water.get_by_role("link", name="Biên bản nghiệm thu nước sạch bản Phiêng Mựt.pdf").first
    ).to_be_visible()
    with page.expect_download() as fetched:
        water.get_by_role("link", name="Biên bản").first.click()
    assert fetched.value.suggested_filename == "Biên bản nghiệm thu nước sạch bản Phiêng Mựt.pdf"
    assert Path(fetched.value.path()).read_bytes() == pdf()
    keeps_to_its_width(page)
    is_accessible(page)
    picture(page, "full")
    water.get_by_role("link", name="Sửa").first.click()
    is_accessible(page)
    picture(page, "edit")
    page.get_by_role("button", name="Xóa tệp").click()
    expect(page.get_by_text("Đã xóa “Biên bản nghiệm thu nước sạch bản Phiêng Mựt.pdf”.")).to_be_visible()
    assert desk.report.evidence.count() == 1


def test_a_hostile_file_is_told_and_the_rest_is_kept(page: Page, desk: Desk, papers: dict[str, str]) -> None:
    desk.sign_in(page)
    page.goto(f"{desk.form}evidence/?for={WATER}")
    page.get_by_label("Trích yếu").fill("Biên bản tháng 10")
    page.get_by_label("Tệp", exact=True).set_input_files([papers["giả"], papers["Biên"]])
    page.get_by_role("button", name="Tải lên").click()

    expect(page.get_by_role("alert")).to_contain_text("giả mạo.pdf: Tệp không phải PDF, Word, Excel hay ảnh")
    expect(page.get_by_label("Trích yếu")).to_have_value("Biên bản tháng 10")
    expect(page.get_by_label("17.1 Tỷ lệ hộ được sử dụng nước sạch")).to_be_checked()
    assert desk.report.evidence.count() == 1
    picture(page, "refused")


def test_without_a_script_it_is_the_same(browser: Browser, desk: Desk, papers: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    desk.sign_in(page)
    page.goto(f"{desk.form}evidence/?for={WATER}")
    page.get_by_label("Tệp", exact=True).set_input_files(papers["Danh"])
    page.get_by_role("button", name="Tải lên").click()

    expect(page.get_by_text("Đã tải lên 1 tệp.")).to_be_visible()
    assert [one.code for one in desk.report.evidence.get().indicators.all()] == [WATER]
    context.close()


@BOTH
def test_an_inspector_reads_what_moved_and_what_stands_behind_it(page: Page, desk: Desk) -> None:
    record(desk.report, desk.people.cadre, [Item(WATER, 1751, 6504), Item("ntm.xa.1.1", 1)])
    water = Indicator.objects.get(code=WATER, valid_to=None)
    for content, name in [(pdf(), "Kết quả xét nghiệm nước.pdf"), (png(), "Ảnh trạm cấp nước.png")]:
        add_evidence(
            report=desk.report,
            upload=upload(content, name),
            by=desk.people.cadre,
            today=TODAY,
            indicators=[water.pk],
        )
    for version, after, kind, words in [
        (2, "accepted", "typing", "Gõ thiếu một số 0 ở tử số khi nhập lần đầu"),
        (3, "locked", "inspection", "Theo kết luận kiểm tra số 12/KL-TTr"),
    ]:
        ObservationChange.objects.create(
            unit=desk.report.unit,
            indicator=water,
            period=desk.report.period,
            province=desk.report.province,
            version=version,
            old_value=1751,
            old_denominator=6504,
            value=2011,
            denominator=6504,
            after=after,
            reason_kind=kind,
            reason=words,
            through="form",
            by=desk.people.cadre,
        )
    desk.sign_in(page, desk.people.official)
    page.goto(f"{desk.url}/changes/")

    expect(page.get_by_text("2 lần sửa")).to_be_visible()
    expect(page.get_by_text("sửa sau khi xác nhận", exact=True).last).to_be_visible()
    keeps_to_its_width(page)
    is_accessible(page)
    picture(page, "changes")
    page.get_by_role("link", name="17.1 Tỷ lệ hộ").first.click()
    expect(page.get_by_role("heading", name="Giấy tờ và ý kiến")).to_be_visible()
    expect(page.get_by_role("link", name="Kết quả xét nghiệm nước.pdf")).to_be_visible()
    keeps_to_its_width(page)
    is_accessible(page)
    picture(page, "figure")
    page.goto(f"{desk.form}review/")
    expect(page.get_by_role("link", name="Kết quả xét nghiệm nước.pdf")).to_be_visible()
    picture(page, "review")
