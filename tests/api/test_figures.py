"""A program reads the figures of a report, changes some, and sends them back: all or nothing."""

from datetime import date
from decimal import Decimal

import pytest

from programs.actions import Item, record_observations, submit_report
from programs.models import Observation, ObservationChange, PeriodState, Reopening, Report, Through
from tests.api.conftest import named, problem
from tests.support import TODAY, figure, make_report, period, record

pytestmark = pytest.mark.django_db

WATER = "ntm.xa.17.1"
INCOME = "ntm.xa.10.1"
PLAN = "ntm.xa.1.1"
CRAFT = "ntm.xa.13.4"
FEMALE, MALE, BOTH = "ntm.xa.12.1.female", "ntm.xa.12.1.male", "ntm.xa.12.1"


@pytest.fixture
def report(db) -> Report:
    return make_report()


@pytest.fixture
def address(report) -> str:
    return f"/api/v1/reports/{report.pk}/observations/"


@pytest.fixture
def send(cadre, address):
    """Send these items as Quỳnh Nhai's program."""

    def patch(*items, client=cadre, **headers):
        return client.patch(address, {"observations": list(items)}, format="json", headers=headers)

    return patch


def row(answer, code):
    assert answer.status_code == 200, answer.content.decode()
    return next(one for one in answer.json()["observations"] if one["indicator"] == code)


def water(value=2011, base=6504, version=0, **more):
    return {"indicator": WATER, "numerator": value, "denominator": base, "version": version, **more}


def test_every_row_of_the_form_is_there_before_anything_is_entered(cadre, address, report) -> None:
    answer = cadre.get(address)
    body = answer.json()

    assert (body["report"], body["state"], body["version"]) == (report.pk, "entering", 1)
    assert answer["ETag"] == '"1"'
    assert len({one["number"] for one in body["observations"]}) == 57
    empty = row(answer, WATER)
    assert (empty["version"], empty["value"], empty["numerator"], empty["updated_by"]) == (
        0,
        None,
        None,
        None,
    )
    assert row(answer, BOTH)["derived"] is True


def test_figures_are_stored_with_who_and_through_what(send, report, people, cadre, address) -> None:
    answer = send(
        water(),
        {"indicator": INCOME, "value": "36500000", "version": 0},
        {"indicator": PLAN, "value": True, "version": 0},
    )

    stored = row(answer, WATER)
    assert (stored["numerator"], stored["denominator"], stored["percent"]) == ("2011", "6504", "30.92")
    assert (stored["version"], stored["through"], stored["updated_by"]) == (1, "api", "cadre")
    assert row(answer, INCOME)["value"] == "36500000"
    assert row(answer, PLAN)["value"] is True
    assert figure(report, WATER).through == Through.API
    assert answer["ETag"] == '"2"'
    again = cadre.get(address)
    assert again.json()["observations"] == answer.json()["observations"]
    assert again["ETag"] == '"2"'


def test_what_get_gave_can_be_sent_back_as_it_is(send, cadre, address, report) -> None:
    send(
        water(),
        {"indicator": CRAFT, "not_applicable": True, "note": "xã không có làng nghề", "version": 0},
        {"indicator": FEMALE, "numerator": "540", "denominator": "1000", "version": 0},
        {"indicator": MALE, "numerator": "680", "denominator": "1000", "version": 0},
    )
    given = cadre.get(address)
    before = ObservationChange.objects.count()

    answer = cadre.patch(address, given.json(), format="json")

    assert answer.json()["observations"] == given.json()["observations"]
    assert answer["ETag"] == given["ETag"]
    assert ObservationChange.objects.count() == before


def test_a_parent_follows_its_parts(send) -> None:
    answer = send(
        {"indicator": FEMALE, "numerator": 540, "denominator": 1000, "version": 0},
        {"indicator": MALE, "numerator": 680, "denominator": 1000, "version": 0},
    )

    assert row(answer, BOTH)["percent"] == "61.00"
    refused = send({"indicator": BOTH, "numerator": 1300, "denominator": 2000, "version": 1})
    assert named(problem(refused, 400, "invalid")) == ["/observations/0/numerator"]


