"""Houses through programs: one by name on its way, its money and pictures, and the counts for those above."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from housing.models import HousingProject, ProjectEvent
from tests.api.conftest import named, problem
from tests.housing.house_world import photo_with_place, propose, walk
from tests.housing.world import HousingWorld, add, signed_in

pytestmark = pytest.mark.django_db

HOUSES = "/api/v1/houses/"


@pytest.fixture
def desk(world, program_of):
    return program_of(world.cadre)


@pytest.fixture
def house(world: HousingWorld) -> HousingProject:
    return propose(world, add(world.here, "Lò Văn Ín"))


def at(house: HousingProject, more: str = "") -> str:
    return f"{HOUSES}{house.pk}/{more}"


def as_of(version: int) -> dict[str, str]:
    return {"HTTP_IF_MATCH": f'"{version}"'}


def picture(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def test_houses_are_listed_by_name_for_the_commune_and_counted_for_those_above(
    world, desk, house, program_of
) -> None:
    rows = desk.get(HOUSES, {"unit": "03703", "list": "2025-2", "stage": "proposed"}).json()["results"]
    assert [(row["id"], row["head_name"]) for row in rows] == [(house.pk, "Lò Văn Ín")]
    assert desk.get(HOUSES, {"stage": "completed"}).json()["count"] == 0
    assert named(problem(desk.get(HOUSES, {"list": "2026"}), 400, "invalid_parameter")) == ["list"]

    official = program_of(world.official)
    assert "/houses/summary/" in problem(official.get(HOUSES), 403, "permission_denied")["detail"]
    problem(official.get(at(house)), 403, "permission_denied")
    problem(program_of(world.there.cadre).get(at(house)), 404, "not_found")
    summary = official.get(f"{HOUSES}summary/", {"unit": "14", "list": "2025-2"})
    assert "Ín" not in summary.content.decode()
    body = summary.json()
    assert (body["listed"], body["completed"], body["target"]) == (1, 0, None)
    assert [(row["unit"], row["listed"]) for row in body["communes"]] == [("03703", 1)]
    assert {row["stage"]: row["count"] for row in body["stages"]}["proposed"] == 1
    earlier = {"unit": "03703", "list": "2025-2", "at": "2026-03-01"}
    assert desk.get(f"{HOUSES}summary/", earlier).json()["listed"] == 0
    refused = program_of(world.there.cadre).get(f"{HOUSES}summary/", {"unit": "03703"})
    assert named(problem(refused, 404, "not_found")) == ["unit"]


def test_a_house_is_proposed_once_or_again_with_a_reason(world, desk, program_of) -> None:
    home = add(world.here)
    body = {"household": home.pk, "list": "2025-2", "group": "phong-trao", "kind": "new", "on": "2026-03-02"}
    made = desk.post(HOUSES, body)
    assert (made.status_code, made["ETag"], made.json()["next_stage"]) == (201, '"1"', "voted")
    assert ProjectEvent.objects.get().through == "api"

    again = problem(desk.post(HOUSES, body), 409, "already_helped")
    assert [one["id"] for one in again["houses"]] == [made.json()["id"]]
    assert desk.post(HOUSES, {**body, "repeat_reason": "Nhà bị lũ cuốn"}).status_code == 201
    wrong = {**body, "list": "x", "group": 7, "kind": "tent", "household": 0}
    found = named(problem(desk.post(HOUSES, wrong), 400, "invalid"))
    assert set(found) == {"/list", "/group", "/kind", "/household"}
    problem(program_of(world.leader).post(HOUSES, body), 403, "permission_denied")
    problem(program_of(world.official).post(HOUSES, body), 403, "permission_denied")
    problem(program_of(world.there.cadre).post(HOUSES, body), 404, "not_found")


def test_every_step_stands_on_the_version_that_was_read(desk, house) -> None:
    vote = {"stage": "voted", "on": "2026-03-10", "present": 62, "agreed": 50}
    problem(desk.post(at(house, "steps/"), vote), 428, "precondition_required")
    few = desk.post(at(house, "steps/"), {**vote, "agreed": 20}, **as_of(1))
    assert named(problem(few, 400, "invalid")) == ["/agreed"]
    voted = desk.post(at(house, "steps/"), vote, **as_of(1))
    assert (voted.json()["stage"], voted["ETag"]) == ("voted", '"2"')

    stale = desk.post(at(house, "steps/"), {"stage": "approved", "on": "2026-04-01"}, **as_of(1))
    assert problem(stale, 412, "precondition_failed")["current"]["updated_by"] == "cadre"
    started = desk.post(at(house, "steps/"), {"stage": "started", "on": "2026-04-01"}, **as_of(2))
    assert named(problem(started, 400, "invalid")) == ["/stage"]
    back = desk.post(at(house, "undo/"), {"reason": "Ghi nhầm nhà"}, **as_of(2)).json()
    assert (back["stage"], back["voted_on"]) == ("proposed", None)
    mended = desk.patch(at(house), {"kind": "repair", "note": "Sửa mái"}, **as_of(3)).json()
    assert (mended["kind"], mended["group"], mended["note"]) == ("repair", "phong-trao", "Sửa mái")
    assert [one["version"] for one in desk.get(at(house, "history/")).json()["results"]] == [4, 3, 2, 1]


def test_a_completed_house_says_whether_it_is_hard_and_what_the_norm_is(world, desk, house) -> None:
    walk(world, house, "completed")
    shown = desk.get(at(house)).json()
    assert (shown["hard"], shown["area_m2"], shown["next_stage"]) == (True, 42, "handed_over")
    assert shown["norm"] == 60_000_000
    assert desk.get(f"{HOUSES}summary/", {"unit": "03703"}).json()["norm"] == 60_000_000


def test_money_is_whole_dong_by_source_and_a_mistake_is_taken_back(desk, house) -> None:
    gift = {"source": "central", "value": 60_000_000, "received_on": "2026-06-01"}
    shown = desk.post(at(house, "money/"), gift).json()
    assert (shown["shares"]["state"], shown["shares"]["total"]) == (60_000_000, 60_000_000)
    kind = {"source": "own", "form": "labour", "value": 5_000_000, "received_on": "2026-06-01"}
    assert named(problem(desk.post(at(house, "money/"), kind), 400, "invalid")) == ["/quantity"]
    shown = desk.post(at(house, "money/"), {**kind, "quantity": "20.5"}).json()
    assert [one["quantity"] for one in shown["money"]] == [None, "20.50"]
    for value in (-1, 0, 10**12):
        assert named(problem(desk.post(at(house, "money/"), {**gift, "value": value}), 400, "invalid"))

    entry = shown["money"][0]["id"]
    assert desk.delete(at(house, f"money/{entry}/")).status_code == 204
    problem(desk.delete(at(house, f"money/{entry}/")), 404, "not_found")
    assert desk.get(at(house)).json()["shares"] == {
        "state": 0, "society": 0, "own": 5_000_000, "total": 5_000_000,
    }  # fmt: skip


def test_a_picture_is_taken_by_its_content_and_given_back_as_a_file(world, desk, house, program_of) -> None:
    sent = {"moment": "after", "taken_on": "2026-09-01"}

    def put(content: bytes, **more: str):
        body = {**sent, **more, "file": picture(content)}
        return desk.post(at(house, "photos/"), body, format="multipart")

    assert named(problem(put(b"<script>alert(1)</script>"), 400, "invalid")) == ["/file"]
    made = put(photo_with_place(), keep_place="true")
    assert made.status_code == 201, made.content
    (kept,) = made.json()["photos"]
    assert kept["latitude"] == "21.33500"
    assert put(photo_with_place()).json()["photos"][1]["latitude"] is None

    address = at(house, f"photos/{kept['id']}/")
    answer = signed_in(world.leader).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    problem(program_of(world.official).get(address), 403, "permission_denied")
    problem(program_of(world.there.cadre).get(address), 404, "not_found")
    problem(program_of(world.leader).delete(address), 403, "permission_denied")
    assert desk.delete(address).status_code == 204
    problem(desk.post(at(house, "photos/"), sent), 415, "unsupported_media_type")


def test_what_houses_and_poverty_are_measured_by_is_there_for_everybody(reader) -> None:
    (old, new) = reader.get("/api/v1/poverty-standards/").json()["results"]
    assert {line["area"]: line["points"] for line in old["lines"]} == {"rural": 140, "urban": 175}
    assert len(old["deprivations"]) == 12
    assert new["valid_from"] == "2027-01-01"
    general = reader.get("/api/v1/review-rounds/", {"kind": "general"}).json()["results"]
    assert [(row["code"], row["next_standard"]) for row in general] == [("2026", new["code"])]
    lists = reader.get("/api/v1/housing-lists/").json()["results"]
    assert {norm["kind"]: norm["amount"] for norm in lists[0]["norms"]} == {
        "new": 60_000_000,
        "repair": 30_000_000,
    }
    assert reader.get("/api/v1/ethnic-groups/").json()["count"] == 54
    for name in ("poverty-reasons", "beneficiary-groups", "money-sources"):
        assert reader.get(f"/api/v1/{name}/").json()["count"] > 2
