"""The demo's people: one password for all, hashed once."""

from datetime import date

from django.contrib.auth.hashers import make_password

from communes.actions import random_password
from communes.models import Level, Membership, Role, Unit, User, first_day
from sonla.demo.desks import SHOWN, assign_desks, desk_people, name_the_office
from sonla.demo.generator.names import MARK, draw_names
from sonla.demo.generator.streams import SEED

AUTHOR = "minh-hoa"
"""Who entered the demo's history; nobody can log in as this."""
ADMIN = "admin"
REVIEWER = "tinh"
TYPIST = "nhap.tinh"
"""Who enters figures for the whole province: the table of all communes goes down and up as one workbook."""
PROVINCE = "14"


def cadre_login(code: str) -> str:
    """The login of a commune's cadre in the demo: xa.03703."""
    return f"xa.{code}"


def load_people(password: str | None, today: date) -> tuple[int, str | None]:
    """Make the people who are not there yet; returns how many, and a password that was drawn for them.

    With a password given, all demo logins get it; without one, those that exist keep theirs, and whoever
    is new gets one drawn.
    """
    wanted = _wanted(today)
    there = set(User.objects.filter(username__in=wanted).values_list("username", flat=True))
    new = [login for login in wanted if login not in there]
    drawn = random_password() if not password and new else None
    hashed = make_password(password or drawn)
    User.objects.bulk_create(
        User(
            username=login,
            full_name=wanted[login],
            password=make_password(None) if login == AUTHOR else hashed,
            is_superuser=login == ADMIN,
            is_staff=login == ADMIN,
        )
        for login in new
    )
    if password:
        User.objects.filter(username__in=there - {AUTHOR}).update(password=hashed)
    _assign(new, today)
    return len(new), drawn


def _communes(today: date) -> dict[str, Unit]:
    communes = Unit.objects.in_force(today).filter(level=Level.COMMUNE).order_by("code")
    return {cadre_login(unit.code): unit for unit in communes}


def _wanted(today: date) -> dict[str, str]:
    """Logins and full names, each marked as made up."""
    communes = _communes(today)
    names = dict(zip(communes, draw_names(len(communes), SEED), strict=True))
    return {
        ADMIN: f"Quản trị hệ thống {MARK}",
        REVIEWER: f"Văn phòng Điều phối nông thôn mới tỉnh {MARK}",
        "xem": f"Lãnh đạo tỉnh, chỉ xem {MARK}",
        TYPIST: f"Nhập số liệu toàn tỉnh {MARK}",
        AUTHOR: f"Người nhập số liệu các năm trước {MARK}",
        **names,
        **(desk_people(communes[cadre_login(SHOWN)], today) if cadre_login(SHOWN) in communes else {}),
    }


def _assign(logins: list[str], today: date) -> None:
    province = Unit.objects.get(code=PROVINCE, level=Level.PROVINCE)
    communes = _communes(today)
    users = {user.username: user for user in User.objects.filter(username__in=logins)}
    roles = {REVIEWER: Role.REVIEWER, "xem": Role.VIEWER, TYPIST: Role.CADRE, AUTHOR: Role.CADRE}
    rows = [
        Membership(user=users[login], unit=province, role=role, valid_from=first_day)
        for login, role in roles.items()
        if login in users
    ]
    rows += [
        Membership(user=users[login], unit=unit, role=Role.CADRE, valid_from=max(unit.valid_from, first_day))
        for login, unit in communes.items()
        if login in users
    ]
    Membership.objects.bulk_create(rows)
    if cadre_login(SHOWN) in communes:
        assign_desks(users, communes[cadre_login(SHOWN)], province, today)
    if REVIEWER in users:
        name_the_office(users[REVIEWER], province, today)
