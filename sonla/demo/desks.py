"""The demo's desks: how one commune shares its criteria out, and who confirms for some departments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from communes.models import Membership, Role, Unit, User
from programs.models import Agency, Criterion, MembershipAgency, MembershipCriterion
from sonla.demo.generator.names import MARK
from sonla.demo.sources import SET

SHOWN = "03703"
"""The commune that has a leader and desks; elsewhere one cadre fills everything."""


@dataclass(frozen=True)
class DemoDesk:
    """A desk of the commune: login, its name, the criteria it fills."""

    login: str
    name: str
    code: str
    numbers: tuple[int, ...]


DESKS = (
    DemoDesk(f"xa.{SHOWN}.mt", "Môi trường", "moi-truong", (17,)),
    DemoDesk(f"xa.{SHOWN}.vh", "Văn hóa - Xã hội", "van-hoa-xa-hoi", (5, 6, 14, 16)),
)
LEADER = f"ld.{SHOWN}"
DEPARTMENTS = {"so.nnmt": "so-nnmt", "so.gddt": "so-gddt", "so.yt": "so-yt", "so.xd": "so-xd"}
OFFICE = "vp-ntm"


def desk_people(unit: Unit, today: date) -> dict[str, str]:
    """Logins and full names, each marked as made up."""
    agencies = dict(Agency.objects.on(today).values_list("code", "name"))
    departments = {
        login: f"{agencies[code]} {MARK}" for login, code in DEPARTMENTS.items() if code in agencies
    }
    desks = {one.login: f"{unit.name}, {one.name.lower()} {MARK}" for one in DESKS}
    return {LEADER: f"Lãnh đạo {unit.name} {MARK}", **desks, **departments}


def assign_desks(users: Mapping[str, User], unit: Unit, province: Unit, today: date) -> None:
    """Roles of those of these people who are new."""
    start = unit.valid_from
    if LEADER in users:
        Membership.objects.create(user=users[LEADER], unit=unit, role=Role.LEADER, valid_from=start)
    for desk in DESKS:
        if desk.login in users:
            role = Membership.objects.create(
                user=users[desk.login], unit=unit, role=Role.CADRE, valid_from=start
            )
            _give(role, desk, unit)
    agencies = {one.code: one for one in Agency.objects.on(today).filter(unit=province)}
    for login, code in DEPARTMENTS.items():
        if login in users and code in agencies:
            begins = max(agencies[code].valid_from, province.valid_from)
            role = Membership.objects.create(
                user=users[login], unit=province, role=Role.REVIEWER, valid_from=begins
            )
            MembershipAgency.objects.create(membership=role, agency=agencies[code])


def name_the_office(user: User, province: Unit, today: date) -> None:
    """The province's officer confirms in the name of the office that assembles."""
    office = Agency.objects.on(today).filter(unit=province, code=OFFICE).first()
    role = user.memberships.filter(unit=province, role=Role.REVIEWER).first()
    if office and role:
        MembershipAgency.objects.get_or_create(membership=role, defaults={"agency": office})


def _give(role: Membership, desk: DemoDesk, unit: Unit) -> None:
    agency, _made = Agency.objects.get_or_create(
        unit=unit, code=desk.code, defaults={"name": desk.name, "valid_from": unit.valid_from, "mark": "demo"}
    )
    MembershipAgency.objects.create(membership=role, agency=agency)
    criteria = Criterion.objects.filter(criteria_set__code=SET, number__in=desk.numbers)
    MembershipCriterion.objects.bulk_create(
        [MembershipCriterion(membership=role, criterion=one) for one in criteria]
    )
