"""Who sees households by name: the people of their commune, and nobody above or beside."""

import pytest

from housing.models import Household
from tests.housing.world import HousingWorld, add
from tests.support import TODAY

pytestmark = pytest.mark.django_db


def test_people_of_the_commune_read_and_its_cadre_writes(world: HousingWorld) -> None:
    one = add(world.here, "Lò Văn Páo")
    add(world.there, "Quàng Thị Dung")

    for person in (world.cadre, world.leader, world.viewer):
        assert list(Household.objects.readable_by(person, TODAY)) == [one]
    assert list(Household.objects.writable_by(world.cadre, TODAY)) == [one]
    assert not Household.objects.writable_by(world.viewer, TODAY).exists()


@pytest.mark.parametrize("who", ["reviewer", "official", "keeper", "root"])
def test_nobody_above_sees_a_name(world: HousingWorld, who: str) -> None:
    add(world.here)
    assert not Household.objects.readable_by(getattr(world, who), TODAY).exists()
