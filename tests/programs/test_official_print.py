"""The official table of a report on paper: one layout live and frozen, as page, PDF and workbook."""

import builtins
import io
import re
import sys
import zlib
from contextlib import suppress
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from programs.actions import Item, Signing, accept_report, submit_report
from programs.models import IndicatorKind, Report
from programs.queries.structure import structure_of
from tests.support import TODAY, make_people, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
SIGNED = Signing(document="123/BC-UBND", signed_on=TODAY, signatory="Lò Văn Quý")
DEMO = "DỮ LIỆU MINH HỌA, KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC"


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    monkeypatch.setattr("programs.views.printing.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def client(people) -> Client:
    client = Client()
    client.force_login(people.official)
    return client


@pytest.fixture
def report(people) -> Report:
    """Water, a yes/no, money, and craft villages that the commune has none of."""
    when = period("2026")
    when.data_to = date(2026, 11, 14)
    when.save()
    made = make_report("03703", "2026")
    craft = Item("ntm.xa.13.4", not_applicable=True, note="xã không có làng nghề")
    items = [Item("ntm.xa.1.1", 1), Item(WATER, 2011, 6504), Item("ntm.xa.10.1", 36_500_000), craft]
    record(made, people.cadre, [one for one in items if one.indicator in codes(made)])
    return made


def codes(report: Report) -> set[str]:
    return set(structure_of(report.form, report.period).by_code)


def fill_thirteen(report: Report, people, *codes: str) -> None:
    record(report, people.cadre, [Item(f"ntm.xa.13.{number}", 1) for number in codes])


def page_of(client: Client, report: Report) -> str:
    answer = client.get(f"/reports/{report.pk}/print/")
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(client: Client, report: Report, query: str = "") -> list[list]:
    answer = client.get(f"/reports/{report.pk}/print.xlsx{query}")
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def line_of(rows: list[list], number: str) -> list:
    return next(row for row in rows if str(row[0]) == number)


def test_the_sheet_has_what_an_official_table_has(client, report):
    page = page_of(client, report)
    for words in (
        "ỦY BAN NHÂN DÂN XÃ QUỲNH NHAI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Đơn vị tính",
        "Năm 2026",
        "Đang nhập; 3/56 chỉ tiêu, 1 không áp dụng",
        "làm tròn 2 chữ số; kết luận đạt/chưa đạt tính trên số chưa làm tròn",
        "NGƯỜI LẬP BIỂU",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "30,92%",
        "2.011",
        "6.504",
        "Không áp dụng: xã không có làng nghề",
        "chưa phải bản chính thức",
    ):
        assert words in page, words


def test_it_is_vietnamese_whatever_the_readers_language(client, report):
    client.cookies["django_language"] = "en"
    sheet = page_of(client, report).split("<article")[1].split("</article>")[0]
    assert "Tiêu chí, chỉ tiêu" in sheet
    assert "Chưa đủ số liệu" in sheet
    assert report.form.name in sheet


def test_a_sent_report_names_its_paper_and_a_remark_is_no_verdict(client, report, people):
    submit_report(report=report, by=people.cadre, today=TODAY, reason="chờ", signing=SIGNED)
    report.refresh_from_db()
    accept_report(
        report=report,
        by=people.reviewer,
        today=TODAY,
        criteria=[17],
        comments={17: "còn 3 bản xa"},
        nearly=[17],
    )
    page = page_of(client, report)
    assert "số 123/BC-UBND; 3/56 chỉ tiêu, 1 không áp dụng" in page
    assert "Gửi khi chưa đủ vì: chờ" in page
    assert "Tiêu chí 17: cơ bản đạt; còn 3 bản xa" in page
    assert "Lò Văn Quý" in page
    criterion = page.split("Môi trường")[1].split("</tr>")[0]
    assert "Chưa đủ số liệu" in criterion


def test_not_applicable_leaves_the_counts(client, report, people):
    """Case 6: 13.1, 13.2, 13.3, 13.5 met and 13.4 not applicable: met, 4/4 of those that apply."""
    fill_thirteen(report, people, "1", "2", "3", "5")
    page = page_of(client, report)
    assert "4/4 chỉ tiêu áp dụng" in page
    line = line_of(rows_of(client, report), "13")
    assert line[6:8] == ["4/4 chỉ tiêu áp dụng", "Đạt"]
    assert line_of(rows_of(client, report), "13.4")[6:] == [
        "không áp dụng",
        "Không áp dụng",
        "Không áp dụng: xã không có làng nghề",
    ]


def test_three_of_four_is_not_met(client, report, people):
    record(report, people.cadre, [Item("ntm.xa.13.3", 0)])
    fill_thirteen(report, people, "1", "2", "5")
    assert line_of(rows_of(client, report), "13")[6:8] == ["3/4 chỉ tiêu áp dụng", "Chưa đạt"]


def test_a_full_report_with_one_that_does_not_apply_is_complete(client, people):
    """Case 6: '56/56, 1 không áp dụng'."""
    report = make_report("03703", "2026")
    structure = structure_of(report.form, report.period)
    items = []
    for row in structure:
        if row.indicator.code == "ntm.xa.13.4":
            items.append(Item(row.indicator.code, not_applicable=True, note="xã không có làng nghề"))
            continue
        items += [Item(one.code, 1, 1 if one.is_ratio else None) for one in row.typed]
    record(report, people.cadre, items)
    assert "56/56 chỉ tiêu, 1 không áp dụng" in page_of(client, report)


def test_a_criterion_of_which_nothing_applies_leaves_the_set(client, people):
    """'18/18 tiêu chí áp dụng' where a criterion does not apply as a whole; said of the stored content."""
    from programs.queries.official import OfficialReport, Paper, live_sheet

    sheet = live_sheet(make_report("03703", "2026"))
    result = {"met": 18, "not_met": 0, "unknown": 0, "not_applicable": 1, "provisional": False, "verdict": 1}
    content = {**sheet.content, "result": result}
    words = OfficialReport(content, Paper("Đã gửi 24/11/2026")).result_words
    assert words == "Đạt 18/18 tiêu chí áp dụng, 1 tiêu chí không áp dụng"


def test_the_workbook_has_the_papers_figures_as_numbers(client, report):
    rows = rows_of(client, report)
    water = line_of(rows, "17.1")
    assert water[2] == "% (hộ)"
    assert water[4:7] == [2011.0, 6504.0, 0.3092]
    assert water[7] == "Đạt"
    yes = line_of(rows, "1.1")
    assert yes[4:7] == ["x", "x", "Có"]
    missing = line_of(rows, "17.4")
    assert "—" in missing[4:7]


def test_money_stands_on_the_scale_it_is_typed_in(client, report):
    structure = structure_of(report.form, report.period)
    income = next(row for row in structure if row.indicator.kind == IndicatorKind.MONEY)
    line = line_of(rows_of(client, report), income.number)
    assert line[6] == 36.5
    assert line[2].startswith("triệu")


def test_what_a_spreadsheet_would_compute_is_only_text(client, people):
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item(WATER, 2011, 6504, note="=HYPERLINK(A1)")])
    assert line_of(rows_of(client, report), "17.1")[8] == "'=HYPERLINK(A1)"


