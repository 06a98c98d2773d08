"""The line drops, two tabs are open, somebody else was quicker: nothing that was typed is lost."""

from playwright.sync_api import Page, expect

from programs.actions import Item, submit_report
from programs.models import Observation, ObservationChange
from tests.browser.desk import WATER, Desk, box, desk, form, row, saved, type_water
from tests.support import TODAY, figure, record

__all__ = ["desk", "form"]


def marked(page: Page, number: str, words: str) -> None:
    expect(row(page, number).locator(".save-mark").first).to_have_text(words)


def test_typed_without_a_line_it_waits_and_is_sent_when_the_line_is_back(desk: Desk, form: Page) -> None:
    form.context.set_offline(True)
    type_water(form)

    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")
    assert not Observation.objects.filter(report=desk.report).exists()

    form.context.set_offline(False)
    saved(form, "17.1")
    assert figure(desk.report, WATER).value == 2011


def test_it_tries_again_by_itself(desk: Desk, form: Page) -> None:
    form.route("**/values/", lambda route: route.abort())
    type_water(form)
    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")

    form.unroute("**/values/")
    saved(form, "17.1")
    assert figure(desk.report, WATER).value == 2011


def test_what_waits_outlives_a_reload(desk: Desk, form: Page) -> None:
    form.route("**/values/", lambda route: route.abort())
    type_water(form)
    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")

    desk.open(form)
    expect(box(form, WATER)).to_have_value("2011")
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("30,92%")

    form.unroute("**/values/")
    saved(form, "17.1")
    assert figure(desk.report, WATER).value == 2011


def test_an_answer_that_is_lost_does_not_save_twice(desk: Desk, form: Page) -> None:
    lost = []

    def lose(route) -> None:
        lost.append(route.fetch())
        route.abort()

    form.route("**/values/", lose, times=1)
    type_water(form)

    saved(form, "17.1")
    assert len(lost) == 1
    assert ObservationChange.objects.filter(unit=desk.report.unit).count() == 1


def test_what_is_typed_while_it_is_sent_is_sent_after(desk: Desk, form: Page) -> None:
    def while_under_way(route) -> None:
        box(form, WATER).fill("2100")
        route.continue_()

    form.route("**/values/", while_under_way, times=1)
    type_water(form)

    saved(form, "17.1")
    expect(box(form, WATER)).to_have_value("2100")
    assert (figure(desk.report, WATER).value, figure(desk.report, WATER).version) == (2100, 2)


def test_a_second_tab_is_kept_in_step(desk: Desk, form: Page) -> None:
    other = form.context.new_page()
    desk.open(other)
    type_water(form)
    saved(form, "17.1")

    expect(box(other, WATER)).to_have_value("2.011")
    saved(other, "17.1")
    expect(other.locator("[data-entered-words]")).to_have_text("Đã nhập 1/57")

    box(other, WATER).fill("2100")  # based on what the first tab has saved: no conflict
    saved(other, "17.1")
    expect(row(other, "17.1").locator(".entry-conflict")).to_have_count(0)
    expect(box(form, WATER)).to_have_value("2.100")
    assert figure(desk.report, WATER).version == 2


def test_a_tab_in_which_one_types_keeps_its_text_and_asks(desk: Desk, form: Page) -> None:
    other = form.context.new_page()
    desk.open(other)
    other.route("**/values/", lambda route: route.abort())
    type_water(other, "1500")
    marked(other, "17.1", "đã lưu trên máy, chờ có mạng")
    type_water(form)
    saved(form, "17.1")

    expect(box(other, WATER)).to_have_value("1500")
    other.unroute("**/values/")
    expect(row(other, "17.1").locator(".entry-conflict")).to_be_visible()
    assert figure(desk.report, WATER).value == 2011


def conflict(desk: Desk, page: Page):
    """Somebody stored 2.050 after the page was opened; the cadre types 2011."""
    record(desk.report, desk.people.cadre, [Item(WATER, 2050, 6504)])
    type_water(page)
    block = row(page, "17.1").locator(".entry-conflict")
    expect(block).to_contain_text("2.050 trên 6.504 hộ")
    expect(block).to_contain_text("2011 trên 6504")
    expect(block).to_contain_text("(cadre, ")
    return block


