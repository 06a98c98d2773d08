"""A cadre types into the report form on a phone: figures, verdicts, marks, keys."""

import gzip
import json
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from programs.actions import Item
from programs.models import ObservationChange, Requirement
from programs.rules.numbers import NumberError, parse_form_number
from programs.rules.verdicts import Figure, Measure, judge, parts_named
from tests.browser.desk import CRAFT, WATER, Desk, box, desk, form, row, saved, type_water
from tests.support import figure, make_report, record

__all__ = ["desk", "form"]


# -- Typing ------------------------------------------------------------------------------------------


def changes(desk: Desk, code: str) -> list[ObservationChange]:
    """The steps of a figure's life, the first first."""
    steps = ObservationChange.objects.filter(unit=desk.report.unit, indicator__code=code)
    return list(steps.order_by("version"))


def test_the_percentage_and_the_verdict_appear_as_one_types(desk: Desk, form: Page) -> None:
    form.context.set_offline(True)  # nothing of this comes from the server

    type_water(form, "1900", "6504")
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("29,21%")
    expect(row(form, "17.1").locator(".chip")).to_have_text("chưa đạt")

    box(form, WATER).fill("2.011")
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("30,92%")
    expect(row(form, "17.1").locator(".chip")).to_have_text("đạt")

    box(form, WATER).fill("hai nghìn")
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("—")
    expect(row(form, "17.1").locator(".chip")).to_have_text("chưa đủ số liệu")


def test_it_saves_by_itself_and_outlives_a_reload(desk: Desk, form: Page) -> None:
    type_water(form)

    saved(form, "17.1")
    expect(form.locator("[data-entered-words]")).to_have_text("Đã nhập 1/57")
    expect(form.locator("#tc-17 .entry-count")).to_have_text("đạt 1/12")
    assert figure(desk.report, WATER).value == 2011

    desk.open(form)
    expect(box(form, WATER)).to_have_value("2.011")
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("30,92%")
    saved(form, "17.1")


def test_a_pair_is_sent_together_and_no_half_of_it_is_kept(desk: Desk, form: Page) -> None:
    """A new numerator with the old denominator would be a figure that nobody meant."""
    type_water(form, "1220", "2000")
    box(form, f"{WATER}:d").blur()
    saved(form, "17.1")
    box(form, WATER).fill("1500")
    form.wait_for_timeout(1200)
    box(form, f"{WATER}:d").fill("3000")
    box(form, f"{WATER}:d").blur()
    expect(row(form, "17.1").locator("[data-result]")).to_have_text("50,00%")
    saved(form, "17.1")

    assert [(one.value, one.denominator) for one in changes(desk, WATER)] == [(1220, 2000), (1500, 3000)]


def test_what_was_understood_is_shown_back_when_the_box_is_left(form: Page) -> None:
    type_water(form, "2011", "6504")
    box(form, "ntm.xa.9.1").focus()

    expect(box(form, WATER)).to_have_value("2.011")
    expect(box(form, f"{WATER}:d")).to_have_value("6.504")


def test_it_is_shown_back_also_when_it_was_saved_before(form: Page) -> None:
    box(form, f"{WATER}:d").fill("6504")
    box(form, WATER).fill("2011")
    saved(form, "17.1")
    expect(box(form, f"{WATER}:d")).to_have_value("6.504")
    expect(box(form, WATER)).to_have_value("2011")  # nobody writes under the person's thumb

    box(form, "ntm.xa.9.1").focus()
    expect(box(form, WATER)).to_have_value("2.011")


def test_men_and_women_and_their_sum(desk: Desk, form: Page) -> None:
    for part, value in (("female", "700"), ("male", "500")):
        box(form, f"ntm.xa.12.1.{part}").fill(value)
        box(form, f"ntm.xa.12.1.{part}:d").fill("1000")

    expect(row(form, "12.1").locator(".entry-row-derived [data-result]")).to_have_text("60,00%")
    expect(row(form, "12.1").locator(".chip")).to_have_text("chưa đạt")
    expect(row(form, "12.1").locator(".save-mark")).to_have_text(["đã lưu", "đã lưu"])
    assert figure(desk.report, "ntm.xa.12.1").value == 1200


