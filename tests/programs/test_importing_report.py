"""A cadre downloads the commune's report as a workbook, fills it in and sends it back."""

from datetime import date

import pytest
from django.test import Client

from programs.actions import Item
from programs.models import ImportJob, ImportRow, ImportState, ObservationChange, Period, Report, RowVerdict
from tests.paper import compound, png
from tests.support import TODAY, People, figure, make_people, make_report, record
from tests.workbooks import column_of, edited, filled, line_of, opened, sent, with_part

pytestmark = pytest.mark.django_db

WATER, YES, CRAFT = "ntm.xa.17.1", "ntm.xa.1.1", "ntm.xa.13.4"


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("imports", "workbooks"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def report(people: People) -> Report:
    report = make_report("03703", "2026")
    record(report, people.cadre, [Item(YES, 1), Item(WATER, 1751, 6504)])
    return report


@pytest.fixture
def cadre(people: People, client: Client) -> Client:
    client.force_login(people.cadre)
    return client


def downloaded(client: Client, report: Report) -> bytes:
    response = client.get(f"/reports/{report.pk}/workbook/")
    assert response.status_code == 200
    return response.content


def upload(client: Client, report: Report, content: bytes) -> ImportJob:
    response = client.post(f"/reports/{report.pk}/import/", {"file": sent(content)})
    assert response.status_code == 302, response.content.decode()
    return ImportJob.objects.latest("pk")


def apply(client: Client, job: ImportJob) -> ImportJob:
    page = client.get(f"/imports/{job.pk}/").context["page"]
    client.post(f"/imports/{job.pk}/", {"do": "apply", "reading": page.reading})
    job.refresh_from_db()
    return job


def row_of(job: ImportJob, number: str) -> ImportRow:
    return job.rows.get(key__startswith=f"{number} ")


def test_a_filled_workbook_is_looked_at_then_applied(cadre: Client, report: Report) -> None:
    content = filled(
        downloaded(cadre, report),
        **{
            WATER: {"value": 2011},
            "ntm.xa.1.2": {"value": "Có"},
            CRAFT: {"absent": "không áp dụng", "note": "xã không có làng nghề"},
        },
    )
    job = upload(cadre, report, content)

    assert {word: count for word, count in job.counts.items() if word != "unchanged"} == {
        "changed": 1,
        "new": 2,
    }
    assert job.total > 57
    water = row_of(job, "17.1")
    assert (water.verdict, water.old, water.new) == ("changed", "1.751 trên 6.504 hộ", "2.011 trên 6.504 hộ")
    assert figure(report, WATER).value == 1751  # nothing without the preview
    page = cadre.get(f"/imports/{job.pk}/").content.decode()
    assert "Áp dụng 3 thay đổi" in page
    assert "1.751 trên 6.504 hộ" in page

    assert apply(cadre, job).state == ImportState.APPLIED
    assert figure(report, WATER).value == 2011
    assert figure(report, WATER).through == "import"
    craft = figure(report, CRAFT)
    assert (craft.not_applicable, craft.note) == (True, "xã không có làng nghề")
    assert "3" in cadre.get(f"/imports/{job.pk}/").content.decode()

    again = upload(cadre, report, content)
    assert set(again.counts) == {"unchanged"}
    assert "không có gì để ghi" in cadre.get(f"/imports/{again.pk}/").content.decode()


def test_unchanged_it_changes_nothing(cadre: Client, report: Report, people: People) -> None:
    record(
        report,
        people.cadre,
        [Item("ntm.xa.10.1", 36_500_000), Item(CRAFT, not_applicable=True, note="= không có")],
    )
    before = ObservationChange.objects.count()
    job = upload(cadre, report, downloaded(cadre, report))

    assert set(job.counts) == {"unchanged"}
    assert apply(cadre, job).counts == job.counts
    assert ObservationChange.objects.count() == before


def test_it_is_protected_and_says_what_is_asked(cadre: Client, report: Report) -> None:
    book = opened(downloaded(cadre, report))
    sheet = book["Số liệu"]
    row = line_of(sheet, WATER)

    assert sheet.protection.sheet
    assert not sheet.cell(row, column_of(sheet, "value")).protection.locked
    assert sheet.cell(row, column_of(sheet, "name")).protection.locked
    assert sheet.cell(row, column_of(sheet, "needed")).value == "≥\N{NO-BREAK SPACE}30%"
    assert sheet.column_dimensions["A"].hidden
    assert book["_sonla"].sheet_state == "veryHidden"
    assert book.sheetnames == ["Số liệu", "Hướng dẫn", "_sonla"]
    assert any("không áp dụng" in str(one.formula1) for one in sheet.data_validations.dataValidation)


def test_not_applicable_without_a_reason_is_an_error_in_its_cell(cadre: Client, report: Report) -> None:
    """Case 6."""
    content = filled(
        downloaded(cadre, report), **{CRAFT: {"absent": "không áp dụng"}, WATER: {"value": 2000}}
    )
    job = upload(cadre, report, content)
    row = row_of(job, "13.4")

    assert row.verdict == RowVerdict.ERROR
    assert "Ghi lý do không áp dụng" in row.message
    sheet = opened(content)["Số liệu"]
    assert row.place == sheet.cell(line_of(sheet, CRAFT), column_of(sheet, "absent")).coordinate

    marked = opened(cadre.get(f"/imports/{job.pk}/marked/").content)["Số liệu"]
    assert "Ghi lý do không áp dụng" in marked[row.place].comment.text
    assert marked[row.place].fill.fgColor.rgb.endswith("F8C9C4")
    # The good ones can go ahead.
    assert apply(cadre, job).state == ImportState.APPLIED
    assert figure(report, WATER).value == 2000


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"value": "hai nghìn"}, "không phải là số"),
        ({"value": 7000}, "lớn hơn mẫu số"),
        ({"value": "30,9%"}, "Nhập tử số và mẫu số"),
        ({"value": 10.5}, "không phải số nguyên"),
        ({"value": -3}, "không được âm"),
        ({"denominator": 0}, "phải lớn hơn 0"),
        ({"denominator": ""}, "Nhập cả tử số và mẫu số"),
        ({"value": date(2026, 2, 1)}, "kiểu ngày"),
        ({"value": "=1000+11"}, "công thức"),
        ({"note": "x" * 501}, "dài nhất 500"),
        ({"reason_kind": "tùy"}, "Chọn loại lý do"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_at_it(
    cadre: Client, report: Report, cells: dict, words: str
) -> None:
    if "reason_kind" in cells:
        cells = {**cells, "value": 1800}
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: cells}))
    row = row_of(job, "17.1")

    assert (row.verdict, words in row.message) == ("error", True), row.message
    assert job.counts["error"] == 1


