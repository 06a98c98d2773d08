"""A commune's review through programs: its list, its sheets, its villages, and the steps of three desks."""

import pytest

from housing.models import CommuneReview, Household, PovertyReview, ReviewChange
from tests.api.conftest import named, problem
from tests.housing.reviewing import THREE, start, whole_year
from tests.housing.world import add
from tests.support import TODAY

pytestmark = pytest.mark.django_db

REVIEWS = "/api/v1/commune-reviews/"
# A day on which the general review is well under way.
DAY = "2026-09-21"
POOR = {"b1_points": 135, "income": 1_400_000, "deprivations": sorted(THREE), "reasons": ["no_land"]}
FINE = {"b1_points": 180, "income": 3_500_000, "deprivations": []}


@pytest.fixture
def homes(world) -> list[Household]:
    return [add(world.here, name, poverty_class="poor") for name in ("Lò Văn Ín", "Quàng Văn Ọi")]


@pytest.fixture
def review(world, homes) -> CommuneReview:
    return start(world.here, "2026")


@pytest.fixture
def desk(world, program_of):
    return program_of(world.cadre)


@pytest.fixture
def province(world, program_of):
    return program_of(world.reviewer)


@pytest.fixture
def leader(world, program_of):
    return program_of(world.leader)


def at(review: CommuneReview, more: str = "") -> str:
    return f"{REVIEWS}{review.pk}/{more}"


def as_of(version: int) -> dict[str, str]:
    return {"HTTP_IF_MATCH": f'"{version}"'}


def sheets_of(desk, review: CommuneReview, **asked: str) -> list[dict]:
    return desk.get(at(review, "sheets/"), asked).json()["results"]


def test_a_commune_starts_its_part_and_those_above_read_counts_only(world, desk, homes, program_of) -> None:
    made = desk.post(REVIEWS, {"unit": "03703", "round": "2026"})
    assert (made.status_code, made.json()["state"]) == (201, "reviewing")
    assert made.json()["counts"]["listed"] == 2
    assert made.json()["lacking"][0]["kind"] == "sheets"
    problem(desk.post(REVIEWS, {"unit": "03703", "round": "2026"}), 400, "invalid")
    assert named(problem(desk.post(REVIEWS, {"unit": "03703", "round": "x"}), 400, "invalid")) == ["/round"]
    problem(desk.post(REVIEWS, {"unit": "03688", "round": "2026"}), 404, "not_found")

    official = program_of(world.official)
    (row,) = official.get(REVIEWS, {"unit": "14", "round": "2026"}).json()["results"]
    assert (row["unit"], row["counts"]["listed"], row["source"]) == ("03703", 2, "register")
    page = official.get(f"{REVIEWS}{row['id']}/")
    assert page["ETag"] == f'"{row["version"]}"'
    assert "Ín" not in page.content.decode()
    assert page.json()["villages"][0]["listed"] == 2
    problem(official.get(f"{REVIEWS}{row['id']}/sheets/"), 403, "permission_denied")
    problem(official.get(f"{REVIEWS}{row['id']}/villages/"), 403, "permission_denied")
    problem(program_of(world.there.cadre).get(f"{REVIEWS}{row['id']}/"), 404, "not_found")
    assert named(problem(official.get(REVIEWS, {"round": "x"}), 400, "invalid_parameter")) == ["round"]


def test_one_sheet_is_stored_by_version_and_its_class_is_explained(world, desk, review, leader) -> None:
    blank = sheets_of(desk, review)[0]
    address = f"/api/v1/sheets/{blank['id']}/"
    assert (blank["version"], blank["deprivations"], blank["poverty_class"]) == (0, None, "")
    problem(desk.patch(address, POOR), 428, "precondition_required")
    saved = desk.patch(address, {**POOR, "reviewed_on": DAY, "persons": 5}, **as_of(0))
    body = saved.json()

    assert (saved["ETag"], body["poverty_class"], body["b2_points"]) == ('"1"', "poor", 30)
    assert body["deprivations"] is not None
    assert set(body["deprivations"]) == THREE
    old, new = body["explanations"]
    assert "B1 135 ≤ 140" in old["detail"]
    assert new["poverty_class"] == body["next_class"] == "poor"
    assert body["warnings"] == ["Sổ hộ ghi 4 nhân khẩu, phiếu ghi 5."]
    assert ReviewChange.objects.get().through == "api"

    stale = desk.patch(address, {"persons": 4}, **as_of(0))
    assert problem(stale, 412, "precondition_failed")["current"]["updated_by"] == "cadre"
    assert stale["ETag"] == '"1"'
    kept = desk.patch(address, {"persons": 4}, **as_of(1)).json()
    assert (kept["b1_points"], kept["poverty_class"], kept["persons"]) == (135, "poor", 4)
    without = desk.patch(address, {"reasons": []}, **as_of(2))
    assert named(problem(without, 400, "invalid")) == ["/reasons"]
    problem(leader.patch(address, {"persons": 4}, **as_of(2)), 403, "permission_denied")
    assert leader.get(address).json()["persons"] == 4