def test_the_same_once_more_changes_nothing(send, report) -> None:
    send(water())
    again = send(water())

    assert row(again, WATER)["version"] == 1
    assert ObservationChange.objects.filter(unit=report.unit, indicator__code=WATER).count() == 1


def test_null_clears_and_the_row_stays(send, report) -> None:
    send(water())
    answer = send(water(None, None, version=1))

    assert (row(answer, WATER)["numerator"], row(answer, WATER)["version"]) == (None, 2)
    assert figure(report, WATER).value is None


def test_a_note_alone_leaves_the_figure(send) -> None:
    send(water())
    answer = send({"indicator": WATER, "note": "đếm lại", "version": 1})

    assert (row(answer, WATER)["numerator"], row(answer, WATER)["note"]) == ("2011", "đếm lại")


def test_a_figure_kept_from_last_time_says_so_until_it_is_changed(send) -> None:
    kept = row(send(water(copied_from="2025")), WATER)
    assert kept["copied_from"] == "2025"

    changed = row(send({**kept, "numerator": "2100"}), WATER)
    assert (changed["numerator"], changed["copied_from"]) == ("2100", None)


# -- Two who write -----------------------------------------------------------------------------------


def test_a_stale_version_shows_both_values_and_loses_neither(send, report, people) -> None:
    record(report, people.cadre, [Item(WATER, 2000, 6504)])
    refused = problem(send(water(1900, version=0)), 409, "stale_figures")

    assert named(refused) == ["/observations/0/version"]
    (conflict,) = refused["conflicts"]
    assert conflict["sent"]["numerator"] == 1900
    assert (conflict["current"]["numerator"], conflict["current"]["version"]) == ("2000", 1)
    assert conflict["current"]["updated_by"] == "cadre"
    assert figure(report, WATER).value == 2000


def test_nothing_of_a_batch_is_kept_when_one_is_stale(send, report, people) -> None:
    record(report, people.cadre, [Item(WATER, 2000, 6504)])
    problem(
        send({"indicator": PLAN, "value": True, "version": 0}, water(1900, version=7)), 409, "stale_figures"
    )

    assert not Observation.objects.filter(report=report, indicator__code=PLAN).exists()


def test_the_reports_version_will_do_instead(send, report, people) -> None:
    record(report, people.cadre, [Item(WATER, 2000, 6504)])
    report.refresh_from_db()
    unversioned = {"indicator": WATER, "numerator": 2100, "denominator": 6504}

    assert row(send(unversioned, **{"if-match": f'"{report.version}"'}), WATER)["version"] == 2


@pytest.mark.parametrize("tag", ['"1"', 'W/"2"', "2", '"0", "7"'])
def test_another_version_of_the_report_is_refused_with_the_current_one(send, report, people, tag) -> None:
    record(report, people.cadre, [Item(WATER, 2000, 6504)])
    answer = send(water(2100, version=1), **{"if-match": tag})

    refused = problem(answer, 412, "precondition_failed")
    assert answer["ETag"] == '"2"'
    assert (refused["current"]["version"], refused["current"]["updated_by"]) == (2, "cadre")
    assert figure(report, WATER).value == 2000
    assert refused["current"]["updated_at"].endswith("+07:00")


def test_neither_version_nor_tag(send, report) -> None:
    refused = problem(
        send({"indicator": WATER, "numerator": 1, "denominator": 2}), 428, "precondition_required"
    )

    assert named(refused) == ["/observations/0/version"]
    assert not Observation.objects.filter(report=report).exists()


