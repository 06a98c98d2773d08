"""What each source gave to a house: money, or materials, land and labour days with their value."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from housing.actions.figures import refresh_houses
from housing.actions.houses import locked_house, note_event
from housing.models import Contribution, HousingProject, MoneySource, ProjectMoney
from programs.rules.numbers import format_scaled

__all__ = ["Gift", "add_money", "gift_errors", "new_gift", "remove_money"]

MOST_QUANTITY = Decimal("9999999.99")
LABOUR_DAYS = "công"


@dataclass(frozen=True, slots=True)
class Gift:
    """One entry: `value` in VND; what is not money says how much of what (`quantity`, `measure`)."""

    source: MoneySource
    value: int | None
    received_on: date | None
    form: str = Contribution.MONEY
    quantity: Decimal | None = None
    measure: str = ""
    note: str = ""


@transaction.atomic
def add_money(
    *,
    house: HousingProject,
    gift: Gift,
    by: User,
    today: date,
    through: str,
    at: datetime | None = None,
) -> ProjectMoney:
    """Write down what a house got. Raises PermissionDenied, and ValidationError for 'value' (below zero, or
    above the source's ceiling), 'quantity', 'measure', 'received_on' or 'form'."""
    fresh = locked_house(house, by, today)
    errors = gift_errors(gift, today)
    if errors:
        raise ValidationError(errors)
    row = new_gift(fresh, gift, by, at)
    row.save()
    note_event(fresh, {"money": ["", _told(row)]}, "", by, through, at)
    refresh_houses(fresh.commune, fresh.list, by=by, today=today, at=at)
    return row


@transaction.atomic
def remove_money(
    *, money: ProjectMoney, by: User, today: date, through: str, at: datetime | None = None
) -> None:
    """Take back an entry made by mistake; the history keeps it. Raises PermissionDenied."""
    fresh = locked_house(money.project, by, today)
    told = _told(money)
    money.delete()
    note_event(fresh, {"money": [told, ""]}, "", by, through, at)
    refresh_houses(fresh.commune, fresh.list, by=by, today=today, at=at)


def gift_errors(gift: Gift, today: date) -> dict[str, list[str]]:
    """What is wrong with an entry, by field; nothing when it can be kept."""
    errors: dict[str, list[str]] = {}
    if gift.form not in Contribution.values:
        errors["form"] = [_("Chọn hình thức.")]
    if gift.value is None:
        errors["value"] = [_("Ghi giá trị, tính bằng triệu đồng.")]
    elif gift.value < 0:
        errors["value"] = [_("Giá trị không được nhỏ hơn 0.")]
    elif gift.value == 0:
        errors["value"] = [_("Giá trị phải lớn hơn 0.")]
    elif gift.value > gift.source.ceiling:
        words = _("Nguồn “{source}” ghi mỗi lần nhiều nhất {most} triệu đồng. Kiểm tra lại số đã nhập.")
        most = format_scaled(gift.source.ceiling, 0, 6)
        errors["value"] = [words.format(source=gift.source.title, most=most)]
    if gift.received_on is None:
        errors["received_on"] = [_("Chọn ngày.")]
    elif gift.received_on > today:
        errors["received_on"] = [_("Ngày này chưa đến. Kiểm tra lại.")]
    return errors | _quantity_errors(gift)


def _quantity_errors(gift: Gift) -> dict[str, list[str]]:
    if gift.form == Contribution.MONEY:
        return {}
    errors: dict[str, list[str]] = {}
    if gift.quantity is None:
        errors["quantity"] = [_("Ghi số lượng.")]
    elif not 0 < gift.quantity <= MOST_QUANTITY:
        errors["quantity"] = [_("Số lượng phải lớn hơn 0.")]
    if not gift.measure.strip() and gift.form != Contribution.LABOUR:
        errors["measure"] = [_("Ghi đơn vị tính, ví dụ: bao, m², viên.")]
    return errors


def new_gift(house: HousingProject, gift: Gift, by: User, at: datetime | None) -> ProjectMoney:
    """The entry, unsaved; what is wrong with it was asked before (`gift_errors`)."""
    assert gift.value is not None
    assert gift.received_on is not None
    in_kind = gift.form != Contribution.MONEY
    measure = composed(gift.measure) or (LABOUR_DAYS if gift.form == Contribution.LABOUR else "")
    return ProjectMoney(
        project=house,
        source=gift.source,
        form=gift.form,
        quantity=gift.quantity if in_kind else None,
        measure=measure[:40] if in_kind else "",
        value=gift.value,
        received_on=gift.received_on,
        note=composed(gift.note)[:200],
        by=by,
        at=at or timezone.now(),
    )


def _told(row: ProjectMoney) -> str:
    """An entry in one line of the history: the source's code, the form, VND."""
    return f"{row.source.code} {row.form} {row.value}"
