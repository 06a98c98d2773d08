"""What an inspector comes for: figures that moved after the province's word, and what stands behind one."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from communes.models import Membership, Role
from programs.actions import Item
from programs.actions.files import add_evidence, store_file
from programs.models import (
    ChangedAfter,
    Criterion,
    CriterionReview,
    Indicator,
    Observation,
    ObservationChange,
    ReasonKind,
    Report,
    ReportVersion,
    ReviewVerdict,
    Through,
)
from tests.paper import jpeg, pdf, upload
from tests.support import TODAY, People, make_member, make_people, make_report, record, unit

pytestmark = pytest.mark.django_db
WATER = "ntm.xa.17.1"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("honesty", "history", "home", "entry", "files"):
        monkeypatch.setattr(f"programs.views.{name}.today", lambda: TODAY)


@pytest.fixture
def people() -> People:
    return make_people()


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def moved(
    code: str,
    person: Any,
    *,
    after: str = ChangedAfter.ACCEPTED,
    kind: str = ReasonKind.TYPING,
    reason: str = "Gõ nhầm một số 0",
    period: str = "2026",
) -> Report:
    """A figure entered, then moved after the province's word."""
    report = make_report(code, period)
    record(report, person, [Item(WATER, 1000, 2000)])
    one = Observation.objects.get(report=report, indicator__code=WATER)
    ObservationChange.objects.create(
        unit=report.unit,
        indicator=one.indicator,
        period=report.period,
        province=report.province,
        version=2,
        old_value=1000,
        old_denominator=2000,
        value=1200,
        denominator=2000,
        reason=reason,
        reason_kind=kind,
        after=after,
        through=Through.FORM,
        by=person,
    )
    return report


def test_the_list_says_what_moved_when_why_and_by_whom(people: People) -> None:
    report = moved("03703", people.cadre)

    shown = text(signed_in(people.official).get("/changes/"))

    assert "1 lần sửa" in shown
    for words in ("Xã Quỳnh Nhai", "Năm 2026", "17.1", "50,00%", "60,00%", "sửa sau khi xác nhận"):
        assert words in shown
    assert "nhập nhầm Gõ nhầm một số 0" in shown
    page = signed_in(people.official).get("/changes/").content.decode()
    assert f'href="/reports/{report.pk}/history/{WATER}/"' in page


def test_an_ordinary_change_is_not_on_it(people: People) -> None:
    report = make_report()
    record(report, people.cadre, [Item(WATER, 1000, 2000)])
    record(report, people.cadre, [Item(WATER, 1100, 2000, version=1)])

    assert "Không có số liệu nào bị sửa" in text(signed_in(people.official).get("/changes/"))


def test_each_sees_the_own_scope(people: People) -> None:
    moved("03703", people.cadre)
    moved("03688", people.neighbour)

    def units(person: Any) -> set[str]:
        listed = signed_in(person).get("/changes/").context["listed"]
        return {row.change.unit.code for row in listed.rows}

    assert units(people.official) == {"03703", "03688"}
    assert units(people.cadre) == {"03703"}
    assert units(people.neighbour) == {"03688"}
    assert units(people.predecessor) == set()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"period": "2026"}, 2),
        ({"period": "2026-H1"}, 1),
        ({"kind": "inspection"}, 1),
        ({"after": "locked"}, 1),
        ({"after": "accepted", "period": "2026"}, 1),
        ({"q": "muong chien"}, 1),
        ({"q": "03703"}, 2),
        ({"q": "không có xã này"}, 0),
    ],
)
def test_it_is_narrowed_by_period_unit_and_kind(people: People, asked: dict[str, str], found: int) -> None:
    moved("03703", people.cadre)
    moved("03703", people.cadre, period="2026-H1", kind=ReasonKind.INSPECTION)
    moved("03688", people.neighbour, after=ChangedAfter.LOCKED, kind=ReasonKind.OTHER)

    assert signed_in(people.official).get("/changes/", asked).context["listed"].total == found


@pytest.mark.parametrize(
    "asked", [{"period": "1999"}, {"kind": "x"}, {"after": "x"}, {"page": "-1"}, {"unit": "14"}]
)
def test_a_question_that_is_not_understood_is_told(people: People, asked: dict[str, str]) -> None:
    client = signed_in(people.official)

    assert client.get("/changes/", asked).status_code == 400
    assert client.get("/changes/table.csv", asked).status_code == 400


