"""The demo's people: one password for all, hashed once."""

import secrets
from datetime import date

from django.contrib.auth.hashers import make_password

from communes.models import Level, Membership, Role, Unit, User, first_day
from sonla.demo.generator.names import MARK, draw_names
from sonla.demo.generator.streams import SEED

AUTHOR = "minh-hoa"
"""Who entered the demo's history; nobody can log in as this."""
REVIEWER = "tinh"
PROVINCE = "14"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def random_password() -> str:
    """Twelve letters and digits that are not mistaken for each other, in groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _each in range(4)) for _group in range(3))


def cadre_login(code: str) -> str:
    """The login of a commune's cadre in the demo: xa.03703."""
    return f"xa.{code}"


def load_people(password: str | None, today: date) -> tuple[int, str | None]:
    """Make the people who are not there yet; returns how many, and a password that was drawn for them.

    With a password given, all demo logins get it; without one, those that exist keep theirs, and a new
    one is drawn only when somebody new needs it.
    """
    wanted = _wanted(today)
    there = {user.username: user for user in User.objects.filter(username__in=wanted)}
    drawn = random_password() if password is None and not there else None
    hashed = make_password(password or drawn) if password or drawn else _hash_of(there)
    made = [
        User(username=login, full_name=name, password=make_password(None) if login == AUTHOR else hashed)
        for login, name in wanted.items()
        if login not in there
    ]
    for user in made:
        user.is_superuser = user.is_staff = user.username == "admin"
    User.objects.bulk_create(made)
    if password:
        User.objects.filter(username__in=[login for login in there if login != AUTHOR]).update(
            password=hashed
        )
    _assign([user.username for user in made], today)
    return len(made), drawn


def _hash_of(there: dict[str, User]) -> str:
    """The demo's password as it stands: somebody new gets the same one."""
    return next((user.password for user in there.values() if user.has_usable_password()), make_password(None))


def _communes(today: date) -> dict[str, Unit]:
    communes = Unit.objects.in_force(today).filter(level=Level.COMMUNE).order_by("code")
    return {cadre_login(unit.code): unit for unit in communes}


def _wanted(today: date) -> dict[str, str]:
    """Logins and full names, each marked as made up."""
    communes = _communes(today)
    names = dict(zip(communes, draw_names(len(communes), SEED), strict=True))
    return {
        "admin": f"Quản trị hệ thống {MARK}",
        REVIEWER: f"Văn phòng Điều phối nông thôn mới tỉnh {MARK}",
        "xem": f"Lãnh đạo tỉnh, chỉ xem {MARK}",
        AUTHOR: f"Người nhập số liệu các năm trước {MARK}",
        **names,
    }


def _assign(logins: list[str], today: date) -> None:
    province = Unit.objects.get(code=PROVINCE, level=Level.PROVINCE)
    communes = _communes(today)
    users = {user.username: user for user in User.objects.filter(username__in=logins)}
    roles = {REVIEWER: Role.REVIEWER, "xem": Role.VIEWER, AUTHOR: Role.CADRE}
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
