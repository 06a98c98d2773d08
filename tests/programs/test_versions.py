"""What was sent stays as it was: listed, opened, printed a year later, and held against what came after."""

import hashlib
import io
import json
import zlib
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from communes.models import Role
from programs.actions import Item, Signing, approve_report, present_report, return_report, submit_report
from programs.models import Indicator, Report, ReportVersion, Requirement
from tests.support import TODAY, make_member, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
SIGNED = Signing(document="123/BC-UBND", signed_on=TODAY, signatory="Lò Văn Quý")


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    for view in ("versions", "printing"):
        monkeypatch.setattr(f"programs.views.{view}.today", lambda: TODAY)


@pytest.fixture
def people():
    return make_people()


@pytest.fixture
def report(people) -> Report:
    """Sent twice: first with 26,92% of water, then with 30,92%."""
    when = period("2026")
    when.data_to = date(2026, 11, 14)
    when.save()
    made = make_report("03703", "2026")
    leader = make_member("leader", unit("03703"), Role.LEADER)
    record(made, people.cadre, [Item("ntm.xa.1.1", 1), Item(WATER, 1751, 6504)])
    made = present_report(report=made, by=people.cadre, today=TODAY, reason="chờ số của trạm y tế")
    sent = approve_report(report=made, by=leader, today=TODAY, signing=SIGNED)
    back = return_report(report=sent, by=people.reviewer, today=TODAY, comments={17: "kiểm tra"})
    record(back, people.cadre, [Item(WATER, 2011, 6504, version=1, note="đã rà lại")])
    return submit_report(report=back, by=people.cadre, today=TODAY, reason="đã sửa")


@pytest.fixture
def client(people) -> Client:
    client = Client()
    client.force_login(people.cadre)
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_every_sending_is_listed_with_its_paper(client, report):
    page = text_of(client, f"/reports/{report.pk}/versions/")
    assert page.index("Lần 2") < page.index("Lần 1")
    for words in ("123/BC-UBND", "24/11/2026", "Lò Văn Quý", "leader", "cadre"):
        assert words in page


def test_a_version_is_opened_as_it_was(client, report):
    first = text_of(client, f"/reports/{report.pk}/versions/1/")
    second = text_of(client, f"/reports/{report.pk}/versions/2/")
    assert ("26,92%" in first, "30,92%" in first) == (True, False)
    assert ("26,92%" in second, "30,92%" in second) == (False, True)
    assert "số 123/BC-UBND; 2/57 chỉ tiêu" in first
    assert "Xã Quỳnh Nhai, ngày 24 tháng 11 năm 2026" in first
    assert "ngày …… tháng …… năm ……" in second


def test_what_differs_is_said_from_the_earlier_to_the_later(client, report):
    for path in ("versions/2/?compare=1", "versions/1/?compare=2", "versions/1/?compare=now"):
        page = text_of(client, f"/reports/{report.pk}/{path}")
        assert "26,92% (1.751/6.504 hộ)" in page
        assert page.index("26,92%") < page.index("30,92%")
        assert "chưa đạt" in page
        assert "đã rà lại" in page
    page = text_of(client, f"/reports/{report.pk}/versions/2/?compare=now")
    assert "Không có gì khác" in page


def test_a_version_a_year_later_is_byte_equal(client, report, people):
    """Rules, names, thresholds and figures change; what was sent does not, nor how it is printed."""
    before = report.versions.get(number=1)
    sent, digest = bytes(before.packed), before.digest
    page = text_of(client, f"/reports/{report.pk}/versions/1/").split("<article")[1]
    book = client.get(f"/reports/{report.pk}/print.xlsx?version=1").content

    Indicator.objects.filter(code=WATER).update(name="Tên mới", unit="thôn", decimals=2)
    water = Requirement.objects.filter(indicator__code=WATER).order_by("-valid_from").first()
    water.rule = {"op": ">=", "value": 99}
    water.wording = "Yêu cầu mới"
    water.save()
    report.unit.name = "Xã Tên Khác"
    report.unit.save()
    again = return_report(report=report, by=people.reviewer, today=TODAY, comment="xem lại")
    record(again, people.cadre, [Item("ntm.xa.1.1", 0, version=1)])

    after = ReportVersion.objects.get(report=report, number=1)
    assert (bytes(after.packed), after.digest) == (sent, digest)
    assert hashlib.sha256(zlib.decompress(sent)).hexdigest() == digest
    assert text_of(client, f"/reports/{report.pk}/versions/1/").split("<article")[1] == page
    assert cells_of(client.get(f"/reports/{report.pk}/print.xlsx?version=1").content) == cells_of(book)
    now = text_of(client, f"/reports/{report.pk}/versions/1/?compare=now")
    assert "Yêu cầu mới" in now


def cells_of(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_an_altered_version_is_not_shown_as_what_was_sent(client, report):
    version = report.versions.get(number=1)
    content = version.content
    content["entered"] = 57
    altered = zlib.compress(json.dumps(content).encode())
    ReportVersion.objects.filter(pk=version.pk).update(packed=altered)
    for path in ("versions/1/", "versions/1/?compare=2", "print.pdf?version=1", "print.xlsx?version=1"):
        answer = client.get(f"/reports/{report.pk}/{path}")
        assert answer.status_code == 500, path
        assert "không khớp dấu kiểm" in answer.content.decode()
    assert client.get(f"/reports/{report.pk}/versions/2/").status_code == 200
    ReportVersion.objects.filter(pk=version.pk).update(packed=b"rubbish")
    assert client.get(f"/reports/{report.pk}/versions/1/").status_code == 500


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("versions/3/", 404),
        ("versions/0/", 404),
        ("versions/1/?compare=3", 400),
        ("versions/1/?compare=x", 400),
        ("versions/1/?cmp=2", 400),
        ("versions/?page=2", 400),
        ("print/?version=1", 400),
        ("print.pdf?version=x", 400),
        ("print.xlsx?version=3", 404),
        ("print.xlsx?versoin=1", 400),
    ],
)
def test_what_is_not_understood_is_refused(client, report, path, status):
    assert client.get(f"/reports/{report.pk}/{path}").status_code == status


def test_a_report_that_was_never_sent_says_so(client, people):
    page = text_of(client, f"/reports/{make_report('03703', '2026').pk}/versions/")
    assert "Chưa gửi lần nào" in page


def test_readers_read_and_outsiders_find_nothing(report, people):
    for person, status in ((people.reviewer, 200), (people.official, 200), (people.neighbour, 404)):
        client = Client()
        client.force_login(person)
        for path in ("versions/", "versions/1/", "versions/1/?compare=now", "print/", "print.xlsx"):
            assert client.get(f"/reports/{report.pk}/{path}").status_code == status


def test_the_list_costs_the_same_whatever_was_sent(client, report, people, django_assert_num_queries):
    url = f"/reports/{report.pk}/versions/"
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)
    for _time in range(5):
        back = return_report(report=report, by=people.reviewer, today=TODAY, comment="xem lại")
        report = submit_report(report=back, by=people.cadre, today=TODAY, reason="đã sửa")
    with django_assert_num_queries(7):
        assert "Lần 7" in client.get(url).content.decode()