def test_somebody_else_was_quicker(cadre: Client, report: Report, people: People) -> None:
    content = filled(downloaded(cadre, report), **{WATER: {"value": 2011}})
    record(report, people.cadre, [Item(WATER, 1900, 6504, version=1), Item(YES, 0, version=1)])
    job = upload(cadre, report, content)
    row = row_of(job, "17.1")

    assert row.verdict == "error"
    assert "Đã có người sửa sau khi tải về: 1.751 trên 6.504 hộ → 1.900 trên 6.504 hộ" in row.message
    # A cell that nobody touched does not bring the old figure back.
    assert row_of(job, "1.1").verdict == "unchanged"
    assert "Giữ số vừa sửa" in row_of(job, "1.1").message


def test_what_changes_between_preview_and_applying_is_read_again(
    cadre: Client, report: Report, people: People
) -> None:
    content = filled(downloaded(cadre, report), **{WATER: {"value": 2011}, "ntm.xa.1.2": {"value": "Có"}})
    job = upload(cadre, report, content)
    record(report, people.cadre, [Item(WATER, 1900, 6504, version=1)])
    job = apply(cadre, job)

    assert job.state == ImportState.READY
    assert "đã thay đổi sau khi bạn xem" in job.problem
    assert job.counts["error"] == 1
    assert not report.observations.filter(indicator__code="ntm.xa.1.2").exists()
    assert apply(cadre, job).state == ImportState.APPLIED
    assert figure(report, "ntm.xa.1.2").value == 1


def test_pressed_twice_it_is_applied_once(cadre: Client, report: Report) -> None:
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: {"value": 2011}}))
    first = cadre.post(f"/imports/{job.pk}/", {"do": "apply", "reading": 1})
    second = cadre.post(f"/imports/{job.pk}/", {"do": "apply", "reading": 1})

    assert (first.status_code, second.status_code) == (302, 409)
    assert figure(report, WATER).version == 2


def test_a_workbook_of_another_commune_period_or_kind(cadre: Client, report: Report, people: People) -> None:
    other = Client()
    other.force_login(people.neighbour)
    theirs = downloaded(other, make_report("03688", "2026"))
    earlier = downloaded(cadre, make_report("03703", "2025"))
    table = cadre.get("/units/03703/workbook/?period=2026").content
    for content, words in [
        (theirs, "của Xã Mường Chiên, không phải của Xã Quỳnh Nhai"),
        (earlier, "của kỳ 2025, báo cáo này của kỳ 2026"),
        (table, "không phải tệp báo cáo của một xã"),
    ]:
        job = upload(cadre, report, content)
        assert job.state == ImportState.FAILED
        assert words in job.problem
        assert words in cadre.get(f"/imports/{job.pk}/").content.decode()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda book: book["Số liệu"].move_range("H1:H90", cols=8), "Cột của tệp bị chuyển"),
        (lambda book: book["Số liệu"].insert_cols(5), "Cột của tệp bị chuyển"),
        (lambda book: book["Số liệu"].merge_cells("H10:I10"), "ô bị trộn (H10:I10)"),
        (lambda book: book["Số liệu"].delete_rows(12), "Tệp thiếu dòng"),
        (lambda book: book.__delitem__("_sonla"), "không phải tệp tải từ hệ thống"),
        (lambda book: book.__delitem__("Số liệu"), "Không thấy trang"),
    ],
)
def test_a_workbook_that_was_rebuilt(cadre: Client, report: Report, spoil, words: str) -> None:
    job = upload(cadre, report, edited(downloaded(cadre, report), spoil))

    assert job.state == ImportState.FAILED
    assert words in job.problem
    assert not job.rows.exists()


