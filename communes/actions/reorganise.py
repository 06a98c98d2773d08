"""Preparing a reorganisation: its act, its lines, the lists it is read from. Nothing here changes a unit."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import (
    Act,
    Placement,
    Reorganisation,
    ReorganisationFile,
    ReorganisationLine,
    ReorganisationState,
    Tie,
    Unit,
    UnitKind,
    User,
)
from communes.queries.providers import register_provider
from communes.queries.register import plan_of
from communes.queries.reorganise import kept_provinces, may_reorganise
from communes.rules.text import normalise

__all__ = [
    "ActText",
    "LineText",
    "accept_unknown",
    "add_lines",
    "change_act",
    "change_line",
    "check_draft",
    "create_draft",
    "draft_undoing",
    "drop_draft",
    "keep_file",
    "register_provider",
    "remove_line",
    "take_file",
]

BATCH = 500


@dataclass(frozen=True, slots=True)
class ActText:
    """What the head of an act says."""

    number: str
    title: str
    in_force_on: date
    operative_on: date
    source: str = ""
    ended_tier: str = ""


@dataclass(frozen=True, slots=True)
class LineText:
    """One line as it was typed or read: what becomes of a predecessor. `kind` is a kind's code."""

    predecessor_code: str = ""
    predecessor_name: str = ""
    create_closed: bool = False
    successor_code: str = ""
    name: str = ""
    kind: str = ""
    parent_code: str = ""
    whole: bool = True
    share_millionths: int | None = None
    share_base: str = ""
    villages: str = ""
    area_ha: int | None = None
    population: int | None = None
    note: str = ""


@transaction.atomic
def create_draft(*, act: ActText, by: User, today: date, province: Unit | None = None) -> Reorganisation:
    """A new draft for the province whose register the person keeps (None: the whole country, superusers).

    Raises PermissionDenied for anybody else, ValidationError by field for what the act says.
    """
    if not may_reorganise(by, today):
        raise PermissionDenied(_("Sắp xếp đơn vị do quản trị của tỉnh thực hiện."))
    if province is None and not by.is_superuser:
        province = kept_provinces(by, today).order_by("-valid_from").first()
    if province is not None and not kept_provinces(by, today).filter(pk=province.pk).exists():
        raise PermissionDenied(_("Bạn không quản trị danh mục đơn vị của tỉnh này."))
    draft = Reorganisation(province=province, made_by=by, **_tidied(act))
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def change_act(*, draft: Reorganisation, act: ActText, by: User, today: date) -> Reorganisation:
    """Correct the head of a draft. Raises as above, and ValidationError once it was carried out."""
    fresh = locked_draft(draft, by, today)
    for name, value in _tidied(act).items():
        setattr(fresh, name, value)
    fresh.full_clean()
    return _touched(fresh)


@transaction.atomic
def add_lines(*, draft: Reorganisation, lines: Sequence[LineText], by: User, today: date) -> int:
    """Put lines at the end of the draft, all or none; returns the number of the first. Raises as above."""
    fresh = locked_draft(draft, by, today)
    first = (fresh.lines.aggregate(last=Max("order"))["last"] or 0) + 1
    rows = [_row(fresh, first + index, line) for index, line in enumerate(lines)]
    ReorganisationLine.objects.bulk_create(rows, batch_size=BATCH)
    _touched(fresh)
    return first


@transaction.atomic
def change_line(*, draft: Reorganisation, order: int, line: LineText, by: User, today: date) -> None:
    """Write a line anew. Raises as above, and ValidationError when it is no longer there."""
    fresh = locked_draft(draft, by, today)
    old = fresh.lines.filter(order=order).first()
    if old is None:
        raise ValidationError(_("Dòng này đã bị xóa."))
    row = _row(fresh, order, line)
    row.pk = old.pk
    row.save()
    _touched(fresh)


@transaction.atomic
def remove_line(*, draft: Reorganisation, order: int, by: User, today: date) -> None:
    """Take a line out; taking it out twice is the same as once. Raises as above."""
    fresh = locked_draft(draft, by, today)
    fresh.lines.filter(order=order).delete()
    _touched(fresh)


@transaction.atomic
def accept_unknown(*, draft: Reorganisation, by: User, today: date) -> int:
    """Have the predecessors that the register lacks added, closed on the act's day; returns how many lines
    that are. Raises as above."""
    fresh = locked_draft(draft, by, today)
    codes = {str(one.facts["code"]) for one in plan_of(fresh).plan.findings if one.code == "unknown"}
    changed = fresh.lines.filter(predecessor_code__in=codes).update(create_closed=True)
    if changed:
        _touched(fresh)
    return changed


@transaction.atomic
def check_draft(*, draft: Reorganisation, by: User, today: date) -> Reorganisation:
    """Mark the draft as checked when nothing stands in its way. Raises as above, and ValidationError."""
    fresh = locked_draft(draft, by, today)
    if plan_of(fresh).errors:
        raise ValidationError(_("Còn lỗi: sửa các dòng có chữ “lỗi” rồi kiểm tra lại."), code="errors")
    fresh.state = ReorganisationState.CHECKED
    fresh.save(update_fields=["state"])
    return fresh


@transaction.atomic
def drop_draft(*, draft: Reorganisation, by: User, today: date) -> None:
    """Give a draft up; it stays readable. Raises as above."""
    fresh = locked_draft(draft, by, today)
    fresh.state = ReorganisationState.DROPPED
    fresh.save(update_fields=["state"])


