"""Reports through a program: what is due, sending, returning, confirming."""

import pytest

from programs.actions import Item
from programs.models import Report, ReportState
from programs.queries.structure import structure_of
from tests.api.conftest import named, problem
from tests.support import make_report, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
REPORTS = "/api/v1/reports/"


@pytest.fixture
def report(people) -> Report:
    """Quỳnh Nhai's of 2026, with one figure."""
    found = make_report()
    record(found, people.cadre, [Item(WATER, 2011, 6504)])
    found.refresh_from_db()
    return found


@pytest.fixture
def address(report) -> str:
    return f"{REPORTS}{report.pk}/"


def state_of(report) -> str:
    report.refresh_from_db()
    return report.state


def test_a_report_says_how_far_it_is(cadre, address, report) -> None:
    answer = cadre.get(address)
    body = answer.json()

    assert (body["unit"], body["form"], body["period"], body["state"]) == (
        "03703",
        "ntm.xa",
        "2026",
        "entering",
    )
    assert answer["ETag"] == f'"{body["version"]}"' == f'"{report.version}"'
    assert (body["entered"], body["expected"]) == (1, 57)
    assert len(body["missing"]) == 56
    assert WATER not in [one["indicator"] for one in body["missing"]]
    assert body["reviews"] == []
    assert body["sent_at"] is None


def test_the_life_of_a_report(cadre, reviewer, address, report) -> None:
    refused = problem(cadre.post(f"{address}submit/"), 400, "incomplete")
    assert named(refused) == ["/reason"]

    sent = cadre.post(f"{address}submit/", {"reason": "chờ số liệu của huyện"}).json()
    assert (sent["state"], sent["incomplete_reason"]) == ("sent", "chờ số liệu của huyện")
    assert sent["sent_by"] == "cadre"
    problem(cadre.post(f"{address}submit/", {"reason": "lần nữa"}), 400, "frozen")

    returned = reviewer.post(f"{address}return/", {"comments": {"17": "Số hộ chưa khớp."}}).json()
    assert returned["state"] == "returned"
    assert [(one["criterion"], one["verdict"], one["comment"]) for one in returned["reviews"]] == [
        (17, "returned", "Số hộ chưa khớp.")
    ]

    again = cadre.post(f"{address}submit/", {"reason": "đã sửa"}).json()
    assert again["state"] == "sent"
    assert again["first_sent_at"] == sent["sent_at"]
    part = reviewer.post(f"{address}accept/", {"criteria": [17]}).json()
    assert (part["state"], [one["verdict"] for one in part["reviews"]]) == ("sent", ["accepted"])
    assert reviewer.post(f"{address}accept/").json()["state"] == "accepted"


def test_a_full_report_needs_no_reason(cadre, people) -> None:
    report = make_report()
    fill(report, people.cadre)

    assert cadre.post(f"{REPORTS}{report.pk}/submit/").json()["missing"] == []
    assert state_of(report) == ReportState.SENT


def fill(report: Report, by) -> None:
    """Something plausible in every row that a person fills in."""
    items = []
    for row in structure_of(report.form, report.period):
        for indicator in row.typed:
            items.append(Item(indicator.code, 1, 1 if indicator.is_ratio else None))
    record(report, by, items)


def test_an_empty_report_is_not_sent(cadre, people) -> None:
    empty = make_report()

    problem(cadre.post(f"{REPORTS}{empty.pk}/submit/", {"reason": "không có gì"}), 400, "empty")


@pytest.mark.parametrize(
    ("operation", "body", "code", "pointers"),
    [
        ("return", {}, "invalid", ["/comment"]),
        ("return", {"comments": {"x": "a"}}, "invalid", ["/comments/x"]),
        ("return", {"comments": {"99": "a"}}, "invalid", []),
        ("return", {"comments": ["a"]}, "invalid", ["/comments"]),
        ("return", {"comment": "a\x00"}, "invalid", ["/comment"]),
        ("return", {"coment": "a"}, "invalid", ["/coment"]),
        ("accept", {"criteria": []}, "invalid", ["/criteria"]),
        ("accept", {"criteria": ["x"]}, "invalid", ["/criteria/0"]),
        ("accept", {"criteria": [99]}, "invalid", []),
        ("accept", [], "invalid", [""]),
    ],
)
def test_a_review_that_cannot_be_read(
    cadre, reviewer, address, report, operation, body, code, pointers
) -> None:
    cadre.post(f"{address}submit/", {"reason": "chờ"})

    assert named(problem(reviewer.post(f"{address}{operation}/", body), 400, code)) == pointers
    assert state_of(report) == ReportState.SENT


def test_what_was_not_sent_cannot_be_reviewed(reviewer, address) -> None:
    problem(reviewer.post(f"{address}accept/"), 400, "frozen")
    problem(reviewer.post(f"{address}return/", {"comment": "a"}), 400, "frozen")


def test_who_may_not_is_told_so_and_nothing_changes(
    cadre, neighbour, reviewer, reader, address, report
) -> None:
    for operation in ("submit", "return", "accept"):
        problem(neighbour.post(f"{address}{operation}/"), 404, "not_found")
        problem(reader.post(f"{address}{operation}/"), 403, "permission_denied")
    for operation in ("return", "accept"):
        problem(cadre.post(f"{address}{operation}/"), 403, "permission_denied")
    problem(reviewer.post(f"{address}submit/"), 403, "permission_denied")
    problem(neighbour.get(address), 404, "not_found")
    assert state_of(report) == ReportState.ENTERING


def test_an_old_version_of_the_report_is_not_sent(cadre, address, report) -> None:
    answer = cadre.post(f"{address}submit/", {"reason": "chờ"}, headers={"if-match": '"1"'})

    problem(answer, 412, "precondition_failed")
    assert answer["ETag"] == f'"{report.version}"'
    tag = {"if-match": answer["ETag"]}
    assert cadre.post(f"{address}submit/", {"reason": "chờ"}, headers=tag).status_code == 200


def test_reports_are_found_by_unit_period_form_and_state(reader, neighbour, report) -> None:
    old = make_report("03703", "2024")
    other = make_report("03688", "2026")

    def ids(client=reader, **asked) -> set[int]:
        return {row["id"] for row in client.get(REPORTS, asked).json()["results"]}

    assert {report.pk, other.pk} <= ids(period="2026")
    assert old.pk not in ids(period="2026")
    assert ids(unit="03703", form="ntm.xa") == {report.pk, old.pk}
    assert ids(unit="14", period="2024", form="ntm.xa") == {old.pk}
    assert ids(unit="118", period="2024", form="ntm.xa") == {old.pk}
    assert ids(unit="118", period="2026") >= {report.pk}
    assert report.pk not in ids(form="base")
    assert ids(state="sent") == set()
    assert {row["unit"] for row in neighbour.get(REPORTS).json()["results"]} == {"03688"}


def test_a_list_of_reports_costs_the_same_whatever_its_length(
    reader, report, django_assert_num_queries
) -> None:
    reader.get(REPORTS)
    for size in (1, 50):
        with django_assert_num_queries(3):
            reader.get(REPORTS, {"page_size": size})