def test_a_form_that_changed_meanwhile(cadre: Client, report: Report) -> None:
    content = downloaded(cadre, report)
    content = edited(content, lambda book: book["_sonla"].__setitem__("B8", "khac"))
    job = upload(cadre, report, content)

    assert "Biểu mẫu đã thay đổi" in job.problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "tệp"),
        (b"1,2,3\n", "không phải tệp Excel"),
        (png(), "không phải tệp Excel"),
        (compound("Workbook"), "không phải tệp Excel"),
        (compound("EncryptedPackage"), "đặt mật khẩu"),
    ],
)
def test_what_is_no_workbook_is_not_taken(cadre: Client, report: Report, content: bytes, words: str) -> None:
    response = cadre.post(f"/reports/{report.pk}/import/", {"file": sent(content)})

    assert response.status_code == 400
    assert words in response.content.decode()
    assert not ImportJob.objects.exists()


def test_macros_and_links_are_not_taken(cadre: Client, report: Report) -> None:
    content = downloaded(cadre, report)
    macros = with_part(content, "xl/vbaProject.bin", b"\0")
    response = cadre.post(f"/reports/{report.pk}/import/", {"file": sent(macros)})
    assert response.status_code == 400
    assert "macro" in response.content.decode()

    job = upload(cadre, report, with_part(content, "xl/externalLinks/externalLink1.xml", b"<x/>"))
    assert job.state == ImportState.FAILED
    assert "liên kết" in job.problem


def test_a_sheet_that_would_unfold_into_millions_of_cells(cadre: Client, report: Report) -> None:
    content = edited(downloaded(cadre, report), lambda book: book["Số liệu"].cell(1_048_576, 16_384, "x"))
    job = upload(cadre, report, content)

    assert job.state == ImportState.FAILED
    assert "quá lớn" in job.problem


def test_a_report_that_takes_no_figures(cadre: Client, report: Report) -> None:
    content = filled(downloaded(cadre, report), **{WATER: {"value": 2011}})
    Period.objects.filter(code="2026").update(state="closed")
    job = upload(cadre, report, content)

    assert job.state == ImportState.FAILED
    assert "đã đóng" in job.problem
    assert "đã đóng" in cadre.get(f"/reports/{report.pk}/import/").content.decode()


def test_an_import_is_its_owners_alone(cadre: Client, report: Report, people: People) -> None:
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: {"value": 9000}}))
    for person in (people.reviewer, people.neighbour, people.official):
        other = Client()
        other.force_login(person)
        assert other.get(f"/imports/{job.pk}/").status_code == 404
        assert other.get(f"/imports/{job.pk}/marked/").status_code == 404
        assert other.post(f"/imports/{job.pk}/", {"do": "apply", "reading": 1}).status_code == 404
    assert cadre.get(f"/imports/{job.pk}/marked/").status_code == 200


def test_who_lost_the_role_meanwhile_writes_nothing(cadre: Client, report: Report, people: People) -> None:
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: {"value": 2011}}))
    people.cadre.memberships.update(role="viewer")
    job = apply(cadre, job)

    assert job.state != ImportState.APPLIED
    assert figure(report, WATER).value == 1751


def test_dropped_it_is_forgotten(cadre: Client, report: Report) -> None:
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: {"value": 2011}}))
    cadre.post(f"/imports/{job.pk}/", {"do": "drop"})
    job.refresh_from_db()

    assert (job.state, job.rows.count()) == (ImportState.DROPPED, 0)
    assert cadre.post(f"/imports/{job.pk}/", {"do": "apply", "reading": 1}).status_code == 409
    assert figure(report, WATER).value == 1751


def test_verdicts_are_filtered_and_a_misspelt_filter_is_said(cadre: Client, report: Report) -> None:
    job = upload(cadre, report, filled(downloaded(cadre, report), **{WATER: {"value": 2011}}))

    rows = cadre.get(f"/imports/{job.pk}/?verdict=changed").context["page"].rows
    assert [row.verdict for row in rows] == ["changed"]
    assert cadre.get(f"/imports/{job.pk}/?verdict=wrong").status_code == 400
    assert cadre.get(f"/imports/{job.pk}/?verdcit=new").status_code == 400


def test_a_confirmed_figure_changes_only_with_its_reason(cadre: Client, report: Report) -> None:
    report.observations.filter(indicator__code=WATER).update(once_accepted=True)
    content = downloaded(cadre, report)
    bare = upload(cadre, report, filled(content, **{WATER: {"value": 2011}}))
    said = {"value": 2011, "reason_kind": "nhập nhầm", "reason": "Đối chiếu lại sổ"}
    told = upload(cadre, report, filled(content, **{WATER: said}))

    assert "lý do" in row_of(bare, "17.1").message
    assert apply(cadre, told).state == ImportState.APPLIED
    change = ObservationChange.objects.filter(indicator__code=WATER).latest("version")
    assert (change.reason_kind, change.reason) == ("typing", "Đối chiếu lại sổ")
