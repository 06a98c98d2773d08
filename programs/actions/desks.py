"""The head of a commune shares its criteria out, and a desk goes from one person to another."""

from collections.abc import Collection, Mapping
from datetime import date

from django.contrib.admin.models import CHANGE
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communes.actions.people import check_day, managed_role, note
from communes.models import Membership, Role, Unit, User
from communes.queries import managed_communes, managed_people
from communes.rules.text import fold, normalise
from programs.models import Agency, CriteriaSet, Criterion, MembershipAgency, MembershipCriterion
from programs.queries.sharing import carried_over, share_grid

__all__ = ["carry_shares", "hand_over_desk", "share_out"]


@transaction.atomic
def share_out(
    *,
    unit: Unit,
    criteria_set: CriteriaSet,
    shares: Mapping[int, Collection[int]],
    by: User,
    today: date,
    desks: Mapping[int, str] | None = None,
) -> int:
    """Give each role of entering figures (by membership id) its criteria (ids) of the set; returns how many
    roles changed.

    No criteria at all means all of them. What changes begins today: a role that began earlier ends and the
    person holds a new one from today, so that who had which part when stays known. `desks` names the desk
    ('Văn hóa - Xã hội') by membership id. Criteria of other sets stay as they are, and so does whoever is
    not named. Raises PermissionDenied outside the own commune and for one's own part; ValidationError with
    code 'changed' when a role has ended meanwhile, 'criterion' for a criterion that is not of the set.
    """
    if not managed_communes(by, today).filter(pk=unit.pk).exists():
        raise PermissionDenied(_("Chỉ lãnh đạo và quản trị của xã chia phần việc."))
    of_set = set(Criterion.objects.filter(criteria_set=criteria_set).values_list("pk", flat=True))
    if any(not set(part) <= of_set for part in shares.values()):
        raise ValidationError(_("Có tiêu chí không thuộc bộ này."), code="criterion")
    named = desks or {}
    roles = _locked_roles(unit, shares.keys() | named.keys(), today)
    changed = 0
    for role in roles:
        part, old = set(shares.get(role.pk, ())), _criteria_of(role)
        wanted = part | (old - of_set) if role.pk in shares else old
        name, old_name = _desk_of(role, named.get(role.pk)), _old_name(role)
        if wanted == old and name == old_name:
            continue
        if role.user_id == by.pk:
            raise PermissionDenied(_("Phần của chính bạn do người khác chia."))
        _narrow(_begun_today(role, today), unit, wanted, name)
        words = _("Phần việc: tiêu chí {numbers}.") if wanted else _("Phần việc: tất cả tiêu chí.")
        note(by, role.user, CHANGE, words.format(numbers=_numbers(wanted)))
        changed += 1
    return changed


@transaction.atomic
def carry_shares(*, unit: Unit, criteria_set: CriteriaSet, by: User, today: date) -> int:
    """Give roles whose part is of older sets only the criteria of this set with the same numbers; returns
    how many roles changed.

    Parts of the older sets stay, and so does who has something in this set. One's own part is left to
    another. A role none of whose numbers this set has is left as it is: without criteria it would fill all.
    Raises PermissionDenied as `share_out` does.
    """
    grid = share_grid(unit, criteria_set, by, today)
    shares = {
        one.row.membership.pk: {criterion.pk for criterion in one.criteria}
        for one in carried_over(grid)
        if one.criteria and not one.row.is_own
    }
    return share_out(unit=unit, criteria_set=criteria_set, shares=shares, by=by, today=today)


