"""The leader's step and what was sent, through a program."""

import hashlib
import json

import pytest

from communes.models import Role
from programs.actions import Item, return_report, submit_report
from programs.models import Report, ReportState, ReportVersion
from tests.api.conftest import Program, named, problem
from tests.support import TODAY, make_member, make_report, period, record, unit

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
SIGNED = {"document": "123/BC-UBND", "signed_on": "2026-11-24", "signatory": "Lò Văn Quý"}


@pytest.fixture(autouse=True)
def day(monkeypatch) -> None:
    monkeypatch.setattr("sonla.api.views.base.today", lambda: TODAY)


@pytest.fixture
def report(people) -> Report:
    when = period("2026")
    when.data_to = TODAY.replace(day=14)
    when.save()
    found = make_report()
    found.form.leader_step = True
    found.form.save()
    record(found, people.cadre, [Item(WATER, 2011, 6504)])
    found.refresh_from_db()
    return found


@pytest.fixture
def address(report) -> str:
    return f"/api/v1/reports/{report.pk}/"


@pytest.fixture
def leader(people, program_of) -> Program:
    return program_of(make_member("leader", unit("03703"), Role.LEADER))


def test_presented_given_back_presented_and_approved(cadre, leader, address) -> None:
    problem(cadre.post(f"{address}submit/", {"reason": "chờ"}), 400, "leader")
    assert named(problem(cadre.post(f"{address}present/"), 400, "incomplete")) == ["/reason"]
    problem(leader.post(f"{address}approve/", SIGNED), 400, "waiting")
    assert cadre.post(f"{address}present/", {"reason": "chờ"}).json()["state"] == "waiting"

    silent = problem(leader.post(f"{address}send-back/", {"comment": ""}), 400, "invalid")
    assert named(silent) == ["/comment"]
    assert leader.post(f"{address}send-back/", {"comment": "xem lại 17.1"}).json()["state"] == "entering"
    cadre.post(f"{address}present/", {"reason": "đã sửa"})
    sent = leader.post(f"{address}approve/", SIGNED).json()
    assert (sent["state"], sent["sent_by"]) == ("sent", "leader")
    problem(leader.post(f"{address}approve/", SIGNED), 400, "waiting")
    problem(leader.post(f"{address}send-back/", {"comment": "x"}), 400, "waiting")


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"document": ""}, ["/document"]),
        ({"document": "1" * 81}, ["/document"]),
        ({"signed_on": "24/11/2026"}, ["/signed_on"]),
        ({"signed_on": "2026-11-25"}, ["/signed_on"]),
        ({"signed_on": "2026-11-13"}, ["/signed_on"]),
        ({"signatory": " "}, ["/signatory"]),
        ({"signature": "x"}, ["/signature"]),
    ],
)
def test_a_paper_that_cannot_be_is_refused_by_pointer(
    cadre, leader, address, report, changed, pointers
) -> None:
    cadre.post(f"{address}present/", {"reason": "chờ"})
    assert (
        named(problem(leader.post(f"{address}approve/", {**SIGNED, **changed}), 400, "invalid")) == pointers
    )
    report.refresh_from_db()
    assert report.state == ReportState.WAITING


def test_who_may_not_is_told_so(cadre, leader, neighbour, reviewer, reader, address, report) -> None:
    calls = (("present/", {"reason": "x"}), ("approve/", SIGNED), ("send-back/", {"comment": "x"}))
    for operation, body in calls:
        problem(neighbour.post(address + operation, body), 404, "not_found")
        problem(reader.post(address + operation, body), 403, "permission_denied")
        problem(reviewer.post(address + operation, body), 403, "permission_denied")
    problem(leader.post(f"{address}present/", {"reason": "x"}), 403, "permission_denied")
    problem(cadre.post(f"{address}approve/", SIGNED), 403, "permission_denied")
    problem(neighbour.get(f"{address}versions/"), 404, "not_found")
    report.refresh_from_db()
    assert report.state == ReportState.ENTERING


def test_an_old_version_is_not_approved(cadre, leader, address) -> None:
    seen = cadre.post(f"{address}present/", {"reason": "chờ"})["ETag"]
    leader.post(f"{address}send-back/", {"comment": "xem lại"})
    cadre.post(f"{address}present/", {"reason": "đã sửa"})
    answer = leader.post(f"{address}approve/", SIGNED, headers={"if-match": seen})
    problem(answer, 412, "precondition_failed")


def test_what_was_sent_is_read_as_it_was(cadre, leader, reader, address, report, people) -> None:
    assert reader.get(f"{address}versions/").json()["results"] == []
    cadre.post(f"{address}present/", {"reason": "chờ"})
    leader.post(f"{address}approve/", SIGNED)
    (one,) = reader.get(f"{address}versions/").json()["results"]
    assert (one["number"], one["document"], one["signed_on"], one["has_scan"]) == (
        1,
        "123/BC-UBND",
        "2026-11-24",
        False,
    )
    version = reader.get(f"{address}versions/1/").json()
    text = json.dumps(version["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == version["digest"] == one["digest"]
    problem(reader.get(f"{address}versions/2/"), 404, "not_found")

    ReportVersion.objects.filter(report=report).update(digest="0" * 64)
    reader.raise_request_exception = False
    problem(reader.get(f"{address}versions/1/"), 500, "altered")


def test_the_list_costs_the_same_whatever_was_sent(
    reader, address, report, people, django_assert_num_queries
) -> None:
    report.form.leader_step = False
    report.form.save()

    def send() -> None:
        report.refresh_from_db()
        submit_report(report=report, by=people.cadre, today=TODAY, reason="chờ")

    send()
    reader.get(f"{address}versions/")
    with django_assert_num_queries(4):
        reader.get(f"{address}versions/")
    for _time in range(4):
        report.refresh_from_db()
        return_report(report=report, by=people.reviewer, today=TODAY, comment="xem lại")
        send()
    with django_assert_num_queries(4):
        assert reader.get(f"{address}versions/").json()["count"] == 5