def test_yes_and_no_by_one_tap(desk: Desk, form: Page) -> None:
    row(form, "1.1").get_by_text("Chưa", exact=True).click()

    expect(row(form, "1.1").locator(".chip")).to_have_text("chưa đạt")
    saved(form, "1.1")
    expect(form.locator("[data-rest]")).to_have_text("1 chưa đạt")


def test_does_not_apply_is_one_tap_and_a_reason(desk: Desk, form: Page) -> None:
    row(form, "17.2").get_by_text("Không áp dụng", exact=True).click()
    reason = row(form, "17.2").get_by_label("Lý do")
    expect(reason).to_be_focused()
    expect(box(form, CRAFT)).to_be_hidden()

    box(form, "ntm.xa.9.1").focus()
    expect(row(form, "17.2").locator(".entry-error")).to_contain_text("Ghi lý do không áp dụng")

    reason.fill("Xã không có làng nghề")
    saved(form, "17.2")
    expect(row(form, "17.2").locator(".chip")).to_have_text("không áp dụng")
    assert figure(desk.report, CRAFT).note == "Xã không có làng nghề"

    row(form, "17.2").get_by_label("Không áp dụng cho xã").uncheck()
    expect(box(form, CRAFT)).to_be_visible()
    expect(row(form, "17.2").locator(".save-mark")).to_have_count(0)
    assert not figure(desk.report, CRAFT).not_applicable


def test_keeping_last_periods_figure_is_one_tap(desk: Desk, page: Page) -> None:
    last = make_report("03703", "2026-H1")
    record(last, desk.people.cadre, [Item(WATER, 1960, 6504)])
    desk.sign_in(page)
    desk.open(page)

    row(page, "17.1").get_by_role("button", name="Giữ nguyên như kỳ trước").click()

    saved(page, "17.1")
    expect(box(page, WATER)).to_have_value("1.960")
    expect(row(page, "17.1").locator("[data-kept]")).to_have_text("Giữ nguyên từ kỳ 6 tháng đầu năm 2026")
    assert figure(desk.report, WATER).copied_from == last.period