# -- Bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({"indicator": WATER, "numerator": "nhiều", "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": "1.234.567", "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": "1 234", "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": 6505, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": 0, "denominator": 0}, "denominator"),
        ({"indicator": WATER, "numerator": 5, "denominator": 0}, "denominator"),
        ({"indicator": WATER, "numerator": -1, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": 2011}, "denominator"),
        ({"indicator": WATER, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": True, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": 2011.5, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": 10**30, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "numerator": {}, "denominator": 6504}, "numerator"),
        ({"indicator": WATER, "value": "30.92"}, "value"),
        ({"indicator": INCOME, "value": -1}, "value"),
        ({"indicator": INCOME, "numerator": 1}, "numerator"),
        ({"indicator": INCOME, "value": "36.500.000"}, "value"),
        ({"indicator": PLAN, "value": 1}, "value"),
        ({"indicator": PLAN, "value": "có"}, "value"),
        ({"indicator": CRAFT, "not_applicable": True}, "note"),
        ({"indicator": CRAFT, "not_applicable": "có"}, "not_applicable"),
        ({"indicator": PLAN, "not_applicable": True, "note": "không có"}, "not_applicable"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "note": "a" * 501}, "note"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "note": "a\x00b"}, "note"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "note": 5}, "note"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "version": -1}, "version"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "version": "0"}, "version"),
        ({"indicator": WATER, "numerator": 1, "denominator": 2, "copied_from": "1999"}, "copied_from"),
        ({"indicator": WATER, "numeratr": 1}, "numeratr"),
        ({"indicator": "ntm.xa.99.9", "value": 1}, "indicator"),
        ({"indicator": ["ntm.xa.17.1"], "value": 1}, "indicator"),
        ({"value": 1}, "indicator"),
    ],
)
def test_a_bad_item_is_named_where_it_is_wrong(send, report, item, pointer) -> None:
    refused = problem(send({"version": 0, **item}), 400, "invalid")

    assert named(refused) == [f"/observations/0/{pointer}"]
    assert not Observation.objects.filter(report=report).exists()


def test_every_bad_item_is_named_and_the_good_ones_wait(send, report) -> None:
    refused = problem(
        send(
            {"indicator": PLAN, "value": True, "version": 0},
            {"indicator": WATER, "numerator": 6505, "denominator": 6504, "version": 0},
            {"indicator": INCOME, "value": "nhiều", "version": 0},
            {"indicator": WATER, "numerator": 1, "denominator": 2, "version": 0},
        ),
        400,
        "invalid",
    )

    assert named(refused) == [
        "/observations/1/numerator",
        "/observations/2/value",
        "/observations/3/indicator",
    ]
    assert not Observation.objects.filter(report=report).exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ("x", ""),
        ({}, "/observations"),
        ({"observations": {}}, "/observations"),
        ({"observations": [], "unit": "03688"}, "/unit"),
        ({"observations": [1]}, "/observations/0"),
    ],
)
def test_a_body_of_another_shape(cadre, address, body, pointer) -> None:
    assert named(problem(cadre.patch(address, body, format="json"), 400, "invalid")) == [pointer]


@pytest.mark.parametrize(
    ("given", "stored"),
    [("36500000", 36500000), (36500000, 36500000), ("36500000.0", 36500000), (Decimal(5), 5)],
)
def test_numbers_come_as_text_or_as_numbers(send, report, given, stored) -> None:
    send({"indicator": INCOME, "value": str(given) if isinstance(given, Decimal) else given, "version": 0})

    assert figure(report, INCOME).value == stored


@pytest.mark.parametrize("text", ["12.345", "12,345"])
def test_a_dot_and_a_lone_comma_are_decimal_signs(send, report, text) -> None:
    answer = send({"indicator": "ntm.xa.2.1", "numerator": text, "denominator": "20", "version": 0})

    assert row(answer, "ntm.xa.2.1")["numerator"] == "12.345"
    assert figure(report, "ntm.xa.2.1").value == 12345


# -- Who may, and when -------------------------------------------------------------------------------


