"""Who comes to the administration pages, and a few real units they come for."""

from dataclasses import dataclass
from datetime import date

from django.test import Client

from communes.actions import refresh_register
from communes.models import Membership, Placement, Role, Unit, UnitKind, User

START = date(2021, 1, 1)


@dataclass
class World:
    """The province, its Mường Giôn of today and the old one of the same name and code, and a neighbour."""

    province: Unit
    old: Unit
    gion: Unit
    chien: Unit
    root: User


def make_world() -> World:
    today = date(2026, 6, 30)
    return World(
        province=Unit.objects.bearer("14", today),
        old=Unit.objects.bearer("03694", date(2024, 6, 30)),
        gion=Unit.objects.bearer("03694", today),
        chien=Unit.objects.bearer("03688", today),
        root=User.objects.create_superuser("quantri", full_name="Quản trị hệ thống"),
    )


def make_unit(code: str, name: str, kind: str, parent: Unit) -> Unit:
    """A unit from the register's first day under `parent`, with the derived tables brought up to date."""
    kind = UnitKind.objects.get(code=kind)
    unit = Unit.objects.create(
        code=code, name=name, kind=kind, level=kind.level, province=parent, valid_from=START
    )
    Placement.objects.create(unit=unit, parent=parent, valid_from=START)
    refresh_register()
    return unit


def make_person(
    name: str, unit: Unit | None = None, role: str = Role.CADRE, *, staff: bool = False, since: date = START
) -> User:
    person = User.objects.create_user(
        name, password="mat-khau-cu-2026", full_name=f"Lò Văn {name.title()}", is_staff=staff
    )
    if unit is not None:
        Membership.objects.create(user=person, unit=unit, role=role, valid_from=since)
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def no_rows(*prefixes: str) -> dict[str, str]:
    """The part of a page's form that says: no rows of these kinds."""
    form: dict[str, str] = {}
    for prefix in prefixes:
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return form