def test_a_conflict_and_mine_is_kept(desk: Desk, form: Page) -> None:
    block = conflict(desk, form)

    block.get_by_role("button", name="Giữ số của tôi").click()

    saved(form, "17.1")
    expect(block).to_have_count(0)
    assert (figure(desk.report, WATER).value, figure(desk.report, WATER).version) == (2011, 2)


def test_a_conflict_and_theirs_is_taken(desk: Desk, form: Page) -> None:
    block = conflict(desk, form)

    block.get_by_role("button", name="Lấy số đã có").click()

    saved(form, "17.1")
    expect(box(form, WATER)).to_have_value("2.050")
    desk.open(form)
    expect(box(form, WATER)).to_have_value("2.050")
    expect(row(form, "17.1").locator(".entry-conflict")).to_have_count(0)
    assert figure(desk.report, WATER).version == 1


def test_a_conflict_outlives_a_reload(desk: Desk, form: Page) -> None:
    conflict(desk, form)

    desk.open(form)

    expect(row(form, "17.1").locator(".entry-conflict")).to_be_visible()
    expect(box(form, WATER)).to_have_value("2011")
    assert figure(desk.report, WATER).value == 2050


def test_when_the_login_has_ended_it_waits_and_says_so(desk: Desk, form: Page) -> None:
    form.context.clear_cookies()
    type_water(form)

    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")
    expect(form.get_by_role("link", name="Đăng nhập lại để gửi.")).to_be_visible()

    desk.sign_in(form)
    form.context.new_page().goto(f"{desk.url}/mat-khau/")  # signed in anew, in another tab
    form.evaluate("dispatchEvent(new Event('focus'))")
    saved(form, "17.1")
    expect(form.get_by_role("link", name="Đăng nhập lại để gửi.")).to_be_hidden()
    assert figure(desk.report, WATER).updated_by == desk.people.cadre


def test_another_person_on_the_machine_neither_sees_nor_sends_it(desk: Desk, form: Page) -> None:
    form.route("**/values/", lambda route: route.abort())
    type_water(form)
    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")
    form.context.clear_cookies()
    form.unroute("**/values/")

    colleague = desk.colleague()
    desk.sign_in(form, colleague)
    desk.open(form)
    form.wait_for_timeout(1500)

    expect(box(form, WATER)).to_have_value("")
    assert not Observation.objects.filter(report=desk.report).exists()

    form.context.clear_cookies()
    desk.sign_in(form)
    desk.open(form)
    saved(form, "17.1")
    assert figure(desk.report, WATER).updated_by == desk.people.cadre


def test_what_arrives_too_late_is_not_lost_from_sight(desk: Desk, form: Page) -> None:
    form.route("**/values/", lambda route: route.abort())
    type_water(form)
    marked(form, "17.1", "đã lưu trên máy, chờ có mạng")
    record(desk.report, desk.people.cadre, [Item("ntm.xa.4.1", 1)])
    submit_report(report=desk.report, by=desk.people.cadre, today=TODAY, reason="thiếu")

    form.unroute("**/values/")
    expect(row(form, "17.1").locator(".entry-error")).to_have_text(
        "Báo cáo đã gửi, chỉ sửa được khi tỉnh trả lại."
    )
    form.goto(desk.form)
    expect(form.get_by_text("17.1: 2011 / 6504")).to_be_visible()


def test_leaving_to_send_does_not_leave_figures_behind(desk: Desk, form: Page) -> None:
    form.route("**/values/", lambda route: route.abort())
    type_water(form)
    form.get_by_role("link", name="Gửi báo cáo").click()

    expect(form.locator("[data-line]")).to_contain_text("Còn 1 chỉ tiêu chưa gửi lên máy chủ")
    expect(form).to_have_url(desk.form)

    form.goto(f"{desk.form}send/")
    expect(form.get_by_text("Trên máy này còn số liệu chưa gửi lên máy chủ.")).to_be_visible()
