"""A program of the commune keeps the register of households: by name, by version, nothing overwritten."""

import logging

import pytest

from housing.models import Household, HouseholdChange
from programs.models import ExportLog
from tests.api.conftest import named, problem
from tests.housing.world import add, add_person

pytestmark = pytest.mark.django_db

HOUSEHOLDS = "/api/v1/households/"
NUMBER = "014070000001"


@pytest.fixture
def desk(world, program_of):
    """The program of Quỳnh Nhai's cadre."""
    return program_of(world.cadre)


@pytest.fixture
def home(world) -> Household:
    return add(world.here, "Lò Văn Ín", identity_number=NUMBER, poverty_class="poor")


def at(household: Household, more: str = "") -> str:
    return f"{HOUSEHOLDS}{household.pk}/{more}"


def as_of(version: int) -> dict[str, str]:
    return {"HTTP_IF_MATCH": f'"{version}"'}


def test_the_list_is_by_name_with_masked_numbers_and_narrowed_by_declared_words(world, desk, home) -> None:
    beside = add(world.here, "Quàng Văn Ọi", village=world.villages[1])
    add(world.there, "Lường Văn Xa")
    rows = desk.get(HOUSEHOLDS, {"unit": "03703"}).json()["results"]

    assert [row["id"] for row in rows] == [home.pk, beside.pk]
    assert (rows[0]["head_name"], rows[0]["identity_number"]) == ("Lò Văn Ín", "0140…001")
    assert NUMBER not in desk.get(HOUSEHOLDS).content.decode()

    def found(**asked: str) -> list[int]:
        return [row["id"] for row in desk.get(HOUSEHOLDS, {"unit": "03703", **asked}).json()["results"]]

    assert found(village=world.villages[1].code) == [beside.pk]
    assert found(**{"class": "poor"}) == [home.pk]
    assert found(state="left") == []
    assert named(problem(desk.get(HOUSEHOLDS, {"klass": "poor"}), 400, "unknown_parameter")) == ["klass"]
    wrong = {"unit": "03703", "village": world.there.village.code}
    assert named(problem(desk.get(HOUSEHOLDS, wrong), 400, "invalid_parameter")) == ["village"]


def test_who_is_above_is_sent_to_the_counts_and_a_stranger_finds_nothing(world, program_of, home) -> None:
    for person in (world.official, world.reviewer, world.root):
        program = program_of(person)
        assert "/rollup/" in problem(program.get(HOUSEHOLDS), 403, "permission_denied")["detail"]
        answer = program.get(HOUSEHOLDS, {"unit": "03703"})
        if person != world.root:
            assert "/commune-reviews/" in problem(answer, 403, "permission_denied")["detail"]
        assert "Ín" not in program.get(at(home)).content.decode()
    problem(program_of(world.official).get(at(home)), 403, "permission_denied")
    stranger = program_of(world.there.cadre)
    problem(stranger.get(at(home)), 404, "not_found")
    assert named(problem(stranger.get(HOUSEHOLDS, {"unit": "03703"}), 404, "not_found")) == ["unit"]
    problem(program_of(world.leader).patch(at(home), {"persons": 5}, **as_of(1)), 403, "permission_denied")


def test_a_household_is_written_in_and_its_twin_is_named_first(world, desk, home) -> None:
    add(world.there, "Lường Văn Xa", identity_number="014070000077")
    body = {"unit": "03703", "village": world.village.code, "head_name": "lò văn ín", "persons": 3}

    refused = problem(desk.post(HOUSEHOLDS, body), 409, "likely_duplicates")
    (told,) = refused["candidates"]
    assert (told["why"], told["household"]["id"]) == ("name", home.pk)
    assert told["household"]["identity_number"] == "0140…001"

    made = desk.post(HOUSEHOLDS, {**body, "duplicates_seen": True, "ethnic_group": "03"})
    assert (made.status_code, made["ETag"], made.json()["persons"]) == (201, '"1"', 3)
    stored = Household.objects.get(pk=made.json()["id"])
    assert HouseholdChange.objects.get(household=stored).through == "api"

    elsewhere = {**body, "head_name": "Lường Văn Xa", "identity_number": "014070000077"}
    (told,) = problem(desk.post(HOUSEHOLDS, elsewhere), 409, "likely_duplicates")["candidates"]
    assert told["unit"] == "03688"
    assert "household" not in told


def test_every_bad_member_of_a_body_is_named(world, desk) -> None:
    body = {
        "unit": "03703", "village": world.there.village.code, "head_name": "A", "ethnic_group": "999",
        "persons": "nhiều", "colour": "xanh",
    }  # fmt: skip
    assert named(problem(desk.post(HOUSEHOLDS, body), 400, "invalid")) == ["/colour"]
    del body["colour"]
    found = named(problem(desk.post(HOUSEHOLDS, body), 400, "invalid"))
    assert set(found) == {"/village", "/ethnic_group", "/persons"}
    for body in ([], "x", {"unit": 7}, {"unit": "\0"}):
        assert named(problem(desk.post(HOUSEHOLDS, body), 400, "invalid")) == ["/unit"]
    body = {"unit": "03703", "village": world.village.code, "head_name": "A1", "identity_number": "12"}
    found = named(problem(desk.post(HOUSEHOLDS, body), 400, "invalid"))
    assert set(found) == {"/head_name", "/identity_number"}
    assert named(problem(desk.post(HOUSEHOLDS, {"head_name": "A"}), 400, "invalid")) == ["/unit"]


