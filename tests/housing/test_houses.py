"""A house goes its way: proposed, voted, approved, started, completed, handed over, or stopped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from housing.actions.house_bulk import NewHouse, add_houses, advance_houses
from housing.actions.house_money import Gift, add_money, remove_money
from housing.actions.house_targets import set_target
from housing.actions.houses import AlreadyHelped, Step, edit_house, take_step, undo_step
from housing.actions.stale import StaleRecord
from housing.models import Contribution, HousingProject, HousingTarget, ProjectMoney, Stage
from housing.queries.house_board import house_board
from housing.queries.houses import house_page
from programs.models import Through
from tests.housing.house_world import STEPS, movement, propose, second_list, source, walk
from tests.housing.world import HousingWorld, add
from tests.support import TODAY, unit

pytestmark = pytest.mark.django_db


def step(world: HousingWorld, house: HousingProject, one: Step, **given: object) -> HousingProject:
    values = {"by": world.cadre, "today": TODAY, "through": Through.FORM, "version": house.version}
    return take_step(house=house, step=one, **{**values, **given})  # type: ignore[arg-type]


def refused(world: HousingWorld, house: HousingProject, one: Step) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        step(world, house, one)
    return error.value.message_dict


def test_a_house_from_proposal_to_hand_over(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.HANDED_OVER)

    assert house.is_hard is True
    assert (house.stage_since, house.version) == (date(2026, 9, 1), 6)
    events = house.events.order_by("pk").values_list("from_stage", "to_stage", "version")
    assert list(events) == [
        ("", "proposed", 1),
        ("proposed", "voted", 2),
        ("voted", "approved", 3),
        ("approved", "started", 4),
        ("started", "completed", 5),
        ("completed", "handed_over", 6),
    ]
    assert house.events.get(to_stage="voted").fields["vote_present"] == ["", "62"]


def test_a_household_that_was_helped_gets_another_only_with_a_reason(world: HousingWorld) -> None:
    household = add(world.here)
    first = walk(world, propose(world, household), Stage.COMPLETED)

    with pytest.raises(AlreadyHelped) as helped:
        propose(world, household)
    assert helped.value.houses == [first]
    assert HousingProject.objects.count() == 1

    again = propose(world, household, repeat_reason="Nhà bị lũ quét cuốn trôi")
    assert again.repeat_reason == "Nhà bị lũ quét cuốn trôi"


def test_what_a_household_got_where_it_came_from_counts_too(world: HousingWorld) -> None:
    before = add(world.here)
    walk(world, propose(world, before), Stage.STARTED)
    new = add(world.here, arrival="split", origin=before)

    with pytest.raises(AlreadyHelped):
        propose(world, new)


def test_a_proposal_that_was_stopped_before_anything_was_built_is_no_help(world: HousingWorld) -> None:
    household = add(world.here)
    house = propose(world, household)
    step(world, house, Step(Stage.STOPPED, date(2026, 3, 5), reason="Hộ tự xin rút"))

    assert propose(world, household).repeat_reason == ""


def test_the_vote_needs_half_of_those_present(world: HousingWorld) -> None:
    """Case 10: of 62, 30 are too few, 31 are enough."""
    house = propose(world)
    vote = STEPS[Stage.VOTED]

    assert "Họp lại" in refused(world, house, replace(vote, agreed=30))["agreed"][0]
    assert "nhiều hơn" in refused(world, house, replace(vote, agreed=63))["agreed"][0]
    assert "agreed" in refused(world, house, replace(vote, agreed=None))
    assert "present" in refused(world, house, replace(vote, present=0))
    assert step(world, house, replace(vote, agreed=31)).stage == Stage.VOTED


def test_steps_come_one_after_another(world: HousingWorld) -> None:
    house = propose(world)

    for one in (Stage.APPROVED, Stage.STARTED, Stage.COMPLETED, Stage.HANDED_OVER):
        assert "đề nghị" in refused(world, house, STEPS[one])["stage"][0]
    assert HousingProject.objects.get().version == 1


def test_completion_before_start_is_refused_at_its_day(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.STARTED)
    words = refused(world, house, replace(STEPS[Stage.COMPLETED], on=date(2026, 5, 4)))

    assert words == {"on": ["Ngày hoàn thành không được trước ngày khởi công 5/5/2026."]}


def test_days_do_not_go_back_and_do_not_run_ahead(world: HousingWorld) -> None:
    house = propose(world)

    assert "đề nghị" in refused(world, house, replace(STEPS[Stage.VOTED], on=date(2026, 3, 1)))["on"][0]
    assert "chưa đến" in refused(world, house, replace(STEPS[Stage.VOTED], on=date(2026, 11, 25)))["on"][0]
    assert refused(world, house, replace(STEPS[Stage.VOTED], on=None))["on"] == ["Chọn ngày."]


@pytest.mark.parametrize(
    ("stage", "field", "given"),
    [
        (Stage.APPROVED, "decision", {"decision": "  "}),
        (Stage.COMPLETED, "foundation", {"roof": None}),
        (Stage.COMPLETED, "area_m2", {"area_m2": None}),
        (Stage.COMPLETED, "area_m2", {"area_m2": 0}),
        (Stage.COMPLETED, "area_m2", {"area_m2": 1001}),
    ],
)
def test_a_step_says_what_it_lacks_at_the_field(
    world: HousingWorld, stage: Stage, field: str, given: dict[str, object]
) -> None:
    before = {Stage.APPROVED: Stage.VOTED, Stage.COMPLETED: Stage.STARTED}[stage]
    house = walk(world, propose(world), before)

    assert list(refused(world, house, replace(STEPS[stage], **given))) == [field]


def test_a_completed_house_may_lack_one_of_the_three(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.STARTED)
    house = step(world, house, replace(STEPS[Stage.COMPLETED], roof=False))

    assert house.is_hard is False


def test_stopping_says_why_and_only_what_is_not_built_stops(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.STARTED)
    stop = Step(Stage.STOPPED, date(2026, 6, 1), reason="")

    assert list(refused(world, house, stop)) == ["reason"]
    house = step(world, house, replace(stop, reason="Đất đang tranh chấp"))
    assert (house.stage, house.stop_reason) == (Stage.STOPPED, "Đất đang tranh chấp")
    assert "stage" in refused(world, house, STEPS[Stage.COMPLETED])

    done = walk(world, propose(world), Stage.COMPLETED)
    assert "stage" in refused(world, done, replace(stop, reason="Đất đang tranh chấp"))


def test_need_of_another_time_belongs_to_another_list(world: HousingWorld) -> None:
    with pytest.raises(ValidationError, match="16/5/2025"):
        propose(world, on=date(2025, 5, 15))


def test_the_last_step_is_taken_back_on_its_day(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.COMPLETED)
    today = timezone.localdate()
    back = undo_step(house=house, version=house.version, by=world.cadre, today=today, through=Through.FORM)

    assert (back.stage, back.stage_since) == (Stage.STARTED, date(2026, 5, 5))
    assert (back.completed_on, back.foundation, back.area_m2) == (None, None, None)
    assert back.events.first().fields["area_m2"] == ["42", ""]
    # And the one before it, as the events are walked back.
    again = undo_step(house=back, version=back.version, by=world.cadre, today=today, through=Through.FORM)
    assert (again.stage, again.started_on) == (Stage.APPROVED, None)


def test_on_a_later_day_it_is_taken_back_with_a_reason(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.VOTED)
    later = {"house": house, "by": world.cadre, "today": date(2030, 1, 1), "through": Through.FORM}

    with pytest.raises(ValidationError) as error:
        undo_step(version=house.version, **later)
    assert list(error.value.message_dict) == ["reason"]
    assert undo_step(version=house.version, reason="Ghi nhầm hộ", **later).stage == Stage.PROPOSED
    with pytest.raises(ValidationError, match="chưa có bước nào"):
        undo_step(version=house.version + 1, reason="Ghi nhầm hộ", **later)


def test_a_stop_is_taken_back_to_where_the_house_stood(world: HousingWorld) -> None:
    house = walk(world, propose(world), Stage.STARTED)
    house = step(world, house, Step(Stage.STOPPED, date(2026, 6, 1), reason="Đất tranh chấp"))
    back = undo_step(
        house=house, version=house.version, by=world.cadre, today=timezone.localdate(), through=Through.FORM
    )

    assert (back.stage, back.stop_reason, back.stopped_on) == (Stage.STARTED, "", None)


def test_two_people_at_one_house_lose_nothing(world: HousingWorld) -> None:
    house = propose(world)
    step(world, house, STEPS[Stage.VOTED])

    with pytest.raises(StaleRecord) as stale:
        step(world, house, replace(STEPS[Stage.VOTED], agreed=31))
    assert stale.value.current.vote_agreed == 50


def test_who_is_not_its_cadre_changes_nothing(world: HousingWorld) -> None:
    house = propose(world)
    people = (world.leader, world.viewer, world.there.cadre, world.reviewer, world.official, world.root)

    for person in people:
        with pytest.raises(PermissionDenied):
            step(world, house, STEPS[Stage.VOTED], by=person)
        with pytest.raises(PermissionDenied):
            propose(world, add(world.here), by=person)
    assert HousingProject.objects.get().stage == Stage.PROPOSED


def test_correcting_what_a_house_is(world: HousingWorld) -> None:
    house = propose(world)
    given = {"group": movement(), "by": world.cadre, "today": TODAY, "through": Through.FORM}
    changed = edit_house(house=house, version=1, kind="repair", note="Mái dột", **given)

    assert (changed.kind, changed.version) == ("repair", 2)
    assert changed.events.first().fields == {"kind": ["new", "repair"], "note": ["", "Mái dột"]}
    assert edit_house(house=changed, version=2, kind="repair", note="Mái dột", **given).version == 2
    with pytest.raises(StaleRecord):
        edit_house(house=house, version=1, kind="new", note="", **given)


# -- Money ---------------------------------------------------------------------------------------


def give(world: HousingWorld, house: HousingProject, **given: object) -> ProjectMoney:
    values = {"source": source("central"), "value": 40_000_000, "received_on": date(2026, 5, 6)}
    gift = Gift(**{**values, **given})  # type: ignore[arg-type]
    return add_money(house=house, gift=gift, by=world.cadre, today=TODAY, through=Through.FORM)


def test_money_materials_land_and_labour(world: HousingWorld) -> None:
    house = propose(world)
    give(world, house)
    give(world, house, source=source("community"), form="labour", quantity=Decimal("45.5"), value=9_100_000)
    cement = {"form": "materials", "quantity": Decimal(80), "measure": "bao xi măng"}
    give(world, house, source=source("enterprise"), value=6_400_000, **cement)
    give(
        world, house, source=source("own"), form="land", quantity=Decimal(120), measure="m²", value=12_000_000
    )

    shares = house_page(house, world.cadre, TODAY).shares
    assert (shares.state, shares.society, shares.own) == (40_000_000, 15_500_000, 12_000_000)
    assert ProjectMoney.objects.get(form=Contribution.LABOUR).measure == "công"
    assert house.events.count() == 5


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("value", {"value": -1}),
        ("value", {"value": 0}),
        ("value", {"value": None}),
        ("value", {"value": 200_000_001}),
        ("quantity", {"form": "labour"}),
        ("quantity", {"form": "labour", "quantity": Decimal(-2)}),
        ("measure", {"form": "materials", "quantity": Decimal(2)}),
        ("received_on", {"received_on": date(2026, 11, 25)}),
        ("received_on", {"received_on": None}),
        ("form", {"form": "gold"}),
    ],
)
def test_money_that_cannot_be_is_refused_at_its_field(
    world: HousingWorld, field: str, given: dict[str, object]
) -> None:
    house = propose(world)
    with pytest.raises(ValidationError) as error:
        give(world, house, **given)
    assert field in error.value.message_dict
    assert not ProjectMoney.objects.exists()


def test_an_entry_made_by_mistake_leaves_its_trace(world: HousingWorld) -> None:
    house = propose(world)
    remove_money(money=give(world, house), by=world.cadre, today=TODAY, through=Through.FORM)

    assert not house.money.exists()
    assert house.events.first().fields == {"money": ["central money 40000000", ""]}


# -- Many at once --------------------------------------------------------------------------------


def test_many_houses_come_in_with_their_steps(world: HousingWorld) -> None:
    rows = [
        NewHouse(
            add(world.here),
            second_list(),
            movement(),
            "new",
            date(2026, 3, 2),
            tuple(STEPS.values()),
            gifts=[Gift(source("central"), 60_000_000, date(2026, 5, 6))],
        ),
        NewHouse(add(world.here), second_list(), movement(), "repair", date(2026, 3, 2)),
    ]
    given = {"by": world.cadre, "today": TODAY, "through": Through.IMPORT}
    houses = add_houses(rows=rows, **given)

    assert [one.stage for one in HousingProject.objects.order_by("pk")] == ["handed_over", "proposed"]
    assert houses[0].events.count() == 6
    assert houses[0].money.get().value == 60_000_000
    advanced = advance_houses(rows=[(houses[1], [STEPS[Stage.VOTED], STEPS[Stage.APPROVED]])], **given)
    assert HousingProject.objects.get(pk=houses[1].pk).decision == "12/QĐ-UBND"
    assert advanced[0].version == 3
    with pytest.raises(StaleRecord):
        advance_houses(rows=[(HousingProject(pk=houses[1].pk, version=1), [])], **given)


def test_one_bad_row_among_many_stops_all_and_is_named(world: HousingWorld) -> None:
    bad = replace(STEPS[Stage.VOTED], agreed=3)
    rows = [
        NewHouse(add(world.here), second_list(), movement(), "new", date(2026, 3, 2)),
        NewHouse(add(world.here), second_list(), movement(), "new", date(2026, 3, 2), (bad,)),
    ]
    with pytest.raises(ValidationError) as error:
        add_houses(rows=rows, by=world.cadre, today=TODAY, through=Through.IMPORT)
    assert list(error.value.message_dict) == ["1.agreed"]
    assert not HousingProject.objects.exists()
    with pytest.raises(PermissionDenied):
        add_houses(rows=rows[:1], by=world.there.cadre, today=TODAY, through=Through.IMPORT)


# -- Board and targets ---------------------------------------------------------------------------


def test_the_board_counts_as_of_a_day(world: HousingWorld) -> None:
    walk(world, propose(world), Stage.HANDED_OVER)
    walk(world, propose(world), Stage.STARTED)
    propose(world)
    stopped = propose(world)
    step(world, stopped, Step(Stage.STOPPED, date(2026, 4, 2), reason="Hộ chuyển đi nơi khác"))

    now = house_board(world.commune, second_list(), world.cadre, TODAY, TODAY)
    assert (now.listed, now.completed, now.under_way, now.stopped, now.slow) == (3, 1, 2, 1, 2)
    assert now.by_stage["started"].ages == (0, 0, 0, 1)
    then = house_board(world.commune, second_list(), world.cadre, TODAY, date(2026, 8, 21))
    assert (then.completed, then.by_stage["completed"].count) == (1, 1)
    early = house_board(world.commune, second_list(), world.cadre, TODAY, date(2026, 3, 12))
    assert (early.listed, early.completed, early.by_stage["voted"].count) == (4, 0, 2)


def test_the_province_counts_what_it_cannot_name(world: HousingWorld) -> None:
    walk(world, propose(world), Stage.COMPLETED)
    board = house_board(unit("14"), second_list(), world.official, TODAY, TODAY)

    assert [(line.unit, line.completed) for line in board.communes] == [(world.commune, 1)]
    assert board.norm == 60_000_000
    assert not HousingProject.objects.readable_by(world.official, TODAY).exists()


def test_a_target_is_given_once_and_changed_with_a_reason(world: HousingWorld) -> None:
    given = {"house_list": second_list(), "commune": world.commune, "decision": "01-KH/BCĐ", "today": TODAY}
    set_target(houses=10, reason="", by=world.reviewer, **given)

    with pytest.raises(ValidationError) as error:
        set_target(houses=12, reason="", by=world.reviewer, **given)
    assert list(error.value.message_dict) == ["reason"]
    set_target(houses=12, reason="Rà soát bổ sung 2 hộ", by=world.keeper, **given)
    assert HousingTarget.objects.get().houses == 12
    for person in (world.cadre, world.leader, world.official, world.root):
        with pytest.raises(PermissionDenied):
            set_target(houses=1, reason="Rà soát lại", by=person, **given)
