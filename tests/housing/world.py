"""A commune with three villages, its people, and the commune next door: where households live in tests."""

from dataclasses import dataclass, field
from datetime import date

from django.test import Client

from communes.actions.villages import NewVillage, Stay, add_villages
from communes.models import Role, Unit, User
from housing.actions.register import take_codes
from housing.models import Arrival, EthnicGroup, Household, Member
from tests.support import TODAY, make_member, make_user, unit

SINCE = date(2025, 7, 1)


@dataclass
class Place:
    """A commune of today with its villages and those who work for it."""

    commune: Unit
    villages: list[Unit]
    cadre: User
    leader: User
    viewer: User
    made: int = field(default=0)

    @property
    def village(self) -> Unit:
        """The first village, where one is enough."""
        return self.villages[0]


@dataclass
class HousingWorld:
    """Quỳnh Nhai (rural) and Mường Chiên (the next commune), each with cadre, leader and viewer; and those
    above: a reviewer and a reader of the province, its administrator, and who runs the system."""

    here: Place
    there: Place
    reviewer: User
    official: User
    keeper: User
    root: User

    @property
    def commune(self) -> Unit:
        return self.here.commune

    @property
    def villages(self) -> list[Unit]:
        return self.here.villages

    @property
    def village(self) -> Unit:
        return self.here.village

    @property
    def cadre(self) -> User:
        return self.here.cadre

    @property
    def leader(self) -> User:
        return self.here.leader

    @property
    def viewer(self) -> User:
        return self.here.viewer


def make_housing_world() -> HousingWorld:
    """Everything above; usernames are the roles ('cadre', 'cadre_there' …), 'official', 'keeper', 'root'."""
    province = unit("14")
    keeper = make_member("keeper", province, Role.ADMINISTRATOR)
    here, there = unit("03703"), unit("03688")
    names = [(here, ("Bản Phiêng Nèn", "Bản Pá Uôn", "Bản Nà Hừa")), (there, ("Bản Hua Sáng", "Bản Bon"))]
    wanted = [
        NewVillage(name=name, kind="ban", stays=(Stay(commune, SINCE),))
        for commune, villages in names
        for name in villages
    ]
    made = add_villages(villages=wanted, by=keeper, today=TODAY)
    return HousingWorld(
        here=_place(here, made[:3], ""),
        there=_place(there, made[3:], "_there"),
        reviewer=make_member("reviewer", province, Role.REVIEWER),
        official=make_member("official", province, Role.VIEWER),
        keeper=keeper,
        root=make_user("root", is_superuser=True, is_staff=True),
    )


def _place(commune: Unit, villages: list[Unit], end: str) -> Place:
    roles = (Role.CADRE, Role.LEADER, Role.VIEWER)
    cadre, leader, viewer = (make_member(f"{role.value}{end}", commune, role) for role in roles)
    return Place(commune, villages, cadre, leader, viewer)


def thai() -> EthnicGroup:
    """The province's largest ethnic group, where a story needs one."""
    return EthnicGroup.objects.get(name="Thái")


def add(place: Place, name: str = "", *, village: Unit | None = None, **fields: object) -> Household:
    """A household in the place's register since the villages are there; without a name, the next number's.

    `fields` are columns of Household: persons=4, poverty_class='poor', arrived_on=…
    """
    place.made += 1
    (code,) = take_codes(place.commune, 1)
    values: dict[str, object] = {
        "code": code,
        "province_id": place.commune.province_id,
        "commune": place.commune,
        "village": village or place.village,
        "head_name": name or f"Lò Văn {_letters(place.made)}",
        "head_sex": "male",
        "head_birth_year": 1970,
        "ethnic_group": thai(),
        "persons": 4,
        "arrival": Arrival.FOUND,
        "arrived_on": SINCE,
        "updated_by": place.cadre,
    }
    return Household.objects.create(**{**values, **fields})


def _letters(number: int) -> str:
    """1 → A, 27 → Aa: names that differ and sort."""
    more, last = divmod(number - 1, 26)
    return (_letters(more) if more else "") + chr(65 + last)


def add_person(household: Household, name: str, relation: str = "child", **fields: object) -> Member:
    """A member of the household."""
    return Member.objects.create(household=household, name=name, relation=relation, **fields)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
