"""What is measured and by which rules: indicators, criteria sets, periods."""

import pytest

from tests.api.conftest import named, problem

pytestmark = pytest.mark.django_db

SET = "NTM_XA_2021_2025"


def test_an_indicator_says_how_it_is_measured_and_added_up(reader) -> None:
    (water,) = reader.get("/api/v1/indicators/", {"code": "ntm.xa.17.1"}).json()["results"]

    assert (water["kind"], water["over_units"], water["over_time"]) == ("percent", "ratio", "last")
    assert water["numerator_name"]
    assert water["denominator_name"]
    assert water["derived"] is False
    assert water["parent"] is None


def test_parts_name_their_parent(reader) -> None:
    rows = reader.get("/api/v1/indicators/", {"set": SET, "page_size": 500}).json()["results"]
    parts = {row["code"]: row for row in rows if row["parent"]}

    assert parts["ntm.xa.12.1.female"]["parent"] == "ntm.xa.12.1"
    assert parts["ntm.xa.12.1.female"]["role"] == "sum"
    assert len({row["code"] for row in rows if row["parent"] is None}) == 57


def test_what_is_read_from_assessments_is_marked_as_derived(reader) -> None:
    (met,) = reader.get("/api/v1/indicators/", {"code": "ntm.communes.met"}).json()["results"]

    assert met["derived"] is True


def test_an_indicator_that_changed_its_kind_is_two_rows_of_one_code(reader) -> None:
    rows = reader.get("/api/v1/indicators/", {"code": "ntm.xa.15.4"}).json()["results"]

    assert len(rows) == 2
    assert rows[0]["valid_to"] == rows[1]["valid_from"]
    at = {"code": "ntm.xa.15.4", "at": "2025-06-30"}
    assert len(reader.get("/api/v1/indicators/", at).json()["results"]) == 1


def test_a_set_gives_its_criteria_and_the_requirements_in_force(reader) -> None:
    found = reader.get(f"/api/v1/criteria-sets/{SET}/", {"at": "2025-06-30"}).json()

    assert [row["number"] for row in found["criteria"]] == list(range(1, 20))
    requirements = [row for criterion in found["criteria"] for row in criterion["requirements"]]
    assert len(requirements) == 57
    assert found["kinds"] == ["xa"]
    assert found["at"] == "2025-06-30"
    of_water = next(row for row in requirements if row["indicator"] == "ntm.xa.17.1")
    assert of_water["rule"]
    assert of_water["mark"]


def test_sets_and_periods_are_listed(reader) -> None:
    sets = reader.get("/api/v1/criteria-sets/", {"level": "met"}).json()["results"]
    assert SET in [row["code"] for row in sets]

    years = reader.get("/api/v1/periods/", {"kind": "year"}).json()["results"]
    assert [row["code"] for row in years] == sorted((row["code"] for row in years), reverse=True)
    assert {"starts_on", "ends_on", "deadline", "state"} <= set(years[0])


def test_unknown_codes_are_named(reader) -> None:
    refused = problem(reader.get("/api/v1/indicators/", {"set": "NTM"}), 400, "invalid_parameter")
    assert named(refused) == ["set"]
    problem(reader.get("/api/v1/criteria-sets/NTM/"), 404, "not_found")
