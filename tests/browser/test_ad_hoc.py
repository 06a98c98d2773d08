"""An ad-hoc form in a browser: the province asks in the morning, a commune answers on the phone."""

from datetime import datetime, time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from programs.actions import Item, submit_report
from programs.actions.ad_hoc import Column, Draft, create_ad_hoc
from programs.models import Report, ReportForm, ReportState
from programs.queries.ad_hoc import askable_units
from tests.support import TODAY, People, make_people, record, unit

DESK = pytest.mark.parametrize("viewport", [(1440, 900)], indirect=True)
BOTH = pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)


def clock(hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(TODAY, time(hour, minute)))


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    monkeypatch.setattr("programs.views.ad_hoc.now", lambda: clock(9))
    for view in ("entry", "home", "review"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people(live) -> People:
    return make_people()


def sign_in(page: Page, url: str, person) -> None:
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@DESK
def test_the_province_asks_a_district_but_for_one_commune(live, page: Page, people) -> None:
    sign_in(page, live.url, people.reviewer)
    page.goto(f"{live.url}/ad-hoc/")
    page.get_by_role("link", name="Tạo biểu").click()
    page.get_by_label("Tên biểu").fill("Thiệt hại do mưa đá")
    first, second = page.get_by_role("group", name="Cột 1"), page.get_by_role("group", name="Cột 2")
    first.get_by_label("Tên cột").fill("Số nhà bị tốc mái")
    first.get_by_label("Đơn vị tính").fill("nhà")
    second.get_by_label("Tên cột").fill("Ước thiệt hại")
    second.get_by_label("Dạng số").select_option("money")

    district = page.get_by_label("Huyện Quỳnh Nhai")
    district.check()
    group = page.locator(".ask-group").filter(has=district)
    group.get_by_text("Từng xã").click()
    ticked = group.locator("[data-commune]:checked").count()
    assert ticked > 1
    group.get_by_label("Xã Quỳnh Nhai").uncheck()
    expect(page.locator("[data-chosen]")).to_have_text(f"đã chọn {ticked - 1}")
    assert district.evaluate("box => box.indeterminate")

    page.get_by_role("button", name="Xem trước khi gửi").click()
    expect(page.locator(".answer")).to_contain_text(f"Gửi tới {ticked - 1} xã")
    expect(page.locator(".answer")).to_contain_text("hạn 16:00 hôm nay")
    page.get_by_role("button", name="Sửa lại").click()
    expect(first.get_by_label("Tên cột")).to_have_value("Số nhà bị tốc mái")
    page.get_by_role("button", name="Xem trước khi gửi").click()
    page.get_by_role("button", name=f"Gửi tới {ticked - 1} xã").click()

    expect(page.locator(".answer-figure")).to_have_text(f"0/{ticked - 1} xã đã gửi")
    form = ReportForm.objects.get(is_ad_hoc=True)
    assert form.reports.count() == ticked - 1
    assert not form.reports.filter(unit=unit("03703")).exists()


@pytest.fixture
def form(people) -> ReportForm:
    """Everybody is asked; Quỳnh Nhai has not answered, Mường Chiên was late."""
    columns = [
        Column("Số nhà bị tốc mái, hư hỏng phải sửa chữa", "number", "nhà"),
        Column("Diện tích lúa, hoa màu thiệt hại", "decimal", "ha"),
        Column("Ước thiệt hại", "money"),
        Column("Hộ đã được hỗ trợ trong số hộ bị thiệt hại", "percent", "hộ"),
        Column("Có người bị thương", "boolean"),
    ]
    draft = Draft(
        name="Thiệt hại do mưa đá ngày 23/11",
        note="Tính đến 9 giờ sáng nay. Chưa rõ thì hỏi Văn phòng Ban chỉ huy PCTT, số 0212 000 000.",
        columns=columns,
        units=[one.pk for one in askable_units(people.reviewer, TODAY)],
        day=TODAY,
        hour=time(16),
    )
    made = create_ad_hoc(draft=draft, by=people.reviewer, at=clock(9))
    answer(made, "03688", people.neighbour, clock(16, 20))
    return made


def answer(form: ReportForm, code: str, by, at: datetime) -> Report:
    report = Report.objects.get(form=form, unit=unit(code))
    values = [(12,), (350,), (1_236_500_000,), (3, 12), (1,)]
    items = [Item(f"{form.code}.{place}", *value) for place, value in enumerate(values, 1)]
    record(report, by, items)
    return submit_report(report=report, by=by, today=TODAY, at=at)


def test_a_commune_answers_on_the_phone(live, page: Page, people, form) -> None:
    sign_in(page, live.url, people.cadre)
    page.goto(live.url + "/")
    task = page.locator(".task").filter(has_text="mưa đá")
    expect(task).to_contain_text("hạn 16:00 hôm nay")
    task.get_by_role("link").first.click()
    expect(page.locator("[data-entry][data-ready]")).to_have_count(1)

    page.locator(f'input[name="{form.code}.1"]:not([type=hidden])').fill("7")
    page.locator(f'input[name="{form.code}.2"]:not([type=hidden])').fill("3,5")
    page.keyboard.press("Tab")
    expect(page.locator(".save-mark", has_text="đã lưu")).to_have_count(2)
    page.get_by_role("link", name="Gửi báo cáo").click()
    page.get_by_label("Lý do").fill("Chưa thống kê xong")
    page.get_by_role("button", name="Gửi báo cáo").click()

    expect(page.get_by_role("status").first).to_contain_text("Đã gửi")
    assert Report.objects.get(form=form, unit=unit("03703")).state == ReportState.SENT


@BOTH
def test_the_pages_are_clean_for_a_screen_reader_and_fit_the_window(
    live, page: Page, people, form, viewport
) -> None:
    sign_in(page, live.url, people.reviewer)
    for path in ("/ad-hoc/", "/ad-hoc/new/", f"/ad-hoc/{form.pk}/", f"/ad-hoc/{form.pk}/?state=entered"):
        page.goto(live.url + path)
        results = Axe().run(page)
        assert results.violations_count == 0, (path, results.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