def test_many_sheets_are_stored_together_or_not_at_all(desk, review) -> None:
    first, second = sheets_of(desk, review)
    sent = {"sheets": [{"id": first["id"], "version": 0, **POOR}, {"id": second["id"], "version": 0, **FINE}]}
    wrong = [
        {**sent["sheets"][0], "b1_points": "nhiều"},
        {**sent["sheets"][1], "persons": 0},
        {"id": 999999, "version": 0},
    ]
    refused = problem(desk.patch(at(review, "sheets/"), {"sheets": wrong}), 400, "invalid")
    assert named(refused) == ["/sheets/0/b1_points", "/sheets/1/persons", "/sheets/2/id"]
    assert not PovertyReview.objects.filter(version__gt=0).exists()

    saved = desk.patch(at(review, "sheets/"), sent).json()["sheets"]
    assert [(one["id"], one["poverty_class"]) for one in saved] == [
        (first["id"], "poor"),
        (second["id"], "neither"),
    ]
    late = problem(desk.patch(at(review, "sheets/"), sent), 409, "stale_sheets")
    assert named(late) == ["/sheets/0/version", "/sheets/1/version"]
    assert [one["current"]["version"] for one in late["conflicts"]] == [1, 1]
    assert [row["id"] for row in sheets_of(desk, review, **{"class": "neither"})] == [second["id"]]
    assert sheets_of(desk, review, done="false") == []
    problem(desk.patch(at(review, "sheets/"), {"sheets": []}), 400, "invalid")


def test_a_household_asks_to_be_reviewed_and_is_taken_off_again(world, desk, review) -> None:
    late = add(world.here, "Lò Thị Muộn")
    refused = desk.post(at(review, "sheets/"), {"household": late.pk})
    assert named(problem(refused, 400, "invalid")) == ["/requested_on"]
    made = desk.post(at(review, "sheets/"), {"household": late.pk, "requested_on": DAY})
    assert (made.status_code, made.json()["listed"]) == (201, "requested")
    gone = desk.post(f"/api/v1/sheets/{made.json()['id']}/unlist/", {"reason": "Nhầm hộ"})
    assert gone.status_code == 204
    assert len(sheets_of(desk, review)) == 2
    elsewhere = add(world.there, "Lường Văn Xa")
    refused = desk.post(at(review, "sheets/"), {"household": elsewhere.pk, "requested_on": DAY})
    assert named(problem(refused, 400, "invalid")) == ["/household"]


