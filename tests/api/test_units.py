"""Units on a day, by level, district and name; what they came from and became."""

import pytest

from communes.models import Succession
from tests.api.conftest import named, problem

pytestmark = pytest.mark.django_db

UNITS = "/api/v1/units/"


def codes(answer) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [row["code"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("at", "count"),
    [("2021-01-01", 204), ("2024-12-31", 204), ("2025-01-01", 200), ("2025-06-30", 200), ("2025-07-01", 75)],
)
def test_the_provinces_communes_on_a_day(reader, at, count) -> None:
    answer = reader.get(UNITS, {"level": "commune", "at": at, "ancestor": "14"}).json()

    assert answer["count"] == count
    assert len(answer["results"]) == min(count, 100)
    assert all(row["valid_from"] <= at for row in answer["results"])
    assert all(row["valid_to"] is None or row["valid_to"] > at for row in answer["results"])


def test_a_commune_says_what_it_is_under(reader) -> None:
    before = reader.get(f"{UNITS}03703/", {"at": "2024-06-30"}).json()
    now = reader.get(f"{UNITS}03703/").json()

    assert before["parent"] == "118"
    assert before["former_district"] is None
    assert before["valid_to"] == now["valid_from"] or before["valid_to"] <= now["valid_from"]
    assert (now["code"], now["parent"], now["former_district"]) == ("03703", "14", "118")
    assert (now["kind"], now["level"]) == ("xa", "commune")
    assert now["valid_from"] == "2025-07-01"
    assert now["population"] > 0
    assert set(now["marks"]) == {"name", "extent"}


def test_pages_follow_one_another_without_gap_or_double(reader) -> None:
    first = reader.get(UNITS, {"level": "commune", "at": "2024-06-30", "page_size": 150})
    second = reader.get(first.json()["next"])

    assert first.json()["previous"] is None
    assert second.json()["next"] is None
    together = codes(first) + codes(second)
    assert len(together) == 204
    assert together == sorted(together)
    all_at_once = reader.get(UNITS, {"level": "commune", "at": "2024-06-30", "page_size": 500})
    assert codes(all_at_once) == together


def test_an_ended_district_still_answers_for_its_communes(reader) -> None:
    before = codes(reader.get(UNITS, {"ancestor": "118", "at": "2024-12-31"}))
    after = codes(reader.get(UNITS, {"ancestor": "118", "at": "2025-07-01"}))

    assert len(before) == 11
    assert "03703" in after
    assert 0 < len(after) < len(before)
    assert "118" not in before + after


def test_former_districts_add_up_to_the_province(reader) -> None:
    rows = reader.get(UNITS, {"level": "commune", "page_size": 500}).json()["results"]

    assert len(rows) == 75
    assert len({row["former_district"] for row in rows}) == 12
    assert all(row["former_district"] for row in rows)


@pytest.mark.parametrize("words", ["quynh nhai", "QUỲNH NHAI", "Quỳnh Nhai"])
def test_a_name_is_found_with_or_without_its_accents(reader, words) -> None:
    assert "03703" in codes(reader.get(UNITS, {"q": words, "level": "commune"}))


def test_kinds_are_told_apart(reader) -> None:
    assert len(codes(reader.get(UNITS, {"kind": "xa", "at": "2025-07-01"}))) == 67
    assert len(codes(reader.get(UNITS, {"kind": "phuong", "at": "2025-07-01"}))) == 8


def test_a_cadre_sees_the_own_commune_and_what_it_was_made_of(cadre) -> None:
    assert codes(cadre.get(UNITS)) == ["03703"]
    assert "03703" in codes(cadre.get(UNITS, {"at": "2024-06-30"}))
    assert len(codes(cadre.get(UNITS, {"at": "2024-06-30"}))) < 10
    problem(cadre.get(f"{UNITS}03688/"), 404, "not_found")
    assert named(problem(cadre.get(UNITS, {"ancestor": "14"}), 404, "not_found")) == ["ancestor"]


def test_one_step_back_and_one_step_forward(reader) -> None:
    back = reader.get(f"{UNITS}03703/predecessors/").json()["results"]
    names = {row["unit"]["name"] for row in back}

    assert "Thị trấn Mường Giàng" in names
    assert all(row["act"]["operative_on"] == "2025-07-01" for row in back if row["act"]["number"] != "")
    assert all(row["share"] == "1" for row in back if row["whole"])
    one = back[0]["unit"]
    forward = reader.get(f"{UNITS}{one['code']}/successors/", {"at": "2025-06-30"}).json()["results"]
    assert "03703" in [row["unit"]["code"] for row in forward]
    assert reader.get(f"{UNITS}03703/successors/").json()["results"] == []


def test_an_unknown_share_is_shown_as_unknown(reader) -> None:
    parts = Succession.objects.filter(whole=False, share_millionths=None).select_related("predecessor")
    part = parts.first()
    assert part is not None

    at = {"at": part.predecessor.last_day.isoformat()}
    rows = reader.get(f"{UNITS}{part.predecessor.code}/successors/", at).json()["results"]
    assert {row["whole"]: row["share"] for row in rows}[False] is None


def test_without_a_day_the_last_bearer_answers(reader) -> None:
    assert reader.get(f"{UNITS}118/").json()["valid_to"] == "2025-07-01"
    problem(reader.get(f"{UNITS}118/", {"at": "2025-07-01"}), 404, "not_found")


@pytest.mark.parametrize(
    ("asked", "code", "name"),
    [
        ({"at": "2020-12-31"}, "invalid_parameter", "at"),
        ({"at": "30/06/2025"}, "invalid_parameter", "at"),
        ({"level": "ward"}, "invalid_parameter", "level"),
        ({"level": ""}, "invalid_parameter", "level"),
        ({"q": "a\x00b"}, "invalid_parameter", "q"),
        ({"page": "0"}, "invalid_parameter", "page"),
        ({"page": "x"}, "invalid_parameter", "page"),
        ({"page_size": "501"}, "invalid_parameter", "page_size"),
        ({"levle": "commune"}, "unknown_parameter", "levle"),
        ({"format": "xml"}, "unknown_parameter", "format"),
        ({"parent__code": "14"}, "unknown_parameter", "parent__code"),
    ],
)
def test_a_wrong_question_is_refused_by_name(reader, asked, code, name) -> None:
    assert named(problem(reader.get(UNITS, asked), 400, code)) == [name]


def test_before_the_register_the_first_day_is_named(reader) -> None:
    assert (
        "2021-01-01" in problem(reader.get(UNITS, {"at": "2020-12-31"}), 400, "invalid_parameter")["detail"]
    )


def test_a_parameter_twice_is_refused(reader) -> None:
    refused = problem(reader.get(f"{UNITS}?level=commune&level=district"), 400, "invalid_parameter")
    assert named(refused) == ["level"]


def test_a_page_past_the_end_is_not_found(reader) -> None:
    assert named(problem(reader.get(UNITS, {"page": "99"}), 404, "not_found")) == ["page"]


@pytest.mark.parametrize("code", ["99999", "0370%00", "..", "03703'--"])
def test_a_code_that_nobody_bears_is_not_found(reader, code) -> None:
    problem(reader.get(f"{UNITS}{code}/"), 404, "not_found")


def test_a_page_of_units_costs_the_same_whatever_its_length(reader, django_assert_num_queries) -> None:
    reader.get(UNITS)  # notes today's use of the token
    for size in (1, 500):
        with django_assert_num_queries(4):
            reader.get(UNITS, {"at": "2024-06-30", "page_size": size})