def test_a_demo_says_so_on_page_and_workbook(client, report, settings):
    assert DEMO not in page_of(client, report)
    settings.SONLA_DEMO = True
    assert DEMO in page_of(client, report)
    assert rows_of(client, report)[0][0] == DEMO


def test_the_pdf_is_made_of_the_same_page(client, report):
    answer = client.get(f"/reports/{report.pk}/print.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="bao-cao-03703-2026.pdf"' in answer["Content-Disposition"]
    assert b"+Be-Vietnam-Pro" in inside(answer.content)


def inside(pdf: bytes) -> bytes:
    """What the streams of a PDF hold, those that are compressed opened."""
    opened = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            opened.append(zlib.decompress(stream))
    return b"\n".join(opened)


def test_without_pango_the_page_says_what_to_do(client, report, monkeypatch):
    """Everything else is there: the library is asked for only when a PDF is."""
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    for name in [one for one in sys.modules if one.startswith("weasyprint")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    answer = client.get(f"/reports/{report.pk}/print.pdf")
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "libpango-1.0-0" in page
    assert f"/reports/{report.pk}/print/" in page
    assert client.get(f"/reports/{report.pk}/print.xlsx").status_code == 200


def test_a_form_without_criteria_is_printed_too(client, people):
    report = make_report("03703", "2026", "base")
    page = page_of(client, report)
    assert report.form.name in page
    assert "official-plain" in page
    assert client.get(f"/reports/{report.pk}/print.pdf").status_code == 200
    assert client.get(f"/reports/{report.pk}/print.xlsx").status_code == 200


def test_the_page_costs_the_same_whatever_is_in_it(client, report, people, django_assert_max_num_queries):
    page_of(client, report)
    with django_assert_max_num_queries(20) as few:
        page_of(client, report)
    fill_thirteen(report, people, "1", "2", "3", "5")
    with django_assert_max_num_queries(len(few.captured_queries)):
        page_of(client, report)