def test_the_whole_way_from_the_meetings_to_the_provinces_approval(desk, leader, province, review) -> None:
    first, second = sheets_of(desk, review)
    rows = [{"id": first["id"], "version": 0, **POOR}, {"id": second["id"], "version": 0, **FINE}]
    desk.patch(at(review, "sheets/"), {"sheets": [{**row, "reviewed_on": DAY} for row in rows]})
    paper = {"number": "12/BC-UBND", "on": TODAY.isoformat()}
    lacking = problem(desk.post(at(review, "ask/"), paper), 400, "lacking")
    assert "chưa họp dân" in lacking["detail"]

    (part,) = desk.get(at(review, "villages/")).json()["results"]
    village = at(review, f"villages/{part['id']}/")
    met = desk.post(f"{village}meetings/", {"held_on": DAY, "present": 60, "agreed": 50}).json()
    assert met["meetings"][0]["passed"] is True
    post = {"posted_from": DAY, "posted_to": TODAY.isoformat(), "place": "Nhà văn hóa"}
    assert desk.post(f"{village}posting/", post).json()["place"] == "Nhà văn hóa"
    said = desk.post(f"{village}complaints/", {"received_on": DAY, "text": "Xem lại"}).json()
    (complaint,) = said["complaints"]
    answer = {"answer": "Đã xem", "answered_on": TODAY.isoformat(), "upheld": False}
    heard = desk.post(f"{village}complaints/{complaint['id']}/answer/", answer).json()
    assert heard["complaints"][0]["upheld"] is False

    assert desk.post(at(review, "ask/"), paper).json()["state"] == "asked"
    refused = desk.patch(at(review, "sheets/"), {"sheets": [{**rows[0], "version": 1}]})
    problem(refused, 400, "frozen")
    problem(leader.post(at(review, "recognise/"), {**paper, "signatory": "Quý"}), 400, "wrong_step")
    problem(desk.post(at(review, "opinion/"), paper), 403, "permission_denied")
    problem(province.post(at(review, "opinion/"), paper, **as_of(99)), 412, "precondition_failed")
    given = province.post(at(review, "opinion/"), {**paper, "opinion": "Nhất trí"}).json()
    assert given["opinion"] == "Nhất trí"
    assert named(problem(leader.post(at(review, "recognise/"), paper), 400, "invalid")) == ["/signatory"]
    done = leader.post(at(review, "recognise/"), {**paper, "signatory": "Lò Văn Quý"}).json()
    assert (done["state"], done["counts"]["poor"]) == ("recognised", 1)
    assert Household.objects.get(pk=first["household"]).poverty_class == "poor"

    approve = {"reviews": [review.pk, 10**9], **paper}
    assert named(problem(province.post(f"{REVIEWS}approve/", approve), 400, "invalid")) == ["/reviews/1"]
    huge = {"reviews": [10**30], **paper}
    assert named(problem(province.post(f"{REVIEWS}approve/", huge), 400, "invalid")) == ["/reviews/0"]
    problem(desk.post(f"{REVIEWS}approve/", approve), 403, "permission_denied")
    approved = province.post(f"{REVIEWS}approve/", {**paper, "reviews": [review.pk]}).json()
    assert [one["state"] for one in approved["reviews"]] == ["approved"]
    opened = province.post(at(review, "reopen/"), {"reason": "Khiếu nại"}).json()
    assert (opened["state"], opened["approved_on"]) == ("reviewing", None)


def test_the_year_stands_against_the_year_before(world, desk, homes) -> None:
    whole_year(world.here, world.reviewer, "2025", dict.fromkeys(homes, "poor"))
    review = start(world.here, "2026")
    first, _second = sheets_of(desk, review)
    desk.patch(f"/api/v1/sheets/{first['id']}/", FINE, **as_of(0))
    shown = desk.get(at(review, "ledger/")).json()

    assert shown["compared_with"] == "2025"
    assert (shown["poor"]["opening"], shown["poor"]["out"], shown["poor"]["closing"]) == (2, 1, 1)
    assert shown["balances"] is True


def test_the_source_changes_with_a_paper_and_the_comparison_is_kept(desk, review) -> None:
    refused = desk.post(at(review, "source/"), {"source": "aggregate"})
    assert set(named(problem(refused, 400, "invalid"))) == {"/number", "/on"}
    paper = {"source": "aggregate", "number": "45/QĐ-UBND", "on": DAY}
    assert desk.post(at(review, "source/"), paper).json()["source"] == "aggregate"
    problem(desk.post(at(review, "source/"), paper), 400, "invalid")


def test_shapes_that_nobody_could_mean_are_refused(desk, review) -> None:
    huge = 10**30
    sheet = sheets_of(desk, review)[0]["id"]
    for body in ([], "x", {"sheets": 7}, {"sheets": [7]}, {"sheets": [{}]}, {"sheets": [{"id": huge}]}):
        problem(desk.patch(at(review, "sheets/"), body), 400, "invalid")
    twice = [{"id": sheet, "version": 0, **FINE}] * 2
    assert named(problem(desk.patch(at(review, "sheets/"), {"sheets": twice}), 400, "invalid")) == [
        "/sheets/1/id"
    ]
    for body in ([], {"deprivations": 7}, {"deprivations": ["x"]}, {"b1_items": [huge]}, {"income": huge}):
        problem(desk.patch(f"/api/v1/sheets/{sheet}/", body, **as_of(0)), 400, "invalid")
    problem(desk.post(REVIEWS, {"unit": "03703", "regular": "2026-11-01"}), 400, "wrong_step")
    problem(desk.post(at(review, "sheets/"), {"household": huge}), 400, "invalid")
    problem(desk.post(at(review, "ask/"), {"number": "1", "on": "hôm nay"}), 400, "invalid")