def test_the_file_holds_the_whole_list_and_no_formula(people: People) -> None:
    moved("03703", people.cadre, reason='=HYPERLINK("http://x")')
    moved("03688", people.neighbour, reason="-1+1")

    response = signed_in(people.official).get("/changes/table.csv", {"period": "2026"})
    lines = b"".join(response.streaming_content).decode()

    assert lines.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(lines.removeprefix("\ufeff")))
    assert [row[head.index("Lý do")] for row in rows] == ["'-1+1", '\'=HYPERLINK("http://x")']
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_list_costs_the_same_for_many(people: People, django_assert_max_num_queries: Any) -> None:
    moved("03703", people.cadre)
    client = signed_in(people.official)
    client.get("/changes/")
    with django_assert_max_num_queries(12) as few:
        client.get("/changes/")
    change = ObservationChange.objects.get(version=2)
    for version in range(3, 60):
        change.pk, change.version = None, version
        change.save()
    with django_assert_max_num_queries(len(few)):
        response = client.get("/changes/")
    assert len(response.context["listed"].rows) == 50
    assert "Trang sau" in text(response)


def test_one_page_has_a_figures_value_history_papers_and_decision(people: People) -> None:
    report = moved("03703", people.cadre, kind=ReasonKind.SOURCE, reason="Trạm cấp nước đo lại")
    water = Indicator.objects.get(code=WATER, valid_to=None)
    paper = add_evidence(
        report=report,
        upload=upload(pdf(), "Kết quả xét nghiệm.pdf"),
        by=people.cadre,
        today=TODAY,
        indicators=[water.pk],
    )
    CriterionReview.objects.create(
        report=report,
        criterion=Criterion.objects.get(criteria_set__code="NTM_XA_2021_2025", number=17),
        verdict=ReviewVerdict.RETURNED,
        comment="Thiếu bản Phiêng Mựt",
        nearly=True,
        by=people.reviewer,
    )
    packed, digest = ReportVersion.pack({"shape": 1})
    scan = store_file(unit=report.unit, upload=upload(jpeg(), "ký.jpg"), by=people.cadre)
    ReportVersion.objects.create(
        report=report,
        number=1,
        packed=packed,
        digest=digest,
        document="123/BC-UBND",
        signed_on=TODAY,
        signatory="Lò Văn A",
        scan=scan,
        by=people.cadre,
        at=timezone.now(),
    )

    response = signed_in(people.official).get(f"/reports/{report.pk}/history/{WATER}/")
    shown = text(response)

    for words in (
        "sửa sau khi xác nhận",
        "nguồn số liệu thay đổi: Trạm cấp nước đo lại",
        "Kết quả xét nghiệm.pdf",
        "“Thiếu bản Phiêng Mựt”",
        "cơ bản đạt (ý kiến, không tính là đạt)",
        "123/BC-UBND",
        "Lò Văn A",
        "bản ký",
    ):
        assert words in shown, words
    for file in (paper.file, scan):
        assert f'href="/files/{file.pk}/' in response.content.decode()


def inspector(place: str, until: Any) -> Any:
    return make_member(f"thanh.tra.{place}", unit(place), Role.VIEWER, valid_to=until)


@pytest.mark.parametrize("place", ["03703", "14"])
def test_an_inspectors_account_says_that_it_only_reads_and_until_when(people: People, place: str) -> None:
    client = signed_in(inspector(place, TODAY + timedelta(days=7)))

    shown = text(client.get("/", follow=True))

    assert "Tài khoản chỉ xem, đến hết ngày 30/11/2026" in shown


def test_a_cadre_is_told_nothing_of_the_kind(people: People) -> None:
    Membership.objects.filter(user=people.cadre).update(valid_to=TODAY + timedelta(days=7))

    assert "Tài khoản chỉ xem" not in text(signed_in(people.cadre).get("/"))


def test_an_inspector_reads_everything_and_writes_nothing(people: People) -> None:
    report = moved("03703", people.cadre)
    client = signed_in(inspector("03703", TODAY + timedelta(days=7)))
    before = list(Observation.objects.values())

    for page in ("", "review/", f"history/{WATER}/", "evidence/"):
        assert client.get(f"/reports/{report.pk}/{page}").status_code == 200, page
    assert client.get("/changes/").status_code == 200
    form = client.get(f"/reports/{report.pk}/").content.decode()
    assert f'name="{WATER}"' not in form
    for page, sent in [
        ("", {WATER: "1", f"{WATER}:d": "2", f"{WATER}:v": "1", f"{WATER}:was": "|||"}),
        ("send/", {"reason": "x"}),
        ("accept/", {}),
        ("return/", {"comment": "x"}),
        ("evidence/", {"file": upload(pdf())}),
    ]:
        assert client.post(f"/reports/{report.pk}/{page}", sent).status_code == 403, page
    assert list(Observation.objects.values()) == before


def test_after_its_last_day_the_account_sees_nothing(people: People) -> None:
    report = moved("03703", people.cadre)
    client = signed_in(inspector("03703", TODAY))

    for page in ("", "review/", f"history/{WATER}/", "evidence/"):
        assert client.get(f"/reports/{report.pk}/{page}").status_code == 404, page
    assert client.get("/changes/").context["listed"].total == 0
    assert client.get("/units/03703/record.zip").status_code == 404
