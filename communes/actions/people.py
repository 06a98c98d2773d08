"""A commune looks after its own people: accounts, passwords without e-mail, roles from a day to another.

Every act is written into the administration's log, with who did it and never with a password.
"""

import secrets
from datetime import date

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import ApiToken, Membership, Role, Unit, User
from communes.queries import GRANTABLE, free_username, managed_communes, managed_people

# Letters and digits that are not mistaken for each other when read from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def random_password() -> str:
    """Twelve such letters in groups of four: some sixty bits, and easy to dictate."""
    return "-".join("".join(secrets.choice(_LETTERS) for _each in range(4)) for _group in range(3))


@transaction.atomic
def make_account(
    *,
    unit: Unit,
    full_name: str,
    role: str,
    by: User,
    today: date,
    username: str = "",
    start: date | None = None,
) -> tuple[User, str]:
    """A login for a colleague with a role on the commune, and its temporary password.

    The password is not kept and cannot be shown again; it must be changed at the first login. Raises
    PermissionDenied outside the own commune or for a role that is not given here, and ValidationError by
    field of what was typed.
    """
    _check_unit(unit, by, today)
    _check_role(role)
    wanted = username.strip().lower() or free_username(full_name)
    person = User(username=wanted, full_name=" ".join(full_name.split()), password_is_temporary=True)
    secret = random_password()
    person.set_password(secret)
    errors = {}
    if not person.full_name:
        errors["full_name"] = _("Nhập họ và tên.")
    if not wanted:
        errors["username"] = _("Đặt tên đăng nhập bằng chữ không dấu.")
    elif User.objects.filter(username__iexact=wanted).exists():
        errors["username"] = _("Tên đăng nhập này đã có người dùng. Chọn tên khác.")
    if errors:
        raise ValidationError(errors)
    person.full_clean(exclude=["password"])
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            {"username": _("Tên đăng nhập này đã có người dùng. Chọn tên khác.")}
        ) from error
    note(by, person, ADDITION, _("Tạo tài khoản cho {unit}.").format(unit=unit.name))
    _give(person, unit, role, by, start or today)
    return person, secret


@transaction.atomic
def reset_password(*, person: User, unit: Unit, by: User, today: date) -> str:
    """A new temporary password; the old one, the sessions and the API keys of the person end at once.

    Raises PermissionDenied for anybody whom `by` does not look after.
    """
    fresh = _managed(person, unit, by, today)
    secret = random_password()
    # The hash is part of each session's proof: with another one no session is the person's any more.
    fresh.set_password(secret)
    fresh.password_is_temporary = True
    fresh.save(update_fields=["password", "password_is_temporary"])
    ApiToken.objects.filter(user=fresh, revoked_at=None).update(revoked_at=timezone.now())
    note(by, fresh, CHANGE, _("Đặt lại mật khẩu."))
    return secret


@transaction.atomic
def give_role(*, person: User, unit: Unit, role: str, by: User, today: date, start: date) -> Membership:
    """A role on the commune from a day on, to somebody who has or had one there.

    Raises PermissionDenied as above, ValidationError when the day is past or the role is held already.
    """
    fresh = _managed(person, unit, by, today)
    _check_role(role)
    check_day(start, today)
    held = Membership.objects.filter(user=fresh, unit=unit, role=role)
    if held.filter(valid_from__lte=start).exclude(valid_to__lte=start).exists():
        raise ValidationError({"role": _("Người này đang có vai trò đó.")})
    return _give(fresh, unit, role, by, start)


@transaction.atomic
def end_role(*, membership: Membership, unit: Unit, day: date, by: User, today: date) -> Membership | None:
    """The role ends: from that day on the person holds it no more (leave, transfer).

    The row stays and goes on saying why the person could enter figures; a role that would end before it
    began is taken out, and None returned. Raises PermissionDenied, and ValidationError for a day that is
    past or a role that has ended.
    """
    check_day(day, today)
    row = managed_role(membership, unit, by, today)
    words = _("Kết thúc vai trò {role} từ {day}.")
    note(by, row.user, CHANGE, words.format(role=row.get_role_display(), day=f"{day:%d/%m/%Y}"))
    if day <= row.valid_from:
        row.delete()
        return None
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    return row


def managed_role(membership: Membership, unit: Unit, by: User, today: date) -> Membership:
    """The role under its row's lock, if `by` may end it; raises PermissionDenied, or ValidationError."""
    rows = Membership.objects.filter(unit__in=Unit.objects.territory_of(unit, today), role__in=GRANTABLE)
    row = rows.select_for_update(of=("self",)).select_related("user").filter(pk=membership.pk).first()
    if row is None:
        raise PermissionDenied(_("Vai trò này do cấp trên phân công."))
    _managed(row.user, unit, by, today)
    if row.valid_to is not None and row.valid_to <= today:
        raise ValidationError(_("Vai trò này đã kết thúc."), code="ended")
    return row


def check_day(day: date, today: date) -> None:
    """What was is not rewritten: a role begins and ends today or later."""
    if day < today:
        raise ValidationError({"day": _("Ngày đã qua. Chọn hôm nay hoặc một ngày sau.")})


def note(by: User, about: Model, flag: int, words: str) -> None:
    """A line in the log of the administration."""
    LogEntry.objects.log_actions(by.pk, [about], flag, words, single_object=True)


def _give(person: User, unit: Unit, role: str, by: User, start: date) -> Membership:
    row = Membership(user=person, unit=unit, role=role, valid_from=max(start, unit.valid_from))
    if Membership.objects.filter(user=person, unit=unit, role=role, valid_from=row.valid_from).exists():
        raise ValidationError({"role": _("Người này đã có vai trò đó từ ngày đó.")})
    row.save(force_insert=True)
    words = _("Giao vai trò {role} từ {day}.")
    note(by, person, CHANGE, words.format(role=Role(role).label, day=f"{row.valid_from:%d/%m/%Y}"))
    return row


def _check_unit(unit: Unit, by: User, today: date) -> None:
    if not managed_communes(by, today).filter(pk=unit.pk).exists():
        raise PermissionDenied(_("Chỉ lãnh đạo và quản trị của xã quản lý người dùng của xã."))


def _check_role(role: str) -> None:
    if role not in GRANTABLE:
        raise PermissionDenied(_("Vai trò này do cấp trên phân công."))


def _managed(person: User, unit: Unit, by: User, today: date) -> User:
    _check_unit(unit, by, today)
    fresh = managed_people(by, unit, today).filter(pk=person.pk).first()
    if fresh is None:
        raise PermissionDenied(_("Tài khoản của người này không do bạn quản lý."))
    return fresh
