"""After an act: the people of the predecessors get their roles on the successors, and what an ended tier left
gets a keeper."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.admin.models import CHANGE
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.actions.confirm import list_left_behind
from communes.actions.people import note
from communes.models import Act, HandOver, Membership, Role, Unit, User
from communes.queries.providers import Change, Kept, Provider, Touch, all_providers
from communes.queries.register import ended_without_successor
from communes.queries.reorganise import kept_provinces, may_reorganise, successors_of
from communes.rules.text import composed

__all__ = ["Chosen", "PeopleProvider", "give_successors", "list_hand_over", "settle_hand_over"]

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """A role on a predecessor (by membership id) that goes on as a role on a successor (by unit id)."""

    membership: int
    successor: int
    role: str


@transaction.atomic
def give_successors(*, act: Act, chosen: Sequence[Chosen], start: date, by: User, today: date) -> int:
    """Give the people of an act's predecessors their roles on its successors, all or none, from a day on.

    A role that the person holds there already is left as it is, so that saving twice is saving once; returns
    how many were given. Raises PermissionDenied for who does not keep the register, ValidationError for a
    choice that the page does not offer.
    """
    if not may_reorganise(by, today):
        raise PermissionDenied(_("Sắp xếp đơn vị do quản trị của tỉnh thực hiện."))
    offered = {
        (one.old.pk, successor.unit.pk): (one, successor.unit)
        for successor in successors_of(act, by, today)
        for one in successor.proposals
    }
    given = 0
    for one in chosen:
        proposal, unit = offered.get((one.membership, one.successor), (None, None))
        if proposal is None or unit is None or one.role not in Role.values:
            raise ValidationError(_("Danh sách vừa thay đổi. Xem lại rồi lưu."), code="changed")
        begins = max(start, unit.valid_from)
        held = Membership.objects.filter(user=proposal.person, unit=unit, role=one.role)
        if held.exclude(valid_to__lte=begins).exists() or held.filter(valid_from=begins).exists():
            continue
        new = Membership.objects.create(user=proposal.person, unit=unit, role=one.role, valid_from=begins)
        for provider in all_providers():
            provider.given(proposal.old, new)
        words = _("Giao vai trò {role} ở {unit} từ {day}.")
        said = words.format(role=new.get_role_display(), unit=unit.name, day=f"{begins:%d/%m/%Y}")
        note(by, proposal.person, CHANGE, said)
        given += 1
    return given


@transaction.atomic
def list_hand_over(*, by: User, today: date) -> int:
    """Put what ended districts left on the list; what stands there already stays. Returns how many were new.

    Raises PermissionDenied for who does not keep the register.
    """
    units = _ended_units(by, today)
    return list_left_behind(units)


@transaction.atomic
def settle_hand_over(*, item: HandOver, keeper: Unit | None, words: str, by: User, today: date) -> HandOver:
    """Give an item of an ended unit its keeper, or say why it needs none; settling twice changes nothing.

    Raises PermissionDenied outside the person's provinces, ValidationError without keeper and words.
    """
    rows = HandOver.objects.readable_by(by, today).select_for_update(of=("self",))
    fresh = rows.filter(pk=item.pk).first()
    if fresh is None:
        raise PermissionDenied(_("Việc bàn giao này không do bạn quản lý."))
    if fresh.settled_at is not None:
        return fresh
    said = composed(words)[:300]
    if keeper is None and not said:
        raise ValidationError(_("Chọn đơn vị tiếp nhận, hoặc ghi vì sao không cần bàn giao."))
    if keeper is not None and not keeper.lives_on(today):
        raise ValidationError(_("{unit} không còn hoạt động.").format(unit=keeper.name))
    fresh.keeper, fresh.note = keeper, said
    fresh.settled_by, fresh.settled_at = by, timezone.now()
    fresh.save()
    for provider in all_providers():
        if provider.kind == fresh.kind:
            provider.settle(fresh, keeper, by, today)
    where = keeper.name if keeper else said
    note(by, fresh, CHANGE, _("Bàn giao {what}: {where}.").format(what=fresh.words, where=where))
    return fresh


def _ended_units(by: User, today: date) -> list[int]:
    if not may_reorganise(by, today):
        raise PermissionDenied(_("Sắp xếp đơn vị do quản trị của tỉnh thực hiện."))
    ended = Unit.objects.filter(pk__in=ended_without_successor(), valid_to__lte=today)
    if not by.is_superuser:
        codes = kept_provinces(by, today).values("code")
        ended = ended.filter(province__code__in=codes)
    return list(ended.values_list("pk", flat=True))


class PeopleProvider(Provider):
    """The people of units: they go on reading; their roles on successors are given by a page."""

    kind = "membership"

    def touches(self, change: Change) -> Iterable[Touch]:
        rows = Membership.objects.filter(unit__in=change.ended, user__is_active=True)
        rows = rows.exclude(valid_to__lte=change.day)
        count = rows.count()
        if not count:
            return
        people = rows.values("user").distinct().count()
        some = rows.select_related("user", "unit").order_by("unit__code", "pk")[:EXAMPLES]
        words = _("{people} người vẫn xem số cũ; vai trò ở đơn vị mới giao bằng một trang sau khi thực hiện.")
        yield Touch(
            _("Phân công"),
            count,
            words.format(people=people),
            tuple(f"{one.user} · {one.get_role_display()} · {one.unit.name}" for one in some),
        )

    def left_by(self, units: Collection[int]) -> Iterable[Kept]:
        """Accounts of an ended unit whose role has no end: somebody says where the person works now."""
        rows = Membership.objects.filter(unit__in=units, valid_to=None, user__is_active=True)
        for one in rows.select_related("user", "unit").order_by("unit__code", "pk"):
            words = _("{person}, {role} của {unit}").format(
                person=one.user, role=one.get_role_display(), unit=one.unit.name
            )
            yield Kept(one.unit_id, str(one.pk), words)

    def settle(self, item: HandOver, keeper: Unit | None, by: User, today: date) -> None:
        """The person's role goes on at the keeper; without one it ends today."""
        old = Membership.objects.select_related("user").filter(pk=int(item.ref)).first()
        if old is None:
            return
        if keeper is None:
            if old.valid_to is None and old.valid_from < today:
                Membership.objects.filter(pk=old.pk).update(valid_to=today)
            return
        held = Membership.objects.filter(user=old.user, unit=keeper, role=old.role)
        if not held.exclude(valid_to__lte=today).exists():
            new = Membership.objects.create(user=old.user, unit=keeper, role=old.role, valid_from=today)
            for provider in all_providers():
                provider.given(old, new)