def test_another_communes_report_is_not_there(neighbour, address, send, report) -> None:
    problem(neighbour.get(address), 404, "not_found")
    problem(send(water(), client=neighbour), 404, "not_found")
    assert not Observation.objects.filter(report=report).exists()


def test_a_reader_reads_and_may_not_write(reader, address, send, report) -> None:
    assert reader.get(address).status_code == 200
    problem(send(water(), client=reader), 403, "permission_denied")
    problem(send({"indicator": "x"}, client=reader), 403, "permission_denied")
    assert not Observation.objects.filter(report=report).exists()


def test_a_forged_id_is_not_there(cadre) -> None:
    for pk in ("0", "999999", "9" * 30):
        problem(cadre.get(f"/api/v1/reports/{pk}/observations/"), 404, "not_found")


@pytest.mark.parametrize("state", [PeriodState.LOCKED, PeriodState.CLOSED])
def test_a_period_that_is_over_takes_no_figures(send, report, state) -> None:
    period("2026", state=state)

    refused = problem(send(water()), 400, "frozen")
    assert "2026" in refused["detail"]


def test_a_sent_report_takes_no_figures(send, report, people) -> None:
    record(report, people.cadre, [Item(WATER, 2011, 6504)])
    submit_report(report=report, by=people.cadre, today=TODAY, reason="còn chờ số liệu")

    problem(send(water(2100, version=1)), 400, "frozen")


# -- Reading everywhere ------------------------------------------------------------------------------


def test_history_tells_from_what_to_what(send, cadre, neighbour, address) -> None:
    send(water())
    send(water(2100, version=1, reason="đếm lại"))
    last, first = cadre.get(f"{address}{WATER}/history/").json()["results"]

    assert (last["version"], last["old"]["numerator"], last["new"]["numerator"]) == (2, "2011", "2100")
    assert (last["by"], last["through"], last["reason"]) == ("cadre", "api", "đếm lại")
    assert first["old"]["numerator"] is None
    problem(neighbour.get(f"{address}{WATER}/history/"), 404, "not_found")
    problem(cadre.get(f"{address}ntm.xa.99/history/"), 404, "not_found")


def test_figures_of_all_reports_within_the_own_scope(send, reader, neighbour, people) -> None:
    send(water())
    record(make_report("03688"), people.neighbour, [Item(WATER, 100, 200)])
    everywhere = "/api/v1/observations/"
    asked = {"indicator": WATER, "period": "2026"}

    assert [one["unit"] for one in reader.get(everywhere, asked).json()["results"]] == ["03688", "03703"]
    assert [one["unit"] for one in neighbour.get(everywhere, asked).json()["results"]] == ["03688"]
    district = reader.get(everywhere, {**asked, "unit": "118"}).json()
    assert {one["unit"] for one in district["results"]} <= {"03688", "03703"}
    (one,) = reader.get(everywhere, {**asked, "unit": "03703"}).json()["results"]
    assert (one["numerator"], one["percent"], one["state"]) == ("2011", "30.92", "entered")
    assert reader.get(everywhere, {**asked, "state": "submitted"}).json()["count"] == 0
    refused = problem(neighbour.get(everywhere, {"unit": "03703"}), 404, "not_found")
    assert named(refused) == ["unit"]


def test_reading_a_report_costs_the_same_whatever_is_in_it(
    send, cadre, address, django_assert_max_num_queries
) -> None:
    send(water(), {"indicator": PLAN, "value": True, "version": 0})
    with django_assert_max_num_queries(6):
        cadre.get(address)


# -- Reasons, percentages alone, figures counted from records ------------------------------------------