@transaction.atomic
def keep_file(
    *, draft: Reorganisation, name: str, rows: Sequence[Mapping[str, Any]], by: User, today: date
) -> ReorganisationFile:
    """Keep what was read from a list until somebody has looked at its verdicts. Raises as above."""
    fresh = locked_draft(draft, by, today)
    fresh.files.filter(taken_at=None).delete()
    return ReorganisationFile.objects.create(
        reorganisation=fresh, name=normalise(name)[:200], rows=[dict(row) for row in rows], by=by
    )


@transaction.atomic
def take_file(*, file: ReorganisationFile, replace: bool, by: User, today: date) -> int:
    """Take all good lines of a list into the draft, in place of its lines or after them; returns how many.

    Rows that could not be read are left out: they are named in the preview. Raises as above, and
    ValidationError when the list was taken already.
    """
    fresh = locked_draft(file.reorganisation, by, today)
    held = fresh.files.select_for_update().filter(pk=file.pk, taken_at=None).first()
    if held is None:
        raise ValidationError(_("Tệp này đã đưa vào dự thảo hoặc đã thay bằng tệp khác."))
    if replace:
        fresh.lines.all().delete()
    good = [LineText(**row["line"]) for row in held.rows if not row.get("error")]
    add_lines(draft=fresh, lines=good, by=by, today=today)
    held.taken_at = timezone.now()
    held.save(update_fields=["taken_at"])
    return len(good)


@transaction.atomic
def draft_undoing(*, act: Act, text: ActText, by: User, today: date) -> Reorganisation:
    """A draft that undoes an act from a later day on: what it joined is divided into what was there before.

    It is a proposal: shares are unknown until somebody writes them, and villages go back where they stood.
    Raises as `create_draft`.
    """
    ways = list(act.successions.select_related("predecessor", "successor").order_by("pk"))
    if not ways:
        raise ValidationError(_("Văn bản này không có kế thừa nào để hoàn lại."))
    province = next((way.predecessor.province for way in ways if way.predecessor.province), None)
    wanted = None if by.is_superuser and province is None else _living_province(province, by, today)
    draft = create_draft(act=text, by=by, today=today, province=wanted)
    origins: dict[int, list[Unit]] = {}
    for way in ways:
        origins.setdefault(way.successor_id, []).append(way.predecessor)
    stood = _villages_of({unit.pk for units in origins.values() for unit in units}, act.operative_on)
    lines = []
    seen = set()
    for way in ways:
        if way.successor_id in seen:
            continue
        seen.add(way.successor_id)
        olds = origins[way.successor_id]
        lines += [
            LineText(
                predecessor_code=way.successor.code,
                predecessor_name=way.successor.name,
                successor_code=old.code,
                name=old.name,
                kind=old.kind_id,
                whole=len(olds) == 1,
                villages=" ".join(stood.get(old.pk, ())) if len(olds) > 1 else "",
                note=_("theo {act}").format(act=act.number),
            )
            for old in olds
        ]
    add_lines(draft=draft, lines=lines, by=by, today=today)
    draft.refresh_from_db()
    return draft


def _living_province(province: Unit | None, by: User, today: date) -> Unit | None:
    if province is None:
        return None
    return kept_provinces(by, today).filter(code=province.code).order_by("-valid_from").first()


def _villages_of(units: Iterable[int], day: date) -> dict[int, list[str]]:
    """The codes of the villages that stood under each unit on its last day."""
    found: dict[int, list[str]] = {}
    rows = Placement.objects.filter(parent__in=list(units), tie=Tie.TREE, valid_to=day, unit__level="village")
    for parent, code in rows.order_by("unit__code").values_list("parent", "unit__code"):
        found.setdefault(parent, []).append(code)
    return found


def locked_draft(draft: Reorganisation, by: User, today: date) -> Reorganisation:
    """The draft under its row's lock, if the person may change it and it is still open."""
    rows = Reorganisation.objects.readable_by(by, today).select_for_update(of=("self",))
    fresh = rows.filter(pk=draft.pk).first()
    if fresh is None or not may_reorganise(by, today):
        raise PermissionDenied(_("Sắp xếp đơn vị do quản trị của tỉnh thực hiện."))
    if not fresh.is_open:
        raise ValidationError(
            _("Dự thảo này {state}, không sửa được nữa.").format(state=fresh.get_state_display()),
            code="closed",
        )
    return fresh


def _touched(draft: Reorganisation) -> Reorganisation:
    """What was changed is to be checked and looked at again."""
    draft.version += 1
    draft.state = ReorganisationState.DRAFT
    draft.save()
    return draft


def _tidied(act: ActText) -> dict[str, Any]:
    values = dataclasses.asdict(act)
    return {name: normalise(value) if isinstance(value, str) else value for name, value in values.items()}


def _row(draft: Reorganisation, order: int, line: LineText) -> ReorganisationLine:
    """The row of a line. Raises ValidationError for one that says nothing or does not fit its columns."""
    texts = {
        field.name: normalise(value) if isinstance(value := getattr(line, field.name), str) else value
        for field in dataclasses.fields(line)
    }
    kind = texts.pop("kind")
    if kind and kind not in _kinds():
        raise ValidationError({"kind": _("Không có loại đơn vị {kind}.").format(kind=kind)})
    row = ReorganisationLine(reorganisation=draft, order=order, kind_id=kind or None, **texts)
    row.clean_fields(exclude=["reorganisation", "kind"])
    if not (row.predecessor_code or row.successor_code or row.name):
        raise ValidationError(_("Ghi đơn vị cũ hoặc đơn vị mới."))
    return row


def _kinds() -> set[str]:
    return set(UnitKind.objects.values_list("pk", flat=True))