def test_bad_input_keeps_its_text_and_the_rest_is_saved(desk: Desk, form: Page) -> None:
    box(form, "ntm.xa.17.6").fill("1620")
    box(form, "ntm.xa.17.6:d").fill("1584")
    type_water(form)
    box(form, "ntm.xa.9.1").fill("không")
    box(form, "ntm.xa.4.2").focus()

    saved(form, "17.1")
    said = row(form, "17.6").locator(".entry-error")
    expect(said).to_have_text("Tử số 1.620 lớn hơn mẫu số 1.584. Kiểm tra lại hai ô.")
    expect(row(form, "9.1").locator(".entry-error")).to_contain_text("“không” không phải là số")
    expect(row(form, "17.6").locator(".save-mark")).to_have_text("chưa lưu được")
    expect(box(form, "ntm.xa.17.6")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[data-rest]")).to_have_text("0 chưa đạt, 2 lỗi")

    desk.open(form)  # what was refused is still there
    expect(box(form, "ntm.xa.9.1")).to_have_value("không")
    expect(row(form, "9.1").locator(".entry-error")).to_be_visible()

    box(form, "ntm.xa.9.1").fill("0")
    saved(form, "9.1")
    expect(row(form, "9.1").locator(".entry-error")).to_have_count(0)


def test_a_denominator_alone_is_not_blamed_while_one_types(form: Page) -> None:
    box(form, f"{WATER}:d").fill("6504")
    form.wait_for_timeout(1200)
    expect(row(form, "17.1").locator(".entry-error")).to_have_count(0)

    box(form, "ntm.xa.9.1").focus()
    expect(row(form, "17.1").locator(".entry-error")).to_contain_text("Còn thiếu tử số")


def test_filters_narrow_the_form_without_a_new_page(form: Page) -> None:
    row(form, "1.1").get_by_text("Chưa", exact=True).click()
    saved(form, "1.1")

    form.get_by_role("link", name="Chưa đạt 1").click()
    expect(form.locator(".entry-item:visible")).to_have_count(1)
    expect(form.locator(".entry-group:visible")).to_have_count(1)

    row(form, "1.1").get_by_text("Có", exact=True).click()
    expect(row(form, "1.1").locator(".chip")).to_have_text("đạt")
    expect(row(form, "1.1")).to_be_visible()  # it stays while one works in it

    form.get_by_role("link", name="Chưa nhập 56").click()
    expect(form.locator(".entry-item:visible")).to_have_count(56)


def test_sending_waits_for_what_is_under_way(desk: Desk, form: Page) -> None:
    type_water(form)
    form.get_by_role("link", name="Gửi báo cáo").click()

    expect(form.get_by_text("Còn 56 chỉ tiêu chưa nhập")).to_be_visible()
    form.get_by_role("link", name="17.8").click()
    expect(row(form, "17.8")).to_be_in_viewport()

    form.goto(f"{desk.form}send/")
    form.get_by_label("Lý do gửi khi chưa đủ").fill("chờ số của ngành")
    form.get_by_role("button", name="Gửi báo cáo").click()
    expect(form.get_by_text("Đã gửi “")).to_be_visible()


# -- Keys, readers, weight ---------------------------------------------------------------------------


def test_by_keyboard_alone(desk: Desk, form: Page) -> None:
    box(form, "ntm.xa.9.1").focus()
    keys = form.keyboard
    keys.type("0")
    keys.press("Enter")
    expect(box(form, "ntm.xa.9.2")).to_be_focused()
    keys.type("6000")
    keys.press("Enter")
    keys.type("6504")
    keys.press("Enter")
    expect(box(form, "ntm.xa.10.1")).to_be_focused()
    keys.press("Shift+Enter")
    expect(box(form, "ntm.xa.9.2:d")).to_be_focused()
    keys.press("ArrowUp")
    expect(box(form, "ntm.xa.6.3:d")).to_be_focused()
    keys.press("ArrowDown")
    expect(box(form, "ntm.xa.9.2:d")).to_be_focused()

    saved(form, "9.1")
    saved(form, "9.2")
    assert figure(desk.report, "ntm.xa.9.2").value == 6000


def test_a_block_from_a_spreadsheet_fills_the_boxes_below(desk: Desk, form: Page) -> None:
    box(form, "ntm.xa.17.1").focus()
    form.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "2.011\t6504\n41\t46\nCó\n3,5\n",
    )
    box(form, "ntm.xa.9.1").focus()

    for number in ("17.1", "17.2", "17.3", "17.4"):
        saved(form, number)
    assert (figure(desk.report, CRAFT).value, figure(desk.report, CRAFT).denominator) == (41, 46)
    assert figure(desk.report, "ntm.xa.17.3").value == 1
    assert figure(desk.report, "ntm.xa.17.4").value == 350