@transaction.atomic
def hand_over_desk(
    *, membership: Membership, unit: Unit, to: User, day: date, by: User, today: date
) -> Membership:
    """From a day on another person holds the role, with its criteria and its desk; returns the new role.

    What the first one typed stays, under that name. Raises PermissionDenied when either is not among the
    people whom `by` looks after, ValidationError for a past day or a role that has ended.
    """
    check_day(day, today)
    old = managed_role(membership, unit, by, today)
    heir = managed_people(by, unit, today).filter(pk=to.pk, is_active=True).first()
    if heir is None or heir.pk == old.user_id:
        raise PermissionDenied(_("Chọn một đồng nghiệp của xã để bàn giao."))
    begins = max(day, old.valid_from)
    criteria, name, end = _criteria_of(old), _old_name(old), old.valid_to
    if end is not None and end <= begins:
        raise ValidationError({"day": _("Vai trò này kết thúc trước ngày đó.")})
    new, made = Membership.objects.get_or_create(
        user=heir, unit=old.unit, role=old.role, valid_from=begins, defaults={"valid_to": end}
    )
    if not made:
        # The heir begins a desk of their own that day: the two become one.
        own = _criteria_of(new)
        criteria = criteria | own if criteria and own else set()
        name = _old_name(new) or name
    _narrow(new, unit, criteria, name)
    words = _("Bàn giao vai trò {role} cho {heir} từ {day}.")
    said = words.format(role=old.get_role_display(), heir=heir, day=f"{begins:%d/%m/%Y}")
    note(by, old.user, CHANGE, said)
    note(by, heir, CHANGE, said)
    if begins <= old.valid_from:
        old.delete()
    else:
        old.valid_to = begins
        old.save(update_fields=["valid_to"])
    return new


def _locked_roles(unit: Unit, wanted: Collection[int], today: date) -> list[Membership]:
    """The roles of entering figures that go on, under their rows' locks."""
    rows = Membership.objects.filter(pk__in=wanted, unit=unit, role=Role.CADRE).select_related("user")
    found = list(rows.exclude(valid_to__lte=today).select_for_update(of=("self",)).order_by("pk"))
    if len(found) < len(set(wanted)):
        raise ValidationError(
            _("Danh sách người nhập vừa thay đổi. Xem lại bảng rồi chia lại."), code="changed"
        )
    return found


def _begun_today(role: Membership, today: date) -> Membership:
    """The role as it is from today on: a new row when the old one has a past to keep."""
    if role.valid_from >= today:
        return role
    end, role.valid_to = role.valid_to, today
    role.save(update_fields=["valid_to"])
    return Membership.objects.create(
        user=role.user, unit=role.unit, role=role.role, valid_from=today, valid_to=end
    )


def _narrow(role: Membership, unit: Unit, criteria: Collection[int], desk: str) -> None:
    MembershipCriterion.objects.filter(membership=role).exclude(criterion__in=criteria).delete()
    MembershipCriterion.objects.bulk_create(
        [MembershipCriterion(membership=role, criterion_id=pk) for pk in criteria], ignore_conflicts=True
    )
    if not desk:
        MembershipAgency.objects.filter(membership=role).delete()
        return
    agency = _agency(unit, desk)
    MembershipAgency.objects.update_or_create(membership=role, defaults={"agency": agency})


def _agency(unit: Unit, name: str) -> Agency:
    """The commune's desk of this name, made when it is new."""
    same = [one for one in Agency.objects.filter(unit=unit, valid_to=None) if fold(one.name) == fold(name)]
    if same:
        return same[0]
    code, number = slugify(fold(name))[:36] or "bo-phan", 1
    while Agency.objects.filter(unit=unit, code=code if number == 1 else f"{code}-{number}").exists():
        number += 1
    return Agency.objects.create(
        unit=unit, code=code if number == 1 else f"{code}-{number}", name=name, valid_from=unit.valid_from
    )


def _criteria_of(role: Membership) -> set[int]:
    return set(MembershipCriterion.objects.filter(membership=role).values_list("criterion", flat=True))


def _old_name(role: Membership) -> str:
    held = MembershipAgency.objects.filter(membership=role).select_related("agency").first()
    return held.agency.name if held else ""


def _desk_of(role: Membership, given: str | None) -> str:
    """The name as it was given; without one, as it is."""
    return _old_name(role) if given is None else normalise(given)[:60]


def _numbers(criteria: Collection[int]) -> str:
    rows = Criterion.objects.filter(pk__in=criteria).order_by("criteria_set", "number")
    return ", ".join(str(number) for number in rows.values_list("number", flat=True))