def test_a_confirmed_figure_changes_with_a_kind_of_reason(send, report, people, cadre) -> None:
    record(report, people.cadre, [Item(WATER, 1751, 6504)])
    report.observations.update(once_accepted=True)

    bare = problem(send(water(version=1)), 400, "invalid")
    assert named(bare) == ["/observations/0/numerator"]
    wrong = problem(send(water(version=1, reason="đếm lại", reason_kind="mood")), 400, "invalid")
    assert named(wrong) == ["/observations/0/reason_kind"]
    assert "typing" in wrong["errors"][0]["detail"]

    assert row(send(water(version=1, reason="đếm lại", reason_kind="typing")), WATER)["numerator"] == "2011"
    assert row(send(water(2012, version=2, reason="đếm nữa")), WATER)["numerator"] == "2012"
    history = cadre.get(f"/api/v1/reports/{report.pk}/observations/{WATER}/history/").json()["results"]
    assert [(one["reason_kind"], one["reason"]) for one in history[:2]] == [
        ("other", "đếm nữa"),
        ("typing", "đếm lại"),
    ]


@pytest.fixture
def alone(people):
    """Quỳnh Nhai's closed 2025, opened once more; clean water came by import as 85.2 %."""
    old = make_report("03703", "2025")
    Reopening.objects.create(
        form=old.form,
        period=old.period,
        unit=old.unit,
        until=date(2099, 12, 31),
        reason="Bổ sung",
        by=people.reviewer,
    )
    period("2025", state=PeriodState.CLOSED)
    old.refresh_from_db()
    record_observations(
        report=Report.objects.get(pk=old.pk),
        items=[Item(WATER, percentage=8520)],
        by=people.cadre,
        through=Through.IMPORT,
        today=TODAY,
    )
    return old


def test_a_percentage_alone_is_read_and_comes_back_as_it_was(cadre, alone) -> None:
    address = f"/api/v1/reports/{alone.pk}/observations/"
    read = row(cadre.get(address), WATER)
    assert (read["numerator"], read["denominator"], read["percent"], read["percentage"]) == (
        None,
        None,
        "85.20",
        "85.20",
    )

    back = cadre.patch(address, {"observations": [{**read, "note": "báo cáo tổng kết"}]}, format="json")
    assert (row(back, WATER)["percentage"], row(back, WATER)["version"]) == ("85.20", 2)
    everywhere = cadre.get(f"/api/v1/observations/?indicator={WATER}&period=2025").json()["results"]
    assert [one["percentage"] for one in everywhere] == ["85.20"]

    other = {"indicator": WATER, "percentage": "90.5", "version": 2}
    refused = problem(cadre.patch(address, {"observations": [other]}, format="json"), 400, "invalid")
    assert named(refused) == ["/observations/0/percentage"]
    assert "tỷ lệ % do hệ thống tính" in refused["errors"][0]["detail"]

    pair = {**read, "numerator": "5541", "denominator": "6504", "version": 2}
    whole = row(cadre.patch(address, {"observations": [pair]}, format="json"), WATER)
    assert (whole["numerator"], whole["percentage"], whole["percent"]) == ("5541", None, "85.19")


def test_an_open_period_takes_no_percentage_alone(send) -> None:
    refused = problem(send({"indicator": WATER, "percentage": "85.2", "version": 0}), 400, "invalid")
    assert named(refused) == ["/observations/0/percentage"]
    only_ratios = problem(send({"indicator": INCOME, "percentage": "85.2", "version": 0}), 400, "invalid")
    assert named(only_ratios) == ["/observations/0/percentage"]


def test_a_figure_counted_from_records_says_so_and_is_not_written(
    send, report, people, cadre, address
) -> None:
    record_observations(
        report=report, items=[Item(WATER, 2011, 6504)], by=people.cadre, through=Through.RECORDS, today=TODAY
    )
    read = row(cadre.get(address), WATER)
    assert (read["from_records"], read["through"]) == (True, "records")
    assert row(cadre.get(address), PLAN)["from_records"] is False

    refused = problem(send(water(1999, version=1)), 400, "invalid")
    assert "sửa ở hồ sơ" in refused["errors"][0]["detail"]
    assert row(send(water(version=1)), WATER)["version"] == 1
