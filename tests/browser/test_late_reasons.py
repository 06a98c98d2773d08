"""In the browser: why a confirmed figure changes, a percentage without its pair, a figure that is counted."""

from playwright.sync_api import Page, expect

from programs.actions import Item, record_observations
from programs.models import ObservationChange, PeriodState, Reopening, Report, Through
from tests.browser.desk import WATER, Desk, box, desk, form, row, saved
from tests.support import TODAY, figure, make_report, period, record

__all__ = ["desk", "form"]

MALE, FEMALE = "ntm.xa.12.1.male", "ntm.xa.12.1.female"
ALONE = "85,20% (chỉ có tỷ lệ)"


def test_a_confirmed_figure_asks_for_its_reason_and_keeps_it(desk: Desk, page: Page) -> None:
    record(desk.report, desk.people.cadre, [Item(WATER, 1751, 6504)])
    desk.report.observations.update(once_accepted=True)
    desk.sign_in(page)
    desk.open(page)
    line = row(page, "17.1")
    reason, kind = line.locator("[data-reason]"), line.locator("[data-reason-kind]")
    expect(reason).to_be_hidden()

    box(page, WATER).fill("2011")
    box(page, "ntm.xa.9.1").focus()
    expect(line.locator(".entry-error")).to_contain_text("Ghi rõ lý do")
    expect(reason).to_be_visible()

    kind.select_option("typing")
    reason.fill("nhầm cột của năm trước")
    page.wait_for_timeout(
        1500
    )  # longer than the form waits before it sends: a reason is sent when it is whole
    assert figure(desk.report, WATER).value == 1751
    box(page, "ntm.xa.9.1").focus()
    saved(page, "17.1")
    expect(reason).to_have_value("")
    change = ObservationChange.objects.get(indicator__code=WATER, version=2)
    assert (change.reason_kind, change.reason) == ("typing", "nhầm cột của năm trước")


def reopened(desk: Desk) -> Report:
    old = make_report("03703", "2025")
    Reopening.objects.create(
        form=old.form,
        period=old.period,
        unit=old.unit,
        until=TODAY,
        reason="Bổ sung",
        by=desk.people.reviewer,
    )
    period("2025", state=PeriodState.CLOSED)
    return Report.objects.get(pk=old.pk)


def test_a_percentage_without_its_pair_stands_until_the_pair_is_typed(desk: Desk, page: Page) -> None:
    desk.report = reopened(desk)
    record_observations(
        report=desk.report,
        items=[Item(WATER, percentage=8520)],
        by=desk.people.cadre,
        through=Through.IMPORT,
        today=TODAY,
    )
    desk.sign_in(page)
    desk.open(page)
    line = row(page, "17.1")
    result, chip = line.locator("[data-result]"), line.locator(".chip")
    expect(result).to_have_text(ALONE)

    line.locator("summary").last.click()
    line.locator("[data-note]").fill("theo báo cáo tổng kết")
    box(page, "ntm.xa.9.1").focus()
    saved(page, "17.1")
    expect(result).to_have_text(ALONE)
    expect(chip).to_have_text("đạt")
    assert (figure(desk.report, WATER).percentage, figure(desk.report, WATER).version) == (8520, 2)

    box(page, WATER).fill("1500")
    box(page, f"{WATER}:d").fill("6504")
    box(page, "ntm.xa.9.1").focus()
    expect(result).to_have_text("23,06%")
    saved(page, "17.1")
    held = figure(desk.report, WATER)
    assert (held.value, held.denominator, held.percentage) == (1500, 6504, None)


def test_a_counted_figure_takes_part_in_the_verdict_and_has_no_box(desk: Desk, page: Page) -> None:
    record_observations(
        report=desk.report,
        items=[Item(MALE, 680, 1000)],
        by=desk.people.cadre,
        through=Through.RECORDS,
        today=TODAY,
    )
    desk.sign_in(page)
    desk.open(page)
    line = row(page, "12.1")
    expect(line).to_contain_text("Tính từ hồ sơ hộ, hồ sơ nhà ở của Xã Quỳnh Nhai")
    expect(page.locator(f'[name="{MALE}"]')).to_have_count(0)

    page.context.set_offline(True)  # what follows is said by the form itself
    box(page, FEMALE).fill("540")
    box(page, f"{FEMALE}:d").fill("1000")
    expect(line.locator(".chip")).to_have_text("chưa đạt")
    expect(line.locator(".entry-row-derived [data-result]")).to_have_text("61,00%")
    box(page, FEMALE).fill("640")
    expect(line.locator(".chip")).to_have_text("đạt")
