"""An administrator opens, closes and locks periods, and lets one commune back into a locked one."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from communes.models import Role, User, today
from programs.actions import Item
from programs.models import Holiday, Period, PeriodState, Recognition, Reopening, Report, ReportState
from tests.support import make_member, make_people, make_report, period, record, unit

pytestmark = pytest.mark.django_db

LIST = "/admin/programs/period/"


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("quantri")


@pytest.fixture
def client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


def act(client: Client, action: str, *periods: Period, confirmed: bool = False) -> str:
    sent = {"action": action, "_selected_action": [one.pk for one in periods]}
    response = client.post(LIST, sent | ({"confirmed": "yes"} if confirmed else {}), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def state_of(one: Period) -> str:
    return Period.objects.get(pk=one.pk).state


def test_locking_shows_what_it_touches_before_it_does(client: Client) -> None:
    year = period("2026")
    owed = year.reports.count()
    sent = make_report()
    Report.objects.filter(pk=sent.pk).update(state=ReportState.ACCEPTED)
    page = act(client, "lock", year)
    assert "Khóa kỳ" in page
    assert f"Năm 2026 (đang mở): {owed} báo cáo ({owed - 1} đang nhập, 1 đã xác nhận)" in page
    assert state_of(year) == PeriodState.OPEN, "nothing happened yet"
    page = act(client, "lock", year, confirmed=True)
    assert "Khóa kỳ: Năm 2026." in page
    assert state_of(year) == PeriodState.LOCKED
    sent.refresh_from_db()
    assert sent.state == ReportState.LOCKED
    assert LogEntry.objects.filter(object_id=str(year.pk)).exists()


def test_opening_makes_the_reports_that_are_owed(client: Client) -> None:
    half = period("2026-H1", state=PeriodState.CLOSED)
    Report.objects.filter(period=half).delete()
    page = act(client, "open", half, confirmed=True)
    assert "Đã lập thêm 67 báo cáo" in page
    assert state_of(half) == PeriodState.OPEN
    assert Report.objects.filter(period=half).count() == 67
    assert "Đã lập thêm" not in act(client, "open", half, confirmed=True)


def test_many_are_closed_at_once(client: Client) -> None:
    periods = [period("2025"), period("2026-H1"), period("2026")]
    assert len(re.findall("Năm 20|6 tháng", act(client, "close", *periods))) >= 3
    act(client, "close", *periods, confirmed=True)
    assert {state_of(one) for one in periods} == {PeriodState.CLOSED}


def test_the_state_is_not_a_field_one_types(client: Client) -> None:
    year = period("2026")
    sent = {"name": year.name, "opens_on": "2026-11-01", "deadline": "2026-12-20", "state": "locked"}
    assert client.post(f"{LIST}{year.pk}/change/", sent).status_code == 302
    year.refresh_from_db()
    assert (year.deadline, year.state) == (date(2026, 12, 20), PeriodState.OPEN)


def test_days_of_a_period_with_reports_stay(client: Client) -> None:
    year = period("2026")
    sent = {"name": year.name, "opens_on": "2026-11-01", "deadline": "2026-12-20", "ends_on": "2027-06-30"}
    client.post(f"{LIST}{year.pk}/change/", sent)
    year.refresh_from_db()
    assert year.ends_on == date(2026, 12, 31)


def test_a_new_period_comes_with_its_reports(client: Client) -> None:
    sent = {"code": "2027-H1", "name": "6 tháng đầu năm 2027", "kind": "half_year", "starts_on": "2027-01-01",
            "ends_on": "2027-06-30", "opens_on": "2027-06-01", "deadline": "2027-07-15"}  # fmt: skip
    assert client.post(f"{LIST}add/", sent).status_code == 302
    made = Period.objects.get(code="2027-H1")
    assert (made.state, made.reports.count()) == (PeriodState.OPEN, 67)


def test_the_list_says_how_many_have_sent(client: Client) -> None:
    Report.objects.filter(pk=make_report().pk).update(state=ReportState.SENT)
    assert f"1/{period('2026').reports.count()}</a>" in client.get(LIST).content.decode()


def test_one_commune_is_let_back_into_a_locked_period(client: Client, root: User) -> None:
    report = make_report()
    period("2026", state=PeriodState.LOCKED)
    cadre = make_member("can.bo", report.unit, Role.CADRE)
    assert not report.accepts_writing(today())
    until = today() + timedelta(days=7)
    sent = {"form": report.form_id, "period": report.period_id, "unit": report.unit_id,
            "until": until.isoformat(), "reason": "Nhập nhầm tiêu chí 17"}  # fmt: skip
    assert client.post("/admin/programs/reopening/add/", sent).status_code == 302
    made = Reopening.objects.get()
    assert (made.by, made.reason) == (root, "Nhập nhầm tiêu chí 17")
    report.period.refresh_from_db()
    record(report, cadre, [Item("ntm.xa.1.1", value=1)], today())
    longer = sent | {"until": "2099-01-01"}
    assert client.post(f"/admin/programs/reopening/{made.pk}/change/", longer).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("until", "2026-01-01", "Ngày này đã qua"),
        ("reason", "", "Ô này cần có nội dung"),
        ("unit", None, "không có báo cáo đó"),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(
    client: Client, field: str, value: str, words: str
) -> None:
    report = make_report()
    sent = {"form": report.form_id, "period": report.period_id, "unit": report.unit_id,
            "until": (today() + timedelta(days=7)).isoformat(), "reason": "x"}  # fmt: skip
    value = unit("14").pk if field == "unit" else value
    page = client.post("/admin/programs/reopening/add/", sent | {field: value})
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Reopening.objects.exists()


def test_figures_and_their_steps_are_read_as_people_read_them(client: Client) -> None:
    people = make_people()
    report = make_report()
    record(
        report, people.cadre, [Item("ntm.xa.17.1", value=804, denominator=1000), Item("ntm.xa.1.1", value=1)]
    )
    record(report, people.cadre, [Item("ntm.xa.17.1", value=805, denominator=1000, version=1)])
    page = client.get("/admin/programs/observation/", {"q": "quynh nhai 17.1"})
    assert "805/1.000 hộ = 80,50%" in page.content.decode()
    steps = client.get("/admin/programs/observationchange/", {"q": "17.1"}).content.decode()
    assert "804/1.000 hộ = 80,40%" in steps
    assert people.cadre.username in steps


def test_a_decision_is_found_by_unit_and_number_and_ends_with_a_reason(client: Client) -> None:
    commune = unit("03703")
    sent = {"unit": commune.pk, "level": "met", "decision": "2345/QĐ-UBND", "decided_on": "2026-03-01",
            "valid_from": "2026-03-01", "valid_to": "", "mark": "verified"}  # fmt: skip
    assert client.post("/admin/programs/recognition/add/", sent).status_code == 302
    made = Recognition.objects.get(unit=commune)
    for words in ("quynh nhai", "Quỳnh NHAI", "2345/QĐ", "03703"):
        found = client.get("/admin/programs/recognition/", {"q": words}).context["cl"].result_list
        assert made in found
    ended = sent | {"valid_to": "2026-10-01"}
    page = client.post(f"/admin/programs/recognition/{made.pk}/change/", ended)
    assert "cần ghi lý do" in page.content.decode()
    # Revoking wants a numbered decision and has a page of its own.
    page = client.post(f"/admin/programs/recognition/{made.pk}/change/", ended | {"end_reason": "revoked"})
    assert page.status_code == 200
    done = client.post(f"/admin/programs/recognition/{made.pk}/change/", ended | {"end_reason": "expired"})
    assert done.status_code == 302
    assert list(
        client.get("/admin/programs/recognition/", {"hieu_luc": "ended"}).context["cl"].result_list
    ) == [made]


def test_a_day_off_moves_the_deadline_and_its_end_moves_it_back(client: Client) -> None:
    period("2026")
    sent = {"day": "2026-12-15", "name": "Nghỉ đột xuất"}
    page = client.post("/admin/programs/holiday/add/", sent, follow=True).content.decode()
    assert "1 kỳ đổi hạn gửi." in page
    assert Period.objects.get(code="2026").due_on == date(2026, 12, 16)

    day = Holiday.objects.get(day=date(2026, 12, 15))
    client.post(f"/admin/programs/holiday/{day.pk}/delete/", {"post": "yes"})
    assert Period.objects.get(code="2026").due_on == date(2026, 12, 15)
