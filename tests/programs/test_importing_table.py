"""The province's whole table: a line a commune, downloaded by who reads it, sent back by who may write it."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.models import Role, User
from programs.actions import Item, open_reports
from programs.models import (
    ImportJob,
    ImportState,
    IndicatorKind,
    Observation,
    ObservationChange,
    Period,
    Reopening,
    Report,
)
from programs.queries.structure import structure_of
from tests.support import TODAY, People, figure, make_member, make_people, make_report, record, unit
from tests.workbooks import edited, opened, sent, table_filled

pytestmark = pytest.mark.django_db

WATER, YES, CRAFT = "ntm.xa.17.1", "ntm.xa.1.1", "ntm.xa.13.4"
SHEET = "Bảng số liệu"


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("imports", "workbooks"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def clerk(people: People) -> User:
    """Enters figures for the whole province."""
    return make_member("clerk", unit("14"), Role.CADRE)


@pytest.fixture
def office(clerk: User, client: Client) -> Client:
    client.force_login(clerk)
    return client


def downloaded(client: Client, period: str = "2026") -> bytes:
    response = client.get(f"/units/14/workbook/?period={period}")
    assert response.status_code == 200
    return response.content


def upload(client: Client, content: bytes, period: str = "2026", **more: str) -> ImportJob:
    response = client.post(f"/units/14/import/?period={period}", {"file": sent(content), **more})
    assert response.status_code == 302, response.content.decode()
    return ImportJob.objects.latest("pk")


def apply(client: Client, job: ImportJob) -> ImportJob:
    page = client.get(f"/imports/{job.pk}/").context["page"]
    client.post(f"/imports/{job.pk}/", {"do": "apply", "reading": page.reading})
    job.refresh_from_db()
    return job


def test_the_province_fills_in_its_communes_at_once(office: Client, people: People) -> None:
    open_reports(period=Period.objects.get(code="2026"))
    sheet = opened(downloaded(office))[SHEET]
    names = {sheet.cell(row, 3).value for row in range(7, sheet.max_row + 1)}
    assert len(names) == 67
    assert "Xã Quỳnh Nhai" in names

    content = table_filled(downloaded(office), "03703", **{WATER: 2011, f"{WATER}:d": 6504, YES: "Có"})
    content = table_filled(content, "03688", **{YES: "Chưa", CRAFT: "không áp dụng: xã không có làng nghề"})
    job = upload(office, content)
    assert job.counts["new"] == 4
    assert "error" not in job.counts
    assert not Observation.objects.exists()

    assert apply(office, job).state == ImportState.APPLIED
    ours, theirs = make_report("03703"), make_report("03688")
    assert (figure(ours, WATER).value, figure(ours, WATER).denominator) == (2011, 6504)
    assert figure(theirs, YES).value == 0
    assert figure(theirs, CRAFT).note == "xã không có làng nghề"

    again = upload(office, content)
    assert set(again.counts) == {"unchanged"}


def test_it_is_one_transaction(office: Client, people: People) -> None:
    ours, theirs = make_report("03703"), make_report("03688")
    content = table_filled(downloaded(office), "03703", **{YES: "Có"})
    content = table_filled(content, "03688", **{YES: "Có"})
    job = upload(office, content)
    record(theirs, people.neighbour, [Item(YES, 0)])
    job = apply(office, job)

    assert job.state == ImportState.READY
    assert "đã thay đổi" in job.problem
    assert not ours.observations.exists()
    assert job.counts["error"] == 1


def test_not_applicable_needs_its_reason_in_the_cell(office: Client) -> None:
    """Case 6."""
    report = make_report("03703")
    content = table_filled(downloaded(office), "03703", **{CRAFT: "Không áp dụng"})
    job = upload(office, content)
    row = job.rows.get(verdict="error")
    sheet = opened(content)[SHEET]

    assert "Ghi lý do" in row.message
    assert sheet[row.place].value == "Không áp dụng"
    assert "Xã Quỳnh Nhai · 13.4" in row.key

    good = table_filled(content, "03703", **{CRAFT: "không áp dụng: xã không có làng nghề"})
    apply(office, upload(office, good))
    assert figure(report, CRAFT).not_applicable
    cleared = table_filled(downloaded(office), "03703", **{CRAFT: "Có"})
    apply(office, upload(office, cleared))
    assert (figure(report, CRAFT).value, figure(report, CRAFT).note) == (1, "")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({WATER: 70, f"{WATER}:d": 60}, "lớn hơn mẫu số"),
        ({WATER: 70}, "Nhập cả tử số và mẫu số"),
        ({WATER: "30,92%"}, "Nhập tử số và mẫu số"),
        ({WATER: "=1+1", f"{WATER}:d": 60}, "công thức"),
        ({YES: "có lẽ"}, "Có hoặc Chưa"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_at_it(office: Client, cells: dict, words: str) -> None:
    make_report("03703")
    job = upload(office, table_filled(downloaded(office), "03703", **cells))
    row = job.rows.get(verdict="error")

    assert words in row.message


def test_a_closed_past_year_is_refused_until_it_is_opened(office: Client, clerk: User) -> None:
    report = make_report("03703", "2024")
    content = table_filled(downloaded(office, "2024"), "03703", **{YES: "Có"})
    Period.objects.filter(code="2024").update(state="closed")
    job = upload(office, content, "2024")
    assert job.state == ImportState.FAILED
    assert "đã đóng" in job.problem
    assert "mở lại" in job.problem

    Reopening.objects.create(
        form=report.form, period=report.period, unit=report.unit, until=TODAY, reason="Bổ sung", by=clerk
    )
    job = upload(office, content, "2024")
    assert apply(office, job).state == ImportState.APPLIED
    assert figure(report, YES).value == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda book: book[SHEET].insert_cols(6), "Cột của tệp bị chuyển"),
        (lambda book: book[SHEET].merge_cells("E7:F7"), "ô bị trộn"),
        (lambda book: book[SHEET].__setitem__("A7", "999999"), "Dòng 7"),
        (lambda book: book[SHEET].__setitem__("B7", "99999"), "Dòng 7"),
        (lambda book: book["_sonla"].__setitem__("B5", "2025"), "của kỳ 2025, bạn đang nạp cho kỳ 2026"),
        (lambda book: book["_sonla"].__setitem__("B2", "15"), "không phải của Tỉnh Sơn La"),
        (lambda book: book["_sonla"].__setitem__("B1", "report"), "không phải bảng số liệu"),
        (lambda book: book["_goc"].__setitem__("B2", "[]"), ""),
    ],
)
def test_a_table_that_was_rebuilt(office: Client, spoil, words: str) -> None:
    make_report("03703")
    job = upload(office, edited(downloaded(office), spoil))

    assert words in job.problem
    assert job.state == (ImportState.FAILED if words else ImportState.READY)
    assert words or "Cột ẩn" in job.rows.get(verdict="error").message


def test_who_only_reads_downloads_and_does_not_send(client: Client, people: People) -> None:
    make_report("03703")
    for person in (people.reviewer, people.official):
        client.force_login(person)
        assert client.get("/units/14/workbook/?period=2026").status_code == 200
        page = client.get("/units/14/import/?period=2026")
        assert "không nạp số liệu" in page.content.decode()
        assert client.post("/units/14/import/?period=2026", {"file": sent(b"x")}).status_code == 403
    client.force_login(people.cadre)
    assert client.get("/units/14/workbook/?period=2026").status_code == 404
    own = opened(client.get("/units/03703/workbook/?period=2026").content)[SHEET]
    assert [own.cell(row, 3).value for row in range(7, own.max_row + 1)] == ["Xã Quỳnh Nhai"]
    assert client.get("/units/03703/workbook/?period=1999").status_code == 404
    assert client.get("/units/03703/workbook/?perod=2026").status_code == 400


def test_reasons_go_with_the_whole_table(office: Client) -> None:
    report = make_report("03703")
    apply(office, upload(office, table_filled(downloaded(office), "03703", **{YES: "Có"})))
    report.observations.update(once_accepted=True)
    content = table_filled(downloaded(office), "03703", **{YES: "Chưa"})

    assert "lý do" in upload(office, content).rows.get(verdict="error").message
    job = upload(office, content, reason_kind="source", reason="Theo biên bản")
    assert apply(office, job).state == ImportState.APPLIED
    assert figure(report, YES).value == 0


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_comes_back_unchanged(office: Client, clerk: User, data: st.DataObject) -> None:
    """Down and up again without a touch: no verdict but 'unchanged', for both workbooks."""
    report = make_report("03703")
    Observation.objects.all().delete()
    ObservationChange.objects.all().delete()
    items = [draw_item(data, row) for row in structure_of(report.form, report.period) if not row.is_derived]
    record(report, clerk, [one for one in items if one])
    assert set(upload(office, downloaded(office)).counts) == {"unchanged"}

    content = office.get(f"/reports/{report.pk}/workbook/").content
    response = office.post(f"/reports/{report.pk}/import/", {"file": sent(content)})
    assert response.status_code == 302
    assert set(ImportJob.objects.latest("pk").counts) == {"unchanged"}


def draw_item(data: st.DataObject, row) -> Item | None:
    """One figure that the form takes, or none."""
    one = row.indicator
    if not data.draw(st.booleans()):
        return None
    if row.may_not_apply and data.draw(st.booleans()):
        return Item(
            one.code, not_applicable=True, note=data.draw(st.sampled_from(["không có", "=1+1", "a  b"]))
        )
    note = data.draw(st.sampled_from([None, "ghi chú", "-5"]))
    if one.kind == IndicatorKind.BOOLEAN:
        return Item(one.code, data.draw(st.integers(0, 1)), note=note)
    if one.is_ratio:
        base = data.draw(st.integers(1, 10**9))
        return Item(one.code, data.draw(st.integers(0, base)), base, note=note)
    top = min(one.maximum or 10**12, 10**12)
    step = 10 ** max(one.entry_scale - 3, 0)
    return Item(one.code, data.draw(st.integers(0, top // step)) * step, note=note)


def test_a_hundred_reports_cost_no_more_statements_than_one(
    office: Client, django_assert_max_num_queries
) -> None:
    make_report("03703")
    office.get("/units/14/workbook/?period=2026")
    open_reports(period=Period.objects.get(code="2026"))
    assert Report.objects.count() > 60
    with django_assert_max_num_queries(16):
        office.get("/units/14/workbook/?period=2026")
