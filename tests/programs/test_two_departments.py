"""A criterion with two departments (18: Tư pháp, Nội vụ; 19: Công an, Quân sự) needs the word of both."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from communes.actions import issue_token
from communes.models import Role, User, today
from programs.actions import Item, accept_report, return_report, submit_report
from programs.models import (
    Agency,
    Criterion,
    CriterionReview,
    FigureState,
    MembershipAgency,
    Report,
    ReportState,
    ReviewVerdict,
)
from programs.queries.departments import departments_page
from tests.support import TODAY, People, figure, make_member, make_people, make_report, record, unit

pytestmark = pytest.mark.django_db

ARMY = "ntm.xa.19.1"


def of(code: str, day: date | None = None) -> User:
    """A reviewer in the name of a department of the real table."""
    person = make_member(f"so.{code}", unit("14"), Role.REVIEWER)
    agency = Agency.objects.on(day or today()).get(code=code)
    MembershipAgency.objects.create(membership=person.memberships.get(), agency=agency)
    return person


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def police() -> User:
    return of("cong-an")


@pytest.fixture
def army() -> User:
    return of("bch-qs")


@pytest.fixture
def report(people: People) -> Report:
    made = make_report()
    record(made, people.cadre, [Item(ARMY, 1), Item("ntm.xa.17.1", 900, 1000)])
    return submit_report(report=made, by=people.cadre, today=TODAY, reason="từng phần")


def page_of(person: User, report: Report) -> str:
    client = Client()
    client.force_login(person)
    return client.get(f"/reports/{report.pk}/review/").content.decode()


def pressed(person: User, report: Report, **fields: str) -> str:
    client = Client()
    client.force_login(person)
    seen = report.sent_at.isoformat() if report.sent_at else ""
    sent = {"seen": seen, **fields}
    return client.post(f"/reports/{report.pk}/accept/", sent, follow=True).content.decode()


def test_one_of_two_is_not_enough(police: User, army: User, report: Report) -> None:
    accept_report(report=report, by=police, today=TODAY)

    assert figure(report, ARMY).state == FigureState.SUBMITTED
    assert "Chờ Bộ CHQS tỉnh xác nhận" in page_of(police, report)
    assert "Xác nhận phần của Công an tỉnh" not in page_of(police, report)
    assert "Xác nhận phần của Bộ CHQS tỉnh" in page_of(army, report)

    accept_report(report=report, by=army, today=TODAY)

    assert figure(report, ARMY).state == FigureState.ACCEPTED
    words = report.reviews.filter(criterion__number=19)
    assert set(words.values_list("agency__code", flat=True)) == {"cong-an", "bch-qs"}
    report.refresh_from_db()
    assert report.state == ReportState.SENT


def test_each_click_counts_once(police: User, army: User, report: Report) -> None:
    pressed(police, report)
    first = report.reviews.get(criterion__number=19)

    assert "không có gì thay đổi" in pressed(police, report)
    assert "Đã xác nhận phần của bạn" in pressed(army, report)
    assert report.reviews.get(agency__code="cong-an").at == first.at


def test_the_overview_says_which_of_the_two_is_missing(
    people: People, police: User, army: User, report: Report
) -> None:
    accept_report(report=report, by=police, today=TODAY)

    page = departments_page(unit("14"), people.reviewer, TODAY, period="2026")

    assert page is not None
    rows = {row.agency.code: row for row in page.rows}
    assert (rows["cong-an"].confirmed, rows["cong-an"].waiting) == ([report], [])
    assert (rows["bch-qs"].confirmed, rows["bch-qs"].waiting) == ([], [report])
    office = page_of(people.reviewer, report)
    assert "Bộ CHQS tỉnh (TC 19)" in office
    assert "Công an tỉnh (TC 19)" not in office


def test_one_department_sends_the_criterion_back_for_both(
    people: People, police: User, army: User, report: Report
) -> None:
    accept_report(report=report, by=police, today=TODAY)
    returned = return_report(report=report, by=army, today=TODAY, comments={19: "Thiếu quyết định"})

    assert returned.state == ReportState.RETURNED
    assert figure(report, ARMY).state == FigureState.ENTERED
    page = departments_page(unit("14"), people.reviewer, TODAY, period="2026")
    assert page is not None
    rows = {row.agency.code: row for row in page.rows}
    assert rows["cong-an"].returned == rows["bch-qs"].returned == [report]

    record(returned, people.cadre, [Item(ARMY, 0, version=1)])
    again = submit_report(report=returned, by=people.cadre, today=TODAY, reason="từng phần")

    assert not again.reviews.filter(criterion__number=19).exists(), "both look at the new figure"
    assert "Xác nhận phần của Công an tỉnh" in page_of(police, again)


def test_the_office_may_confirm_for_both_and_it_says_so(people: People, police: User, report: Report) -> None:
    accept_report(report=report, by=police, today=TODAY)
    assert "Xác nhận cả báo cáo là xác nhận thay các cơ quan này." in page_of(people.reviewer, report)

    pressed(people.reviewer, report)

    report.refresh_from_db()
    assert report.state == ReportState.ACCEPTED
    assert report.reviews.get(agency__code="cong-an").by == police, "a department's word stays its own"
    page = page_of(people.official, report)
    assert "reviewer, xác nhận thay Bộ CHQS tỉnh" in page
    assert "reviewer, xác nhận thay Bộ CHQS tỉnh, Công an tỉnh" not in page
    assert "reviewer, xác nhận thay Sở Y tế" in page


def test_a_department_that_was_merged_has_spoken_for_its_heir(people: People, report: Report) -> None:
    water = Criterion.objects.get(criteria_set__code="NTM_XA_2021_2025", number=17)
    old = Agency.objects.get(code="so-tnmt")
    CriterionReview.objects.create(
        report=report, criterion=water, verdict=ReviewVerdict.ACCEPTED, agency=old, by=people.reviewer
    )

    assert "Sở NN&amp;MT (TC 3, 11, 13)" in page_of(people.reviewer, report)


def test_the_api_keeps_each_departments_word_and_names_it(
    police: User, army: User, people: People, report: Report
) -> None:
    for person in (police, army, police):
        _token, secret = issue_token(user=person)
        client: Any = Client(headers={"Authorization": f"Token {secret}"})
        tag = client.get(f"/api/v1/reports/{report.pk}/")["ETag"]
        address = f"/api/v1/reports/{report.pk}/accept/"
        answer = client.post(address, {}, content_type="application/json", headers={"If-Match": tag})
        assert answer.status_code == 200

    said = [(one["criterion"], one["agency"], one["by"]) for one in answer.json()["reviews"]]
    assert said == [(19, "cong-an", "so.cong-an"), (19, "bch-qs", "so.bch-qs")]
    assert report.events.filter(from_state=ReportState.SENT, to_state=ReportState.SENT).count() == 2


def test_confirming_over_the_api_leaves_what_is_confirmed(
    people: People, police: User, report: Report
) -> None:
    accept_report(report=report, by=people.reviewer, today=TODAY, criteria=[17], comments={17: "Đã rõ"})
    before = report.reviews.get(criterion__number=17)

    accept_report(report=report, by=people.reviewer, today=TODAY, criteria=[17, 19])

    after = report.reviews.get(criterion__number=17)
    assert (after.pk, after.comment) == (before.pk, "Đã rõ")
    assert report.reviews.get(criterion__number=19).by == people.reviewer


@pytest.mark.parametrize("code", ["cong-an", None])
def test_the_database_keeps_one_word_of_each(people: People, report: Report, code: str | None) -> None:
    agency = Agency.objects.get(code=code) if code else None
    criterion = Criterion.objects.get(criteria_set__code="NTM_XA_2021_2025", number=19)
    word = {"report": report, "criterion": criterion, "by": people.reviewer, "agency": agency}
    CriterionReview.objects.create(**word, verdict=ReviewVerdict.ACCEPTED)

    with pytest.raises(IntegrityError), transaction.atomic():
        CriterionReview.objects.create(**word, verdict=ReviewVerdict.ACCEPTED)