def test_shapes_that_nobody_could_mean_are_refused_and_never_an_error_of_ours(world, desk, home) -> None:
    huge = 10**30
    problem(desk.get(f"{HOUSEHOLDS}{huge}/"), 404, "not_found")
    for body in ([], "x", 7, {"persons": huge}, {"village": []}, {"ethnic_group": {}}, {"note": "\0"}):
        problem(desk.patch(at(home), body, **as_of(1)), 400, "invalid")
    merge = {"other": huge, "other_version": huge, "persons": 4, "on": "2026-11-21"}
    assert named(problem(desk.post(at(home, "merge/"), merge, **as_of(1)), 400, "invalid")) == ["/other"]
    split = {"village": world.village.code, "head_name": "Lò", "persons": 1, "members": [huge]}
    refused = desk.post(at(home, "split/"), {**split, "on": "0001-01-01"}, **as_of(1))
    assert named(problem(refused, 400, "invalid")) == ["/on"]
    problem(desk.post(at(home, "members/"), {"name": [], "relation": {}}, **as_of(1)), 400, "invalid")


def test_an_edit_needs_the_version_that_was_read(world, desk, home) -> None:
    read = desk.get(at(home))
    assert read["ETag"] == '"1"'
    assert problem(desk.patch(at(home), {"persons": 5}), 428, "precondition_required")

    back = {name: read.json()[name] for name in ("head_name", "identity_number", "village", "address")}
    same = desk.patch(at(home), {**back, "persons": 5, "head_sex": "female"}, **as_of(1))
    assert (same.status_code, same["ETag"], same.json()["persons"]) == (200, '"2"', 5)
    home.refresh_from_db()
    assert (home.identity_number, home.persons) == (NUMBER, 5)
    assert [one["pointer"] for one in same.json()["warnings"]] == ["/head_sex"]

    stale = desk.patch(at(home), {"persons": 6}, **as_of(1))
    refused = problem(stale, 412, "precondition_failed")
    assert stale["ETag"] == '"2"'
    assert (refused["current"]["version"], refused["current"]["updated_by"]) == (2, "cadre")
    home.refresh_from_db()
    assert home.persons == 5


def test_search_is_asked_by_post_without_accents_or_by_a_whole_number(desk, home, world) -> None:
    def found(text: str) -> list[int]:
        answer = desk.post(f"{HOUSEHOLDS}search/", {"unit": "03703", "text": text})
        return [row["id"] for row in answer.json()["results"]]

    assert found("lo van in") == found(NUMBER) == [home.pk]
    assert found("01407000") == []
    problem(desk.get(f"{HOUSEHOLDS}search/"), 405, "method_not_allowed")


def test_whole_households_split_merge_move_leave_and_come_back(world, desk, home) -> None:
    add_person(home, "Lò Văn Ín", "head")
    child = add_person(home, "Lò Văn Con", birth_year=2001)
    new = {"village": world.village.code, "head_name": "Lò Văn Con", "persons": 1, "members": [child.pk]}
    made = desk.post(at(home, "split/"), {**new, "on": "2026-11-20"}, **as_of(1))
    assert made.status_code == 201
    assert [one["relation"] for one in made.json()["members"]] == ["head"]
    other = Household.objects.get(pk=made.json()["id"])
    home.refresh_from_db()
    assert home.persons == 3

    moved = desk.post(at(other, "move/"), {"village": world.villages[1].code}, **as_of(1))
    assert moved.json()["village"] == world.villages[1].code
    merge = {"other": other.pk, "other_version": 2, "persons": 4, "on": "2026-11-21"}
    assert desk.post(at(home, "merge/"), merge, **as_of(2)).json()["persons"] == 4
    other.refresh_from_db()
    assert other.departure == "merged"

    gone = desk.post(at(home, "leave/"), {"how": "moved_out", "on": "2026-11-22"}, **as_of(3)).json()
    assert (gone["departure"], gone["ended_on"]) == ("moved_out", "2026-11-22")
    problem(desk.patch(at(home), {"persons": 2}, **as_of(4)), 400, "invalid")
    assert desk.post(at(home, "restore/"), {}, **as_of(4)).json()["departure"] == ""

    steps = desk.get(at(home, "history/")).json()
    assert steps["count"] == 4
    assert steps["results"][0]["by"]


def test_members_are_written_corrected_and_leave(world, desk, home) -> None:
    born = {"name": "Lò Thị Em", "relation": "child", "birth_date": "2020-02-03", "insured": None}
    made = desk.post(at(home, "members/"), born, **as_of(1)).json()
    (member,) = made["members"]
    assert (member["birth_year"], member["insured"], made["version"]) == (2020, None, 2)

    corrected = desk.patch(
        at(home, f"members/{member['id']}/"), {"schooling": "attending"}, **as_of(2)
    ).json()
    assert corrected["members"][0]["name"] == "Lò Thị Em"
    assert corrected["members"][0]["schooling"] == "attending"
    add_person(home, "Lò Văn Anh")
    left = desk.post(at(home, f"members/{member['id']}/leave/"), {"on": "2026-11-01"}, **as_of(3)).json()
    assert [one["left_on"] for one in left["members"] if one["id"] == member["id"]] == ["2026-11-01"]
    problem(desk.patch(at(home, "members/0/"), {"note": "?"}, **as_of(4)), 404, "not_found")
    assert desk.get(at(home, "members/")).json()["count"] == 2


def test_full_numbers_are_asked_for_and_written_down_and_nothing_reaches_the_log(desk, home, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.post(f"{HOUSEHOLDS}search/", {"unit": "03703", "text": NUMBER})
        answer = desk.post(at(home, "numbers/")).json()
        desk.patch(at(home), {"identity_number": "12"}, **as_of(1))

    assert answer == {"numbers": [{"member": None, "identity_number": NUMBER}]}
    kept = ExportLog.objects.get()
    assert (kept.kind, kept.rows, kept.note) == ("household-numbers", 1, home.code)
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert not [line for line in ours if NUMBER in line or "Ín" in line]
