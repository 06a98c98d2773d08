"""Households and houses follow their villages in an act: on its day, and not before."""

from datetime import date

import pytest
from django.core.management import call_command

from communes.actions import refresh_register
from communes.models import Ancestry, Placement, Tie, Unit
from communes.queries.providers import Change
from housing.actions.reorganised import HousingProvider, follow_acts
from housing.models import Household, HouseholdChange
from tests.housing.world import HousingWorld, add, make_housing_world
from tests.support import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> HousingWorld:
    return make_housing_world()


def move_village(village: Unit, to: Unit, day: date) -> None:
    """The village stands in another commune from that day on."""
    place = Placement.objects.get(unit=village, tie=Tie.TREE, valid_to=None)
    place.valid_to = day
    place.save()
    Placement.objects.create(unit=village, parent=to, tie=Tie.TREE, valid_from=day)
    refresh_register()


def test_households_go_with_their_village_and_their_history_says_so(world: HousingWorld) -> None:
    moved, stayed = add(world.here), add(world.here, village=world.villages[1])
    move_village(world.village, world.there.commune, date(2026, 1, 1))

    assert follow_acts(TODAY, by=world.root, today=TODAY) == 1
    assert follow_acts(TODAY, by=world.root, today=TODAY) == 0

    moved.refresh_from_db()
    stayed.refresh_from_db()
    assert (moved.commune, stayed.commune) == (world.there.commune, world.commune)
    assert HouseholdChange.objects.get(household=moved, kind="unit").fields["commune"] == [
        world.commune.name,
        world.there.commune.name,
    ]
    # Who kept it before sees it no longer; the new commune does.
    assert not Household.objects.readable_by(world.cadre, TODAY).filter(pk=moved.pk).exists()
    assert Household.objects.readable_by(world.there.cadre, TODAY).filter(pk=moved.pk).exists()


def test_nothing_moves_before_the_day_of_the_act(world: HousingWorld) -> None:
    one = add(world.here)
    later = date(2027, 1, 1)
    move_village(world.village, world.there.commune, later)

    HousingProvider().apply(Change("1/NQ", later, frozenset(), ()), world.root, TODAY)
    call_command("follow_acts", verbosity=0)

    one.refresh_from_db()
    assert one.commune == world.commune
    assert Ancestry.objects.on(later).filter(unit=world.village, ancestor=world.there.commune).exists()


def test_what_is_touched_is_said_before(world: HousingWorld) -> None:
    add(world.here)
    change = Change("3/NQ", date(2027, 1, 1), frozenset({world.commune.pk}), ())
    assert [(one.what, one.count) for one in HousingProvider().touches(change)] == [("hộ trong sổ", 1)]


def test_the_self_check_names_households_left_in_an_ended_unit(world: HousingWorld) -> None:
    add(world.here)
    assert list(HousingProvider().check()) == []

    Unit.objects.filter(pk=world.commune.pk).update(valid_to=date(2026, 11, 1))

    (finding,) = HousingProvider().check()
    assert (finding.place, finding.facts) == (world.commune.pk, {"count": 1})
    assert "1 hộ" in HousingProvider().words(finding, world.commune)
