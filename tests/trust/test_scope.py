"""The six scopes, for a member of every unit there ever was, against the plain walk of `oracle`."""

from datetime import date, timedelta

import pytest

from communes.models import Membership, Role, Unit, User, first_day
from housing.models import units_of_people
from programs.models import Report
from tests.support import TODAY, make_member, make_report, make_user, unit
from tests.trust.oracle import Register, Scope, scope_of

pytestmark = pytest.mark.django_db

ROLES = (Role.CADRE, Role.REVIEWER, Role.VIEWER, Role.LEADER)
DAYS = (date(2024, 6, 30), date(2025, 3, 1), TODAY)


def asked(person: User, day: date) -> Scope:
    """What the application's own filters answer."""
    units = Unit.objects
    found = (
        units.readable_by(person, day),
        units.writable_by(person, day),
        units.led_by(person, day),
        units.held_by(person, day, Role.REVIEWER, Role.ADMINISTRATOR),
        units_of_people(person, day),
    )
    return Scope(*(frozenset(rows.values_list("pk", flat=True)) for rows in found))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_member_of_any_unit_has_the_scope_that_a_plain_walk_finds(day: date) -> None:
    register = Register()
    person = make_user("nguoi")
    held = Membership.objects.create(user=person, unit=unit("14"), role=Role.CADRE, valid_from=first_day)
    # Every third unit on each of the three days: together all of them.
    for index, pk in list(enumerate(register.units))[DAYS.index(day) :: len(DAYS)]:
        held.unit_id, held.role = pk, ROLES[index // len(DAYS) % len(ROLES)]
        held.save()
        assert asked(person, day) == scope_of(person, day, register), register.units[pk]


def test_an_old_district_reads_its_communes_of_then_and_not_those_of_now() -> None:
    district = Unit.objects.get(code="118", level="district")
    reader = make_member("huyen", district, Role.VIEWER)
    readable = set(Unit.objects.readable_by(reader, TODAY).select_related("kind"))

    assert district in readable
    assert {one.valid_to is not None for one in readable} == {True}
    assert unit("03703", date(2024, 6, 30)) in readable
    assert unit("03703") not in readable


def test_a_move_ends_one_scope_and_begins_the_other_on_its_day() -> None:
    person = make_member("can.bo", unit("03703"), Role.CADRE, valid_to=TODAY)
    Membership.objects.create(user=person, unit=unit("03688"), role=Role.CADRE, valid_from=TODAY)
    here, there = make_report("03703"), make_report("03688")

    def reads(day: date) -> set[Report]:
        return set(Report.objects.readable_by(person, day).filter(pk__in=[here.pk, there.pk]))

    assert reads(TODAY - timedelta(days=1)) == {here}
    assert reads(TODAY) == {there}


def test_who_is_deactivated_has_no_scope_at_all() -> None:
    person = make_member("can.bo", unit("14"), Role.CADRE)
    Membership.objects.create(user=person, unit=unit("14"), role=Role.REVIEWER, valid_from=first_day)
    root = User.objects.create_superuser("root")
    for one in (person, root):
        one.is_active = False
        one.save()
        assert asked(one, TODAY) == Scope(*[frozenset()] * 5)
        assert not Report.objects.reviewable_by(one, TODAY).exists()


def test_who_may_enter_a_report_may_read_it() -> None:
    """Suối Tọ took over a part of Quang Huy in 2025: its cadre finishes Quang Huy's last report too."""
    cadre = make_member("can.bo", unit("03901"), Role.CADRE)
    scope = asked(cadre, TODAY)

    assert unit("03910", date(2024, 6, 30)).pk in scope.writes
    assert scope.writes <= scope.reads
