"""Totals, assessments and recognitions: what was saved is what is seen, and only by who may see it."""

from datetime import date

import pytest

from communes.models import Membership, Role, first_day
from programs.actions import Item, submit_report
from programs.models import IndicatorKind, Recognition, RecognitionLevel, Report
from programs.queries.structure import structure_of
from tests.api.conftest import named, problem
from tests.support import TODAY, make_report, make_user, period, record, unit

pytestmark = pytest.mark.django_db

ROLLUP = "/api/v1/rollup/"
ASSESSMENTS = "/api/v1/assessments/"
RECOGNITIONS = "/api/v1/recognitions/"
WATER = "ntm.xa.17.1"
SET = "NTM_XA_2021_2025"
H1 = date(2025, 6, 30)


@pytest.fixture
def clerk(people):
    """Somebody who enters figures for the whole province, ended communes included."""
    person = make_user("clerk")
    Membership.objects.create(user=person, unit=unit("14"), role=Role.CADRE, valid_from=first_day)
    return person


def meet_everything(report: Report, by) -> None:
    """A figure on the good side of every threshold."""
    items = []
    for row in structure_of(report.form, report.period):
        for one in row.typed:
            good = one.direction == "more"
            if one.kind == IndicatorKind.PERCENT:
                items.append(Item(one.code, 1000 if good else 0, 1000))
            elif one.kind == IndicatorKind.BOOLEAN:
                items.append(Item(one.code, 1))
            else:
                items.append(Item(one.code, min(one.maximum or 10**9, 10**9) if good else 0))
    record(report, by, items)


def only(answer):
    assert answer.status_code == 200, answer.content.decode()
    (row,) = answer.json()["rows"]
    return row


def test_the_contracts_own_example(reader, clerk) -> None:
    period("2025-H1")
    for code in ("03694", "03697"):
        meet_everything(make_report(code, "2025-H1"), clerk)
    record(make_report("03688", "2025-H1"), clerk, [Item("ntm.xa.1.1", 0), Item("ntm.xa.1.2", 1)])

    answer = reader.get(ROLLUP, {"indicator": "ntm.communes.met", "unit": "14", "at": "2025-06-30"})
    row = only(answer)
    # The third is not met whatever else it reports: determined, so it counts in the denominator.
    assert (row["value"], row["numerator"], row["denominator"]) == ("2", "2", "3")
    assert (row["reported_units"], row["expected_units"]) == (3, 177)
    assert (row["unit"], row["unit_name"]) == ("14", "Tỉnh Sơn La")
    body = answer.json()
    assert (body["basis"], body["state"], body["at"], body["period"]) == (
        "state",
        "entered",
        "2025-06-30",
        None,
    )
    assert body["boundaries"] == "as-was"


def test_what_a_program_saves_is_in_the_total_at_once(cadre, reader, people) -> None:
    report = make_report()
    asked = {"indicator": WATER, "unit": "14", "period": "2026"}
    assert only(reader.get(ROLLUP, asked))["value"] is None

    item = {"indicator": WATER, "numerator": 2011, "denominator": 6504, "version": 0}
    assert (
        cadre.patch(f"/api/v1/reports/{report.pk}/observations/", {"observations": [item]}).status_code == 200
    )

    row = only(reader.get(ROLLUP, asked))
    assert (row["value"], row["numerator"], row["denominator"]) == ("30.92", "2011", "6504")
    assert (row["reported_units"], row["expected_units"]) == (1, 67)
    assert only(reader.get(ROLLUP, {"indicator": WATER, "unit": "14"}))["value"] == "30.92"
    assert only(reader.get(ROLLUP, {**asked, "state": "submitted"}))["value"] is None
    submit_report(report=report, by=people.cadre, today=TODAY, reason="còn chờ")
    assert only(reader.get(ROLLUP, {**asked, "state": "submitted"}))["value"] == "30.92"


def test_one_row_for_each_commune_or_former_district(reader, clerk) -> None:
    record(make_report("03703"), clerk, [Item(WATER, 30, 100)])
    record(make_report("03688"), clerk, [Item(WATER, 90, 100)])
    asked = {"indicator": WATER, "unit": "14", "period": "2026"}

    communes = reader.get(ROLLUP, {**asked, "by": "commune"}).json()["rows"]
    assert len(communes) == 75
    values = {row["unit"]: row["value"] for row in communes}
    assert (values["03703"], values["03688"]) == ("30.00", "90.00")
    districts = reader.get(ROLLUP, {**asked, "by": "district"}).json()["rows"]
    assert len(districts) == 12
    assert sum(row["expected_units"] for row in districts) == 67
    quynh_nhai = next(row for row in districts if row["unit"] == "118")
    assert only(reader.get(ROLLUP, {**asked, "unit": "118"})) == quynh_nhai


def test_a_new_commune_names_the_former_one_that_is_missing(reader, clerk) -> None:
    period("2024")
    record(make_report("03703", "2024"), clerk, [Item(WATER, 30, 100)])

    row = only(reader.get(ROLLUP, {"indicator": WATER, "unit": "03703", "at": "2025-07-01"}))
    assert row["value"] is None
    assert {one["unit_name"] for one in row["missing"]} >= {"Xã Chiềng Ơn", "Xã Chiềng Khoang"}


