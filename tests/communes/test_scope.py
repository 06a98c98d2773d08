"""Who may read and write where: the one place that every page, address and export asks."""

from datetime import date, timedelta

import pytest

from communes.models import Membership, Role, Unit, first_day
from tests.support import TODAY, make_member, make_people, unit

pytestmark = pytest.mark.django_db

IN_2024 = date(2024, 6, 30)


@pytest.fixture
def people():
    return make_people()


def readable(user) -> set[int]:
    return set(Unit.objects.readable_by(user, TODAY).values_list("pk", flat=True))


def writable(user) -> set[int]:
    return set(Unit.objects.writable_by(user, TODAY).values_list("pk", flat=True))


def test_a_cadre_reads_the_commune_and_all_it_came_from(people):
    quynh_nhai = unit("03703")
    came_from = {one.predecessor_id for one in quynh_nhai.lineage.all()}
    assert len(came_from) >= 4
    assert readable(people.cadre) == {quynh_nhai.pk} | came_from


def test_a_cadre_writes_the_commune_and_its_direct_predecessors_only(people):
    quynh_nhai = unit("03703")
    direct = set(quynh_nhai.origins.values_list("predecessor", flat=True))
    assert writable(people.cadre) == {quynh_nhai.pk} | direct
    earlier = unit("03703", IN_2024)
    assert earlier.pk in readable(people.cadre) - writable(people.cadre)


def test_the_next_commune_is_out_of_sight(people):
    assert unit("03688").pk not in readable(people.cadre)
    assert unit("03703").pk not in readable(people.neighbour)


def test_the_cadre_of_an_ended_unit_reads_it_on_and_nothing_of_its_successor(people):
    assert readable(people.predecessor) == {unit("03703", IN_2024).pk}


def test_the_province_reads_everything_and_enters_nothing(people):
    everything = set(Unit.objects.values_list("pk", flat=True))
    for person in (people.official, people.reviewer, people.system):
        assert readable(person) == everything
        assert writable(person) == set()


def test_the_districts_people_go_on_reading_what_stood_under_it_on_its_last_day():
    person = make_member("huyen", unit("118", date(2025, 6, 30)), Role.VIEWER)
    seen = Unit.objects.readable_by(person, TODAY).filter(level="commune")
    assert {one.valid_to for one in seen} == {date(2025, 1, 1), date(2025, 7, 1)}
    assert seen.filter(valid_to=date(2025, 7, 1)).count() == 11


def test_a_role_holds_only_on_its_days(people):
    person = make_member("leaver", unit("03703"), Role.CADRE, valid_to=TODAY)
    assert readable(person) == set()
    assert Unit.objects.readable_by(person, TODAY - timedelta(days=1)).exists()


def test_a_deactivated_person_sees_nothing(people):
    assert readable(people.deactivated) == writable(people.deactivated) == set()


def test_a_role_holds_for_its_own_kind_of_work_only(people):
    Membership.objects.create(user=people.cadre, unit=unit("03688"), role=Role.VIEWER, valid_from=first_day)
    assert unit("03688").pk in readable(people.cadre) - writable(people.cadre)
    held = Unit.objects.held_by(people.reviewer, TODAY, Role.REVIEWER)
    assert held.filter(code="03703").exists()
    assert not Unit.objects.held_by(people.official, TODAY, Role.REVIEWER).exists()
