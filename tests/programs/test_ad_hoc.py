"""An ad-hoc form: made at nine, answered by four, exported; by whom, to whom, and what is refused."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from communes.actions import issue_token
from communes.models import Role, Unit
from programs.actions import Item, return_report, submit_report
from programs.actions.ad_hoc import Column, Draft, check_ad_hoc, create_ad_hoc, set_ad_hoc_state
from programs.models import (
    Assignment,
    FigureState,
    Indicator,
    Period,
    PeriodState,
    Report,
    ReportForm,
    ReportState,
)
from programs.queries.ad_hoc import ad_hoc_table, askable_units, groups_of
from programs.queries.totals import rollup
from tests.support import TODAY, make_member, make_people, make_user, record, unit

pytestmark = pytest.mark.django_db

COLUMNS = (
    Column("Số nhà bị tốc mái", "number", "nhà"),
    Column("Diện tích lúa thiệt hại", "decimal", "ha"),
    Column("Ước thiệt hại", "money"),
    Column("Hộ đã được hỗ trợ", "percent", "hộ"),
    Column("Có người bị thương", "boolean"),
)


def clock(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


NINE, NOON, LATE = clock(9), clock(12), clock(16, 5)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def now(monkeypatch):
    """The clock of the pages; a test may move it."""
    held = {"at": NINE}
    monkeypatch.setattr("programs.views.ad_hoc.now", lambda: held["at"])
    for view in ("entry", "home"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: held["at"].date())
    return held


@pytest.fixture
def communes() -> list[Unit]:
    return [unit(code) for code in ("03703", "03688", "03694")]


@pytest.fixture
def draft(communes) -> Draft:
    return Draft(
        name="Thiệt hại do mưa đá",
        note="Tính đến 9 giờ sáng nay.",
        columns=COLUMNS,
        units=[one.pk for one in communes],
        day=TODAY,
        hour=time(16),
    )


@pytest.fixture
def form(people, draft) -> ReportForm:
    return create_ad_hoc(draft=draft, by=people.reviewer, at=NINE)


def report_of(form: ReportForm, code: str) -> Report:
    return Report.objects.select_related("form", "period", "unit").get(form=form, unit=unit(code))


def codes(form: ReportForm) -> list[str]:
    return [one.indicator.code for one in form.fields.order_by("order")]


def answer(form, code, by, values, at) -> Report:
    """A commune fills in all columns and sends at that moment."""
    report = report_of(form, code)
    roofs, rice, loss, helped, hurt = codes(form)
    items = [
        Item(roofs, values[0]),
        Item(rice, values[1]),
        Item(loss, values[2]),
        Item(helped, *values[3]),
        Item(hurt, values[4]),
    ]
    record(report, by, items, at.date())
    return submit_report(report=report, by=by, today=at.date(), at=at)


@pytest.fixture
def answered(form, people) -> ReportForm:
    """Quỳnh Nhai in time, Mường Chiên five minutes after four, the third not at all."""
    answer(form, "03703", people.cadre, (12, 350, 36_500_000, (3, 12), 1), NOON)
    answer(form, "03688", people.neighbour, (8, 125, 1_250_500_000, (2, 9), 0), LATE)
    return form


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def refused(draft: Draft, by, at: datetime = NINE) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        create_ad_hoc(draft=draft, by=by, at=at)
    assert not ReportForm.objects.filter(is_ad_hoc=True).exists()
    return caught.value.message_dict


# -- The story ---------------------------------------------------------------------------------------


def test_a_form_is_made_whole_and_open_at_once(form, communes) -> None:
    period = Period.objects.get(assignments__form=form)
    assert (form.code, period.code, period.state) == ("adhoc.1", "DX-2026-11-24-1", PeriodState.OPEN)
    assert (period.starts_on, period.ends_on, period.opens_on) == (TODAY, TODAY, TODAY)
    assert (period.deadline, period.deadline_time) == (TODAY, time(16))
    assert codes(form) == [f"adhoc.1.{number}" for number in range(1, 6)]
    shapes = Indicator.objects.filter(code__startswith="adhoc.1.").order_by("code")
    assert [(one.kind, one.over_units, one.unit) for one in shapes] == [
        ("number", "sum", "nhà"),
        ("number", "sum", "ha"),
        ("money", "sum", "đồng"),
        ("percent", "ratio", "hộ"),
        ("boolean", "count_true", ""),
    ]
    assert set(Assignment.objects.get(form=form).units.all()) == set(communes)
    reports = Report.objects.filter(form=form)
    assert {one.unit for one in reports} == set(communes)
    assert all(one.accepts_writing(TODAY) and one.events.count() == 1 for one in reports)


def test_the_commune_sees_it_at_once_with_its_hour_and_fills_it_in(form, people, now) -> None:
    cadre, report = signed_in(people.cadre), report_of(form, "03703")

    home = cadre.get("/").content.decode()
    assert "Thiệt hại do mưa đá đột xuất ngày 24/11/2026" in home
    assert "Đã nhập 0/5 chỉ tiêu · hạn 16:00 hôm nay" in home

    page = cadre.get(f"/reports/{report.pk}/").content.decode()
    assert "Số nhà bị tốc mái" in page
    assert "Diện tích lúa thiệt hại" in page
    assert "hạn gửi 24/11/2026, 16:00" in page
    assert "Tính đến 9 giờ sáng nay." in page
    assert "Chưa có số kỳ trước" not in page
    roofs, _rice, loss, helped, hurt = codes(form)
    items = [
        {"indicator": roofs, "value": "12", "version": 0},
        {"indicator": loss, "value": "36,5", "version": 0},
        {"indicator": helped, "numerator": "3", "denominator": "12", "version": 0},
        {"indicator": hurt, "value": "1", "version": 0},
    ]
    body = {"user": people.cadre.pk, "items": items}
    saved = cadre.post(f"/reports/{report.pk}/values/", body, content_type="application/json").json()
    assert {one["status"] for one in saved["items"]} == {"saved"}

    cadre.post(f"/reports/{report.pk}/send/", {"reason": "Chưa đo xong diện tích"})
    report.refresh_from_db()
    assert report.state == ReportState.SENT


def test_the_table_adds_up_and_marks_who_is_late(answered, people) -> None:
    table = ad_hoc_table(answered, people.reviewer, LATE, FigureState.SUBMITTED)

    assert (table.sent, table.expected, table.late) == (2, 3, 1)
    rows = {row.unit.code: row for row in table.rows}
    assert [cell.main for cell in rows["03703"].cells] == ["12", "3,5", "36,5", "25,00%", "Có"]
    assert rows["03703"].cells[3].detail == "3/12"
    assert [cell.main for cell in rows["03694"].cells] == ["—"] * 5
    assert [cell.main for cell in table.totals] == ["20", "4,75", "1.287", "23,81%", "1 có"]
    assert [cell.detail for cell in table.totals] == ["2/3", "2/3", "2/3", "5/21 · 2/3", "2/3"]
    assert {code: row.is_late for code, row in rows.items()} == {
        "03703": False,
        "03688": True,
        "03694": True,
    }
    names = [unit("03694").name]
    assert table.reminder == (
        f"Còn 1 {table.word} chưa gửi “Thiệt hại do mưa đá” "
        f"(hạn 16:00 ngày 24/11/2026, đã quá 5 phút): {names[0]}."
    )


def test_nobody_is_late_before_the_hour(form, people) -> None:
    table = ad_hoc_table(form, people.reviewer, clock(15, 59), FigureState.ENTERED)

    assert [row.is_late for row in table.rows] == [False] * 3
    assert [cell.main for cell in table.totals] == ["—"] * 5
    assert [cell.detail for cell in table.totals] == ["0/3"] * 5


def test_figures_that_are_not_sent_show_when_asked_for(form, people) -> None:
    record(report_of(form, "03703"), people.cadre, [Item(codes(form)[0], 7)])

    sent = ad_hoc_table(form, people.reviewer, NOON, FigureState.SUBMITTED)
    entered = ad_hoc_table(form, people.reviewer, NOON, FigureState.ENTERED)

    assert (sent.totals[0].main, entered.totals[0].main) == ("—", "7")


def test_what_was_returned_counts_as_not_sent(answered, people) -> None:
    return_report(report=report_of(answered, "03703"), by=people.reviewer, today=TODAY, comment="Xem lại")

    table = ad_hoc_table(answered, people.reviewer, LATE, FigureState.SUBMITTED)

    assert table.sent == 1
    assert unit("03703").name in table.reminder


def test_the_totals_are_those_of_every_other_page(answered, people) -> None:
    table = ad_hoc_table(answered, people.reviewer, LATE, FigureState.SUBMITTED)
    totals = []
    for code in codes(answered):
        found = rollup(
            indicator=code,
            unit=unit("14"),
            today=TODAY,
            period=table.period,
            state=FigureState.SUBMITTED,
        ).rows[0]
        totals.append((found.value, found.reported_units, found.expected_units))

    assert totals == [
        ("20", 2, 3),
        ("4.75", 2, 3),
        ("1287000000", 2, 3),
        ("23.81", 2, 3),
        ("1", 2, 3),
    ]


def test_the_api_answers_for_the_columns(answered, people, now) -> None:
    _token, secret = issue_token(user=people.system)
    question = {"indicator": "adhoc.1.1", "unit": "14", "period": "DX-2026-11-24-1", "state": "submitted"}

    found = Client(headers={"Authorization": f"Token {secret}"}).get("/api/v1/rollup/", question)

    assert found.status_code == 200
    row = found.json()["rows"][0]
    assert (row["value"], row["reported_units"], row["expected_units"]) == ("20", 2, 3)


# -- Pages and files ---------------------------------------------------------------------------------


def test_the_page_says_how_far_it_is_who_is_late_and_what_to_paste(answered, people, now) -> None:
    now["at"] = LATE
    html = signed_in(people.reviewer).get(f"/ad-hoc/{answered.pk}/").content.decode()

    assert "2/3 xã đã gửi" in html
    assert "hạn 16:00 hôm nay" in html
    assert "1 gửi muộn" in html
    assert "Tính đến 9 giờ sáng nay." in html
    assert "reviewer" in html
    assert "Còn 1 xã chưa gửi" in html
    assert f"{unit('03694').name}.</textarea>" in html
    assert "Đóng biểu" in html

    listed = signed_in(people.reviewer).get("/ad-hoc/").content.decode()
    assert "Thiệt hại do mưa đá" in listed
    assert "<b>2/3</b>" in listed
    assert "16:00 hôm nay" in listed


def test_a_reader_sees_the_table_without_its_buttons(answered, people, now) -> None:
    html = signed_in(people.official).get(f"/ad-hoc/{answered.pk}/").content.decode()

    assert "2/3 xã đã gửi" in html
    assert 'name="state" value="closed"' not in html
    assert "Tạo biểu" not in signed_in(people.official).get("/ad-hoc/").content.decode()


def test_a_commune_sees_its_own_line_only(answered, people, now) -> None:
    html = signed_in(people.cadre).get(f"/ad-hoc/{answered.pk}/").content.decode()

    assert "1/1 xã đã gửi" in html
    assert unit("03703").name in html
    assert unit("03688").name not in html


def test_the_file_holds_plain_numbers_and_the_total(answered, people, now) -> None:
    answer = signed_in(people.reviewer).get(f"/ad-hoc/{answered.pk}/table.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="DX-2026-11-24-1-submitted.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert lines[0][:8] == [
        "Mã",
        "Đơn vị",
        "Số nhà bị tốc mái (nhà)",
        "Diện tích lúa thiệt hại (ha)",
        "Ước thiệt hại (triệu đồng)",
        "Hộ đã được hỗ trợ: tử số (hộ)",
        "Hộ đã được hỗ trợ: mẫu số (hộ)",
        "Hộ đã được hỗ trợ (%)",
    ]
    by_code = {line[0]: line for line in lines[1:]}
    assert by_code["03703"][2:9] == ["12", "3.5", "36.5", "3", "12", "25.00", "Có"]
    assert by_code["03703"][9:] == ["đã gửi", "2026-11-24 12:00", "đúng hạn"]
    assert by_code["03688"][-1] == "muộn"
    assert by_code["03694"][2:9] == ["—"] * 7
    assert by_code[""][1:9] == ["Cộng", "20", "4.75", "1287", "5", "21", "23.81", "1"]


def test_the_workbook_holds_numbers_and_a_heading(answered, people, now) -> None:
    answer = signed_in(people.reviewer).get(f"/ad-hoc/{answered.pk}/table.xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Thiệt hại do mưa đá"
    assert "hạn 16:00 24/11/2026" in rows[1][0]
    assert "Đã gửi 2/3 xã" in rows[2][0]
    total = rows[-1]
    assert total[1:9] == ["Cộng", 20, 4.75, 1287, 5, 21, 23.81, 1]


def test_a_label_that_a_spreadsheet_would_compute_is_made_plain(people, draft, now) -> None:
    form = create_ad_hoc(
        draft=replace(draft, name="=1+1", columns=[Column("=HYPERLINK(A1)")]), by=people.reviewer, at=NINE
    )
    client = signed_in(people.reviewer)

    text = client.get(f"/ad-hoc/{form.pk}/table.csv").content.decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/ad-hoc/{form.pk}/table.xlsx").content))

    assert "'=HYPERLINK(A1)" in text
    assert book.get_sheet_by_index(0).to_python()[0][0] == "'=1+1"


@pytest.mark.parametrize("path", ["", "table.csv", "table.xlsx"])
def test_a_misspelt_question_is_no_whole_table(form, people, now, path) -> None:
    client = signed_in(people.reviewer)

    assert client.get(f"/ad-hoc/{form.pk}/{path}?stat=entered").status_code == 400
    assert client.get(f"/ad-hoc/{form.pk}/{path}?state=all").status_code == 400


# -- Making one on the page --------------------------------------------------------------------------

WRITTEN = {
    "name": "Thiệt hại do mưa đá",
    "note": "",
    "label-1": "Số nhà bị tốc mái",
    "kind-1": "number",
    "unit-1": "nhà",
    "label-7": "Ước thiệt hại",
    "kind-7": "money",
    "day": "2026-11-24",
    "hour": "16:00",
}


def test_first_whom_it_goes_to_then_it_goes(people, now) -> None:
    client = signed_in(people.reviewer)
    page = client.get("/ad-hoc/new/").content.decode()
    assert "Tất cả 67 xã<" in page
    assert "Tất cả 75 xã, phường" in page
    assert "địa bàn" in page

    preview = client.post("/ad-hoc/new/", {**WRITTEN, "who": "communes", "step": "preview"})
    html = preview.content.decode()
    assert "Gửi tới 67 xã" in html
    assert "hạn 16:00 hôm nay" in html
    assert not ReportForm.objects.filter(is_ad_hoc=True).exists()

    kept: dict[str, object] = {}
    for name, value in preview.context["kept"]:
        kept.setdefault(name, []).append(value)
    made = client.post("/ad-hoc/new/", {**kept, "step": "create"}, follow=True)
    form = ReportForm.objects.get(is_ad_hoc=True)
    assert made.redirect_chain == [(f"/ad-hoc/{form.pk}/", 302)]
    assert "0/67 xã đã gửi" in made.content.decode()
    assert list(form.fields.values_list("indicator__name", flat=True)) == [
        "Số nhà bị tốc mái",
        "Ước thiệt hại",
    ]

    # A second press of the button makes no second form.
    again = client.post("/ad-hoc/new/", {**kept, "step": "create"})
    assert again["Location"] == f"/ad-hoc/{form.pk}/"
    assert ReportForm.objects.filter(is_ad_hoc=True).count() == 1


def test_a_district_counts_for_its_communes_and_single_ones_are_added(people, now) -> None:
    groups = groups_of(askable_units(people.reviewer, TODAY), TODAY)
    first, second = groups[0], groups[1]
    asked = {
        **WRITTEN,
        "who": "chosen",
        "district": first.district.pk,
        "unit": second.communes[0].pk,
        "step": "preview",
    }

    preview = signed_in(people.reviewer).post("/ad-hoc/new/", asked)

    assert set(preview.context["units"]) == {*first.communes, second.communes[0]}


def test_towns_are_among_all_and_said(people, now) -> None:
    preview = signed_in(people.reviewer).post("/ad-hoc/new/", {**WRITTEN, "who": "all"})

    assert "Gửi tới 75 xã, phường" in preview.content.decode()


def test_back_from_the_preview_nothing_is_lost(people, now, communes) -> None:
    sent = {**WRITTEN, "who": "chosen", "unit": communes[0].pk, "step": "edit"}
    html = signed_in(people.reviewer).post("/ad-hoc/new/", sent).content.decode()

    assert 'value="Số nhà bị tốc mái"' in html
    assert 'value="Ước thiệt hại"' in html
    assert f'value="{communes[0].pk}" checked' in html


def test_what_is_wrong_is_said_where_it_is_and_nothing_is_lost(people, now) -> None:
    sent = {**WRITTEN, "name": "", "label-2": "số nhà BỊ tốc mái", "hour": "08:30", "step": "create"}

    answer = signed_in(people.reviewer).post("/ad-hoc/new/", sent)

    html = answer.content.decode()
    assert answer.status_code == 400
    assert "Ghi tên biểu" in html
    assert html.count("Có hai cột cùng tên") == 2
    assert "Giờ hạn gửi đã qua." in html
    assert "Chọn ít nhất một xã." in html
    assert 'value="số nhà BỊ tốc mái"' in html
    assert not ReportForm.objects.filter(is_ad_hoc=True).exists()


def test_a_day_off_is_told_before_it_is_sent(people, now) -> None:
    sent = {**WRITTEN, "day": "2026-11-28", "who": "communes"}

    html = signed_in(people.reviewer).post("/ad-hoc/new/", sent).content.decode()

    assert "Ngày 28/11/2026 là ngày nghỉ" in html
    assert "16:00 ngày 30/11/2026" in html


@pytest.mark.parametrize("text", ["16h", "16h00", "16:00", "16:00:30"])
def test_the_hour_as_people_write_it(people, now, text) -> None:
    sent = {**WRITTEN, "who": "communes", "hour": text, "day": "24/11/2026"}

    assert "hạn 16:00 hôm nay" in signed_in(people.reviewer).post("/ad-hoc/new/", sent).content.decode()


@pytest.mark.parametrize("day", ["", "mai", "2026-02-31", "99999-01-01", "31/2/2026"])
def test_no_day_is_no_deadline(people, now, day) -> None:
    answer = signed_in(people.reviewer).post("/ad-hoc/new/", {**WRITTEN, "who": "all", "day": day})

    assert answer.status_code == 400
    assert "Chọn ngày hạn gửi." in answer.content.decode()


# -- What is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"note": "x" * 501}, "note"),
        ({"columns": ()}, "columns"),
        ({"columns": [Column(f"Cột {number}") for number in range(13)]}, "columns"),
        ({"columns": [Column("Số nhà"), Column(" số  NHÀ ")]}, "column-1"),
        ({"columns": [Column("", unit="nhà")]}, "column-0"),
        ({"columns": [Column("Ghi chú", "text")]}, "column-0"),
        ({"columns": [Column("Số nhà", unit="x" * 41)]}, "column-0"),
        ({"units": ()}, "units"),
        ({"units": [999_999_999]}, "units"),
        ({"day": None}, "day"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
        ({"day": date(9999, 12, 31)}, "day"),
        ({"hour": None}, "hour"),
        ({"hour": time(9)}, "hour"),
    ],
)
def test_each_wrong_field_is_named_and_nothing_is_made(people, draft, change, field) -> None:
    assert field in refused(replace(draft, **change), people.reviewer)


def test_communes_out_of_ones_reach_are_refused(people, draft) -> None:
    ended = unit("03703", date(2024, 6, 30))

    assert "units" in refused(replace(draft, units=[*draft.units, ended.pk]), people.reviewer)
    assert "units" in refused(replace(draft, units=[unit("14").pk]), people.reviewer)


def test_one_name_twice_a_day_needs_another_name(people, draft, form) -> None:
    other = replace(draft, columns=COLUMNS[:2])
    with pytest.raises(ValidationError) as caught:
        create_ad_hoc(draft=other, by=people.reviewer, at=NOON)
    assert "name" in caught.value.message_dict

    second = create_ad_hoc(draft=replace(other, name="Mưa đá, đợt chiều"), by=people.reviewer, at=NOON)
    period = Period.objects.get(assignments__form=second)
    assert (second.code, period.code) == ("adhoc.2", "DX-2026-11-24-2")
    assert period.title == "Đột xuất ngày 24/11/2026 (2)"
    tomorrow = create_ad_hoc(
        draft=replace(other, day=TODAY + timedelta(days=1)),
        by=people.reviewer,
        at=clock(9, day=TODAY + timedelta(days=1)),
    )
    assert Period.objects.get(assignments__form=tomorrow).code == "DX-2026-11-25-1"


# -- Who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cadre", "neighbour", "predecessor", "official", "system"])
def test_only_who_reviews_or_administers_from_above_asks(people, draft, now, name) -> None:
    person = getattr(people, name)
    for call in (check_ad_hoc, create_ad_hoc):
        with pytest.raises(PermissionDenied):
            call(draft=draft, by=person, at=NINE)

    client = signed_in(person)
    assert client.get("/ad-hoc/new/").status_code == 403
    assert client.post("/ad-hoc/new/", {**WRITTEN, "who": "all", "step": "create"}).status_code == 403
    assert not ReportForm.objects.filter(is_ad_hoc=True).exists()


def test_strangers_are_led_to_the_login_page() -> None:
    for path in ("/ad-hoc/", "/ad-hoc/new/", "/ad-hoc/1/", "/ad-hoc/1/table.csv"):
        assert Client().get(path)["Location"].startswith("/dang-nhap/")


def test_an_administrator_of_a_commune_asks_nobody_one_of_the_province_all(draft) -> None:
    own = make_member("own", unit("03703"), Role.ADMINISTRATOR)
    above = make_member("above", unit("14"), Role.ADMINISTRATOR)

    assert not askable_units(own, TODAY).exists()
    assert askable_units(above, TODAY).count() == 75
    assert create_ad_hoc(draft=draft, by=above, at=NINE).is_ad_hoc


def test_a_superuser_asks_all_and_a_deactivated_one_nobody() -> None:
    root = make_user("root", is_superuser=True)
    assert askable_units(root, TODAY).count() == 75
    root.is_active = False
    assert not askable_units(root, TODAY).exists()


def test_who_reads_none_of_the_communes_finds_nothing(people, draft, now) -> None:
    only = replace(draft, units=[unit("03703").pk])
    form = create_ad_hoc(draft=only, by=people.reviewer, at=NINE)
    client = signed_in(people.neighbour)

    for path in ("", "table.csv", "table.xlsx"):
        assert client.get(f"/ad-hoc/{form.pk}/{path}").status_code == 404
    assert client.post(f"/ad-hoc/{form.pk}/state/", {"state": "closed"}).status_code == 404
    assert "Thiệt hại" not in client.get("/ad-hoc/").content.decode()


# -- Closing -----------------------------------------------------------------------------------------


def test_a_closed_form_takes_nothing_more_and_may_be_opened_again(answered, people, now) -> None:
    client, unsent = signed_in(people.reviewer), report_of(answered, "03694")

    html = client.post(f"/ad-hoc/{answered.pk}/state/", {"state": "closed"}, follow=True).content.decode()
    assert "Đã đóng biểu" in html
    assert "Mở lại" in html
    assert not Report.objects.get(pk=unsent.pk).accepts_writing(TODAY)

    client.post(f"/ad-hoc/{answered.pk}/state/", {"state": "open"})
    assert Report.objects.get(pk=unsent.pk).accepts_writing(TODAY)


def test_only_who_reviews_all_of_them_closes_it(form, people, now) -> None:
    own = make_member("own", unit("03703"), Role.REVIEWER)
    for person in (people.cadre, people.official, own):
        answer = signed_in(person).post(f"/ad-hoc/{form.pk}/state/", {"state": "closed"})
        assert answer.status_code == 403
    assert Period.objects.get(assignments__form=form).state == PeriodState.OPEN


def test_it_is_neither_locked_nor_unlocked_here(form, people) -> None:
    for state in (PeriodState.LOCKED, "", "x"):
        with pytest.raises(ValidationError):
            set_ad_hoc_state(form=form, state=state, by=people.reviewer, today=TODAY)
    Period.objects.filter(assignments__form=form).update(state=PeriodState.LOCKED)
    with pytest.raises(ValidationError) as caught:
        set_ad_hoc_state(form=form, state=PeriodState.OPEN, by=people.reviewer, today=TODAY)
    assert caught.value.code == "frozen"


# -- What it costs -----------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_few_communes_and_for_all(people, draft, now) -> None:
    def cost(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    client = signed_in(people.reviewer)
    few = create_ad_hoc(draft=draft, by=people.reviewer, at=NINE)
    before = [cost("/ad-hoc/"), cost(f"/ad-hoc/{few.pk}/"), cost(f"/ad-hoc/{few.pk}/table.csv")]
    everybody = [one.pk for one in askable_units(people.reviewer, TODAY)]
    columns = [Column(f"Cột {number}") for number in range(1, 13)]
    big = replace(draft, name="Tất cả", units=everybody, columns=columns)
    many = create_ad_hoc(draft=big, by=people.reviewer, at=NINE)
    after = [cost("/ad-hoc/"), cost(f"/ad-hoc/{many.pk}/"), cost(f"/ad-hoc/{many.pk}/table.csv")]

    assert after == before
    assert max(after) <= 16


def test_making_one_costs_the_same_for_few_communes_and_for_all(people, draft) -> None:
    def cost(draft: Draft) -> int:
        with CaptureQueriesContext(connection) as captured:
            create_ad_hoc(draft=draft, by=people.reviewer, at=NINE)
        return len(captured)

    few = cost(draft)
    everybody = [one.pk for one in askable_units(people.reviewer, TODAY)]
    assert cost(replace(draft, name="Tất cả", units=everybody)) <= few