@pytest.mark.parametrize("viewport", [(390, 844), (1440, 900)], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(desk: Desk, page: Page, scheme) -> None:
    record(
        desk.report,
        desk.people.cadre,
        [
            Item(WATER, 2011, 6504),
            Item(CRAFT, not_applicable=True, note="Xã không có làng nghề"),
            Item("ntm.xa.1.1", 0),
        ],
    )
    page.emulate_media(color_scheme=scheme)
    desk.sign_in(page)
    desk.open(page)
    box(page, "ntm.xa.17.6").fill("nhiều")
    box(page, "ntm.xa.9.1").focus()
    expect(row(page, "17.6").locator(".entry-error")).to_be_visible()
    row(page, "17.1").locator(".entry-more > summary").click()

    for address in (None, f"{desk.form}send/", f"{desk.url}/"):
        if address:
            page.goto(address)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_the_phone(form: Page) -> None:
    for summary in form.locator(".entry-more > summary").all()[:60:10]:
        summary.click()

    assert form.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_is_light(desk: Desk, page: Page) -> None:
    """The page with its scripts and styles, packed as a server sends them."""
    sizes: dict[str, int] = {}

    def note(response) -> None:
        if response.request.resource_type in ("document", "script", "stylesheet", "image"):
            sizes[response.url.removeprefix(desk.url)] = len(gzip.compress(response.body()))

    page.on("response", note)
    desk.sign_in(page)
    desk.open(page)
    page.wait_for_load_state("networkidle")

    assert "/static/js/entry/main.js" in sizes
    assert sum(sizes.values()) < 80_000, sizes


# -- The script's arithmetic is the server's ---------------------------------------------------------

TEXTS = [
    *"0 7 1234 1.234 1.234.567 1,234 1,5 12,34 12.34 1.5 1234,5 1.234,5 1,234,5 1.2.3 12.3456".split(),
    *"-5 −5 5- abc 1e3 ١ 007 0,10 ,5 5, . 1.234,56 999999999999999 1000000000000000".split(),
    *"12.345 36.500 45,5 0.001".split(),
    *["", " 12 ", "1 234", "1 234 567,5", "1\u00a0234", "1.234 567", "12 34"],
]


def test_numbers_are_read_as_the_server_reads_them(form: Page) -> None:
    def ours(text: str, decimals: int, twice: bool) -> str | None:
        try:
            return str(parse_form_number(text, decimals=decimals, ambiguous_is_error=twice))
        except NumberError:
            return None

    cases = [(text, decimals, twice) for text in TEXTS for decimals in (0, 2, 3) for twice in (False, True)]
    theirs = form.evaluate(
        """async (cases) => {
            const { parseNumber } = await import("/static/js/entry/numbers.js");
            return cases.map((one) => parseNumber(...one)?.toString() ?? null);
        }""",
        [list(case) for case in cases],
    )

    assert dict(zip(cases, theirs, strict=True)) == {case: ours(*case) for case in cases}


def test_verdicts_are_judged_as_the_server_judges_them(form: Page) -> None:
    figures = [
        Figure(None),
        Figure(0),
        Figure(1),
        Figure(None, not_applicable=True),
        *(
            Figure(value, base)
            for value, base in ((50, 100), (2, 3), (3, 3), (70, 100), (4, 5), (299_999, 10**6))
        ),
    ]
    rules = [one.rule for one in Requirement.objects.filter(criterion__criteria_set__code="NTM_XA_2021_2025")]
    cases, expected = [], []
    for rule in {json.dumps(rule): rule for rule in rules}.values():
        parts = ["", *sorted(parts_named(rule))]
        for kind, chosen in product(("percent", "number"), product(figures, repeat=len(parts))):
            held = dict(zip(parts, chosen, strict=True))
            measures = {part: Measure(kind, 0) for part in parts}
            cases.append([rule, {part: _as_json(one) for part, one in held.items()}, kind])
            expected.append(judge(rule, held, measures).name.lower())

    theirs = form.evaluate(
        """async (cases) => {
            const { judge } = await import("/static/js/entry/rules.js");
            const big = (text) => (text === null ? null : BigInt(text));
            return cases.map(([rule, figures, kind]) => {
                const held = {}, measures = {};
                for (const [part, one] of Object.entries(figures)) {
                    held[part] = { value: big(one[0]), denominator: big(one[1]), notApplicable: one[2] };
                    measures[part] = { kind, decimals: 0 };
                }
                return judge(rule, held, measures);
            });
        }""",
        cases,
    )

    assert len(cases) > 1000
    assert theirs == expected


def _as_json(one) -> list:
    return [
        None if one.value is None else str(one.value),
        None if one.denominator is None else str(one.denominator),
        one.not_applicable,
    ]


# -- Another person on the same machine --------------------------------------------------------------


def test_a_reader_sees_figures_and_no_boxes(desk: Desk, page: Page) -> None:
    record(desk.report, desk.people.cadre, [Item(WATER, 2011, 6504)])
    desk.sign_in(page, desk.people.official)

    page.goto(desk.form)

    expect(row(page, "17.1")).to_contain_text("2.011 trên 6.504 hộ")
    expect(page.locator(".entry-item input")).to_have_count(0)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_it_works_without_a_script(desk: Desk, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    desk.sign_in(page)
    page.goto(desk.form)

    type_water(page)
    box(page, "ntm.xa.9.1").fill("không")
    page.locator(".entry-bar").get_by_role("button", name="Lưu").click()

    expect(page.get_by_text("Đã lưu 1 chỉ tiêu, 1 chưa lưu được.")).to_be_visible()
    expect(box(page, "ntm.xa.9.1")).to_have_value("không")
    assert figure(desk.report, WATER).value == 2011
    context.close()
