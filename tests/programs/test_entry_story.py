"""A cadre fills in the new-rural report, figure by figure; each is answered for itself."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from programs.actions import Item, return_report, submit_report
from programs.models import Indicator, Observation, ObservationChange, PeriodState
from tests.support import TODAY, figure, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
CRAFT = "ntm.xa.17.2"  # may not apply


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    for module in ("entry", "home"):
        monkeypatch.setattr(f"programs.views.{module}.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report():
    return make_report("03703", "2026")


@pytest.fixture
def cadre(client, people) -> Client:
    client.force_login(people.cadre)
    client.user = people.cadre
    return client


def send(client, report, *items, user=None):
    body = {"user": user or client.user.pk, "items": list(items)}
    return client.post(
        reverse("report_values", args=[report.pk]), json.dumps(body), content_type="application/json"
    )


def sent(client, report, *items) -> list[dict]:
    answer = send(client, report, *items)
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def error_of(client, report, **item) -> str:
    (told,) = sent(client, report, {"version": 0, **item})
    assert told["status"] == "error"
    return told["errors"][0]


def page(client, report, query="") -> str:
    answer = client.get(reverse("report", args=[report.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode().replace("&nbsp;", " ").replace("\xa0", " ")


# -- The story ---------------------------------------------------------------------------------------


def test_a_typed_percentage_is_saved_shown_and_judged(cadre, report):
    answer = send(
        cadre, report, {"indicator": WATER, "numerator": "2011", "denominator": "6.504", "version": 0}
    ).json()

    (told,) = answer["items"]
    assert told == {
        "indicator": WATER,
        "status": "saved",
        "errors": [],
        "warnings": [],
        "version": 1,
        "value": "2.011",
        "denominator": "6.504",
        "not_applicable": False,
        "note": "",
        "result": "30,92%",
        "kept": "",
    }
    assert answer["rows"]["ct-17.1"] == {"verdict": "met", "result": "—", "entered": True, "own": 1}
    assert answer["sections"] == {"tc-17": "đạt 1/12"}
    assert answer["progress"] == {"entered": 1, "count": 57, "notMet": 0, "words": "Đã nhập 1/57"}
    assert figure(report, WATER).updated_by == cadre.user


def test_the_page_shows_what_was_saved(cadre, report):
    sent(cadre, report, {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0})

    shown = page(cadre, report)

    assert 'value="2.011"' in shown
    assert "30,92%" in shown
    assert "Đã nhập 1/57" in shown


def test_the_percentage_never_contradicts_its_verdict(cadre, report):
    (told,) = sent(
        cadre, report, {"indicator": WATER, "value": "299.999", "denominator": "1.000.000", "version": 0}
    )

    assert told["result"] == "29,9999%"


def test_sending_the_same_again_changes_nothing(cadre, report):
    item = {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0}
    sent(cadre, report, item)

    (again,) = sent(cadre, report, item)

    assert (again["status"], again["version"]) == ("unchanged", 1)
    assert ObservationChange.objects.filter(unit=report.unit).count() == 1


def test_men_and_women_are_typed_and_their_sum_follows(cadre, report):
    answer = send(
        cadre,
        report,
        {"indicator": "ntm.xa.12.1.female", "value": "700", "denominator": "1000", "version": 0},
        {"indicator": "ntm.xa.12.1.male", "value": "500", "denominator": "1000", "version": 0},
    ).json()

    assert answer["rows"]["ct-12.1"] == {"verdict": "not_met", "result": "60,00%", "entered": True, "own": 1}
    assert figure(report, "ntm.xa.12.1").value == 1200


def test_money_is_typed_in_million(cadre, report):
    (told,) = sent(cadre, report, {"indicator": "ntm.xa.10.1", "value": "45,5", "version": 0})

    assert told["value"] == "45,5"
    assert figure(report, "ntm.xa.10.1").value == 45_500_000


def test_yes_and_no(cadre, report):
    answer = send(cadre, report, {"indicator": "ntm.xa.1.1", "value": "0", "version": 0}).json()

    assert answer["rows"]["ct-1.1"]["verdict"] == "not_met"


def test_a_figure_is_cleared_by_emptying_it(cadre, report):
    sent(cadre, report, {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0})

    (told,) = sent(cadre, report, {"indicator": WATER, "value": "", "denominator": "", "version": 1})

    assert (told["status"], told["value"], told["version"]) == ("saved", "", 2)
    assert figure(report, WATER).value is None


def test_does_not_apply_needs_its_reason(cadre, report):
    assert "Ghi lý do không áp dụng" in error_of(cadre, report, indicator=CRAFT, not_applicable=True)

    (told,) = sent(
        cadre,
        report,
        {"indicator": CRAFT, "not_applicable": True, "note": "Xã không có làng nghề", "version": 0},
    )

    assert (told["status"], told["not_applicable"], told["note"]) == ("saved", True, "Xã không có làng nghề")
    shown = page(cadre, report)
    assert "Xã không có làng nghề" in shown
    assert "không áp dụng" in shown


def test_a_note_stays_with_its_figure(cadre, report):
    item = {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0, "note": "theo rà soát"}
    sent(cadre, report, item)

    sent(cadre, report, {"indicator": WATER, "value": "2012", "denominator": "6504", "version": 1})

    assert figure(report, WATER).note == "theo rà soát"


# -- Last time ---------------------------------------------------------------------------------------


def test_last_periods_figure_stands_beside_and_is_kept_by_one_tap(cadre, people, report):
    last = make_report("03703", "2026-H1")
    record(last, people.cadre, [Item(WATER, 1900, 6504)])

    shown = page(cadre, report)
    assert "Kỳ trước 29,21% (6 tháng đầu năm 2026) · cần ≥ 30%" in shown
    # The denominator of last time stands there, and is nothing until a numerator is typed.
    assert 'value="6.504"' in shown
    assert "Đã nhập 0/57" in shown

    (told,) = sent(cadre, report, {"indicator": WATER, "copied": True, "version": 0})

    assert (told["value"], told["kept"]) == ("1.900", "6 tháng đầu năm 2026")
    assert figure(report, WATER).copied_from == last.period
    assert "Giữ nguyên từ kỳ 6 tháng đầu năm 2026" in page(cadre, report)


def test_nothing_to_keep_is_said(cadre, report):
    assert error_of(cadre, report, indicator=WATER, copied=True) == "Kỳ trước không có số để giữ nguyên."


def test_the_first_report_of_a_merged_commune_shows_its_predecessors(cadre, people):
    for code, value in (("03700", 100), ("03703", 200), ("03706", 300), ("03718", 400)):
        old = make_report(code, "2024")
        _store(old, people, {WATER: (value, 1000), "ntm.xa.1.1": (value // 400, None)})
    report = make_report("03703", "2025")

    shown = page(cadre, report)

    assert "4 đơn vị cũ: 25,00%" in shown
    assert "Đơn vị cũ: 1/4 xã đạt" in shown
    assert 'value="4.000"' in shown


def test_a_predecessor_without_a_figure_is_named(cadre, people):
    for code in ("03700", "03703", "03706"):
        _store(make_report(code, "2024"), people, {WATER: (100, 1000)})

    shown = page(cadre, make_report("03703", "2025"))

    assert "Đơn vị cũ: thiếu số của Xã Chiềng Khoang" in shown


def _store(report, people, figures):
    """Figures as they lie in the store, whoever once typed them."""
    for code, (value, denominator) in figures.items():
        Observation.objects.create(
            unit=report.unit,
            indicator=Indicator.objects.coded(code, report.period.ends_on),
            period=report.period,
            report=report,
            province_id=report.province_id,
            value=value,
            denominator=denominator,
            updated_by=people.cadre,
            through="demo",
        )


# -- Bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "denominator", "said"),
    [
        ("abc", "6504", "“abc” không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5."),
        ("2011", "nhiều", "“nhiều” không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5."),
        ("1620", "1584", "Tử số 1.620 lớn hơn mẫu số 1.584. Kiểm tra lại hai ô."),
        ("0", "0", "Mẫu số (Tổng số hộ) phải lớn hơn 0."),
        ("-5", "6504", "Số không được âm."),
        ("1,234", "6504", "“1,234” đọc được hai cách: 1234 hoặc 1,234. Ghi lại một trong hai số đó."),
        ("12,5", "6504", "“12,5” không phải số nguyên. Chỉ tiêu này không có phần thập phân."),
        (
            "1.2.3",
            "6504",
            "Dấu chấm hoặc dấu phẩy trong “1.2.3” đặt không đúng chỗ. Ghi ví dụ 1.234,5.",
        ),
        ("5-3", "6504", "Dấu trừ trong “5-3” đặt không đúng chỗ."),
        ("1" * 20, "6504", "Số quá lớn: phải nhỏ hơn 1.000.000.000.000.000."),
        ("30,92%", "", "Nhập tử số và mẫu số; tỷ lệ % do hệ thống tính."),
        ("30", "", "Nhập cả tử số và mẫu số (Tổng số hộ); tỷ lệ % do hệ thống tính."),
        ("", "6504", "Còn thiếu tử số (Số hộ dùng nước sạch theo quy chuẩn)."),
    ],
)
def test_bad_input_has_its_own_words(cadre, report, value, denominator, said):
    assert error_of(cadre, report, indicator=WATER, value=value, denominator=denominator) == said


def test_nothing_over_nothing_asks_for_does_not_apply(cadre, report):
    said = error_of(cadre, report, indicator=CRAFT, value="0", denominator="0")

    assert said == "0 trên 0 không phải là 0% hay 100%. Nếu xã không có đối tượng, chọn 'không áp dụng'."


@pytest.mark.parametrize(("code", "text"), [("ntm.xa.2.1", "12.345"), ("ntm.xa.10.1", "36.500")])
def test_dots_that_can_be_read_in_two_ways_name_both(cadre, report, code, text):
    said = error_of(cadre, report, indicator=code, value=text, denominator="20" if "2.1" in code else "")

    whole = text.replace(".", "")
    assert (
        said
        == f"“{text}” đọc được hai cách: {whole} hoặc {text.replace('.', ',')}. Ghi lại một trong hai số đó."
    )


def test_the_good_figures_are_kept_when_others_are_bad(cadre, report):
    told = sent(
        cadre,
        report,
        {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0},
        {"indicator": "ntm.xa.17.11", "value": "9999", "denominator": "6504", "version": 0},
        {"indicator": "ntm.xa.9.1", "value": "không", "version": 0},
        {"indicator": "ntm.xa.99.9", "value": "1", "version": 0},
        {"indicator": "ntm.xa.4.1", "value": "1", "version": 0},
    )

    assert [one["status"] for one in told] == ["saved", "error", "error", "error", "saved"]
    assert figure(report, WATER).value == 2011
    assert told[3]["errors"] == ["Chỉ tiêu này không có trong biểu mẫu của kỳ."]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"items": []}',
        b'{"items": [1]}',
        b'{"items": [{"indicator": 5}]}',
        b'{"items": [{"indicator": "ntm.xa.17.1", "version": "1"}]}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_the_forms_is_refused(cadre, report, body):
    answer = cadre.post(reverse("report_values", args=[report.pk]), body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Không đọc được dữ liệu gửi lên."


# -- Conflicts, frozen reports, other people ---------------------------------------------------------


def test_a_conflict_shows_both_and_changes_nothing(cadre, people, report):
    record(report, people.cadre, [Item(WATER, 2050, 6504)])

    told = sent(
        cadre,
        report,
        {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0},
        {"indicator": "ntm.xa.4.1", "value": "1", "version": 0},
    )

    assert [one["status"] for one in told] == ["conflict", "saved"]
    theirs = told[0]["theirs"]
    assert (theirs["shown"], theirs["value"], theirs["version"], theirs["who"]) == (
        "2.050 trên 6.504 hộ",
        "2.050",
        1,
        "cadre",
    )
    assert figure(report, WATER).value == 2050

    (mine,) = sent(
        cadre,
        report,
        {"indicator": WATER, "value": "2011", "denominator": "6504", "version": theirs["version"]},
    )
    assert (mine["status"], mine["version"]) == ("saved", 2)


def test_a_locked_period_takes_nothing_and_says_so(cadre, report):
    period("2026", state=PeriodState.LOCKED)

    answer = send(cadre, report, {"indicator": WATER, "value": "1", "denominator": "2", "version": 0}).json()

    assert answer["frozen"] == "Năm 2026 đã khóa, không sửa số liệu được."
    assert answer["items"][0]["status"] == "error"
    shown = page(cadre, report)
    assert "Năm 2026 đã khóa" in shown
    assert "Gửi báo cáo</a>" not in shown


def test_a_sent_report_is_read_only(cadre, people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    submit_report(report=report, by=people.cadre, today=TODAY, reason="thiếu")

    shown = page(cadre, report)

    assert "Báo cáo đã gửi, chỉ sửa được khi tỉnh trả lại." in shown
    assert "2.011 trên 6.504 hộ" in shown
    assert "entry-input" not in shown.replace("entry-inputs", "")


def test_another_communes_report_is_not_there(client, people, report):
    client.force_login(people.neighbour)
    client.user = people.neighbour

    assert client.get(reverse("report", args=[report.pk])).status_code == 404
    assert send(client, report, {"indicator": WATER, "value": "1", "denominator": "2"}).status_code == 404
    assert client.get(reverse("report_send", args=[report.pk])).status_code == 404
    assert client.get(reverse("report", args=[999_999])).status_code == 404


def test_a_reader_reads_and_may_not_write(client, people, report):
    client.force_login(people.official)
    client.user = people.official

    assert "nhưng không nhập số liệu" in page(client, report)
    assert send(client, report, {"indicator": WATER, "value": "1", "denominator": "2"}).status_code == 403
    assert client.post(reverse("report", args=[report.pk]), {}).status_code == 403
    assert client.post(reverse("report_send", args=[report.pk]), {}).status_code == 403


def test_what_one_person_typed_is_not_saved_by_another(cadre, people, report):
    item = {"indicator": WATER, "value": "1", "denominator": "2", "version": 0}

    answer = send(cadre, report, item, user=people.neighbour.pk)

    assert (answer.status_code, answer.json()["detail"]) == (401, "Đăng nhập lại để gửi.")
    assert not report.observations.exists()


def test_without_a_login_it_leads_to_the_login(client, report):
    answer = client.post(reverse("report_values", args=[report.pk]), "{}", content_type="application/json")

    assert answer.status_code == 302


# -- What came back ----------------------------------------------------------------------------------


def test_a_returned_criterion_says_who_wants_what(cadre, people, report):
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    submit_report(report=report, by=people.cadre, today=TODAY, reason="thiếu")
    return_report(
        report=report, by=people.reviewer, today=TODAY, comments={17: "17.1 tăng nhiều, kèm minh chứng"}
    )

    shown = page(cadre, report, "?show=returned")

    assert "“17.1 tăng nhiều, kèm minh chứng”" in shown
    assert "<strong>reviewer</strong>" in shown
    assert 'data-show="returned" aria-current="true"' in shown


def test_the_ended_set_and_the_provisional_threshold_are_named(cadre, report):
    shown = page(cadre, report)

    assert "Bộ tiêu chí đã hết giai đoạn" in shown
    income = shown[shown.index('id="ct-10.1"') : shown.index('id="ct-11.1"')]
    assert "cần ≥ 45 triệu đồng/người/năm" in income
    assert ">tạm</a>" in income


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("ct-12.1", "cần nam và nữ mỗi bên ≥ 60%"),
        (
            "ct-5.1",
            "cần trường đạt cơ sở vật chất tối thiểu ≥ 100%; "
            "≥ 70% nếu có trên 3 trường; ≥ 50% nếu có từ 3 trường trở xuống",
        ),
        ("ct-9.1", "cần 0 nhà"),
        ("ct-1.1", "cần có"),
        ("ct-17.4", "cần ≥ 2 m²/người"),
    ],
)
def test_thresholds_are_told_in_words(cadre, report, anchor, words):
    shown = page(cadre, report)
    row = shown[shown.index(f'id="{anchor}"') :]

    assert words in row[: row.index("entry-state")]


def test_a_form_without_criteria_is_one_section(cadre):
    base = make_report("03703", "2026", form="base")

    (told,) = sent(cadre, base, {"indicator": "base.households", "value": "6504", "version": 0})

    assert told["status"] == "saved"
    shown = page(cadre, base)
    assert "đã nhập 1/5" in shown
    assert "chưa đạt" not in shown[shown.index("<form class") : shown.index("<template")].lower()


def test_the_base_of_the_year_stands_in_the_denominator(cadre, report):
    base = make_report("03703", "2026", form="base")
    sent(cadre, base, {"indicator": "base.households", "value": "6504", "version": 0})

    shown = page(cadre, report)

    assert f'name="{WATER}:d" value="6.504"' in shown


def test_the_number_of_queries_does_not_grow(cadre, people, report, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        page(cadre, report)
    codes = [f"ntm.xa.17.{n}" for n in (1, 8, 11)]
    record(report, people.cadre, [Item(code, 2000, 6504) for code in codes])
    with django_assert_max_num_queries(16):
        page(cadre, report)


def test_saving_one_figure_takes_a_bounded_number_of_queries(cadre, report, django_assert_max_num_queries):
    sent(cadre, report, {"indicator": "ntm.xa.4.1", "value": "1", "version": 0})

    with django_assert_max_num_queries(20):
        sent(cadre, report, {"indicator": WATER, "value": "2011", "denominator": "6504", "version": 0})