def test_a_total_outside_the_own_scope_is_not_there(cadre) -> None:
    assert only(cadre.get(ROLLUP, {"indicator": WATER, "unit": "03703"}))["expected_units"] == 1
    for code in ("14", "118", "03688", "99999"):
        for path, more in ((ROLLUP, {"indicator": WATER}), (ASSESSMENTS, {"set": SET})):
            refused = problem(cadre.get(path, {"unit": code, **more}), 404, "not_found")
            assert named(refused) == ["unit"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"unit": "14"}, ["indicator"]),
        ({"indicator": WATER}, ["unit"]),
        ({"indicator": WATER, "unit": "14", "at": "2025-06-30", "period": "2025"}, ["period", "at"]),
        ({"indicator": WATER, "unit": "14", "at": "2020-06-30"}, ["at"]),
        ({"indicator": WATER, "unit": "14", "period": "2031"}, ["period"]),
        ({"indicator": WATER, "unit": "14", "by": "village"}, ["by"]),
        ({"indicator": WATER, "unit": "14", "state": "2"}, ["state"]),
        ({"indicator": "ntm.xa.99", "unit": "14"}, ["indicator"]),
    ],
)
def test_a_question_that_cannot_be_answered(reader, asked, names) -> None:
    assert named(problem(reader.get(ROLLUP, asked), 400, "invalid_parameter")) == names


# -- Each unit's own -----------------------------------------------------------------------------


def test_each_units_result_with_its_criteria(reader, clerk) -> None:
    period("2025-H1")
    meet_everything(make_report("03694", "2025-H1"), clerk)
    record(make_report("03697", "2025-H1"), clerk, [Item(WATER, 30, 100)])

    answer = reader.get(ASSESSMENTS, {"set": SET, "unit": "14", "at": "2025-06-30", "page_size": 500}).json()
    assert answer["count"] == 177
    rows = {row["unit"]: row for row in answer["results"]}
    assert (rows["03694"]["result"], rows["03694"]["met"], rows["03694"]["period"]) == ("met", 19, "2025-H1")
    assert [one["number"] for one in rows["03694"]["criteria"]] == list(range(1, 20))
    # Undetermined: the last assessment shows what is known so far.
    assert (rows["03697"]["result"], rows["03697"]["period"]) == ("unknown", "2025-H1")
    assert (rows["03688"]["result"], rows["03688"]["period"], rows["03688"]["criteria"]) == (
        "unknown",
        None,
        [],
    )


def test_a_half_typed_form_does_not_pull_a_result_down(reader, clerk) -> None:
    period("2025")
    meet_everything(make_report("03703", "2025"), clerk)
    record(make_report("03703", "2026"), clerk, [Item(WATER, 30, 100)])
    asked = {"set": SET, "unit": "03703"}

    (now,) = reader.get(ASSESSMENTS, asked).json()["results"]
    assert (now["result"], now["period"]) == ("met", "2025")
    (of_2026,) = reader.get(ASSESSMENTS, {**asked, "period": "2026"}).json()["results"]
    assert (of_2026["result"], of_2026["period"]) == ("unknown", "2026")
    (submitted,) = reader.get(ASSESSMENTS, {**asked, "state": "submitted"}).json()["results"]
    assert (submitted["result"], submitted["period"], submitted["state"]) == ("unknown", None, None)


def test_assessments_cost_the_same_whatever_the_page(reader, clerk, django_assert_max_num_queries) -> None:
    period("2025-H1")
    record(make_report("03694", "2025-H1"), clerk, [Item(WATER, 30, 100)])
    asked = {"set": SET, "unit": "14", "at": "2025-06-30"}
    reader.get(ASSESSMENTS, asked)
    for size in (1, 500):
        with django_assert_max_num_queries(8):
            reader.get(ASSESSMENTS, {**asked, "page_size": size})


def test_decisions_in_force_on_a_day(reader, neighbour) -> None:
    for code, level in (("03703", RecognitionLevel.MET), ("03688", RecognitionLevel.ADVANCED)):
        Recognition.objects.create(
            unit=unit(code),
            level=level,
            decision="QĐ 1/QĐ-UBND",
            decided_on=date(2026, 1, 2),
            valid_from=date(2026, 1, 5),
        )

    def of(client=reader, **asked) -> list[str]:
        return [row["unit"] for row in client.get(RECOGNITIONS, asked).json()["results"]]

    assert of() == ["03688", "03703"]
    assert of(at="2026-01-04") == []
    assert of(unit="14") == ["03688", "03703"]
    assert of(unit="03703") == ["03703"]
    assert of(level="advanced") == ["03688"]
    assert of(client=neighbour) == ["03688"]
    problem(neighbour.get(RECOGNITIONS, {"unit": "03703"}), 404, "not_found")
    recognised = {"indicator": "ntm.communes.recognised", "unit": "14"}
    assert only(reader.get(ROLLUP, recognised))["value"] == "2"
