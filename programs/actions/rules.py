"""Thresholds: a slip is corrected in place, a new threshold is a new version from a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.assess import reassess
from programs.models import PeriodState, Requirement
from programs.queries.requirements import judged_periods, kinds_on
from programs.rules.verdicts import check_rule

__all__ = ["check_requirement", "correct_requirement", "revise_requirement"]


@transaction.atomic
def revise_requirement(
    *,
    requirement: Requirement,
    rule: Mapping[str, object] | None,
    valid_from: date,
    mark: str,
    source: str,
    by: User,
    note: str = "",
) -> Requirement:
    """Let a new threshold hold from `valid_from`; the old version ends on that day. Returns the new one.

    Open periods whose last day falls in the new version are assessed anew. Raises PermissionDenied for
    who is no system administrator, ValidationError when the day lies outside the old version, would
    change the rule of a locked period, or when the rule cannot be read.
    """
    _may_change_rules(by)
    old = Requirement.objects.select_for_update().select_related("criterion__criteria_set", "indicator").get(
        pk=requirement.pk
    )  # fmt: skip
    _check_day(old, valid_from)
    new = Requirement.objects.get(pk=old.pk)
    new.pk, new._state.adding = None, True
    new.rule, new.mark, new.source, new.note = rule, mark, source.strip(), note.strip()
    new.valid_from, new.valid_to = valid_from, old.valid_to
    old.valid_to = valid_from
    old.save(update_fields=["valid_to"])
    check_requirement(new)
    new.full_clean()
    new.save()
    _reassess_open(new)
    return new


@transaction.atomic
def correct_requirement(*, requirement: Requirement, by: User) -> Requirement:
    """Store a requirement that was written wrong (sửa sai), or a first version.

    `requirement` carries the corrected values. Open periods that it decides, or decided before the
    correction, are assessed anew; closed and locked ones keep their results. Raises PermissionDenied and
    ValidationError as `revise_requirement` does.
    """
    _may_change_rules(by)
    before = Requirement.objects.select_for_update().filter(pk=requirement.pk).first()
    check_requirement(requirement)
    requirement.full_clean()
    requirement.save()
    _reassess_open(requirement, before)
    return requirement


def check_requirement(requirement: Requirement) -> None:
    """Raise ValidationError, by field, when the rule cannot be read or the version meets another."""
    found: dict[str, list[str]] = {}
    if requirement.rule is not None:
        kinds = kinds_on(requirement, requirement.valid_from)
        problems = check_rule(requirement.rule, kinds)
        if problems:
            found["rule"] = [_explained(problem, kinds) for problem in problems]
    until = Q(valid_from__lt=requirement.valid_to) if requirement.valid_to else Q()
    others = Requirement.objects.filter(
        until, Q(valid_to=None) | Q(valid_to__gt=requirement.valid_from),
        criterion=requirement.criterion_id, number=requirement.number,
    ).exclude(pk=requirement.pk)  # fmt: skip
    clash = others.first()
    if clash is not None:
        found["valid_from"] = [
            _(
                "Từ {start} đã có một mức yêu cầu khác của {number}: hai mức không được chồng ngày nhau."
            ).format(start=_day(clash.valid_from), number=clash.number)
        ]
    if found:
        raise ValidationError(found)


def _may_change_rules(by: User) -> None:
    if not (by.is_active and by.is_superuser):
        raise PermissionDenied(_("Chỉ quản trị hệ thống được sửa bộ tiêu chí."))


def _check_day(old: Requirement, valid_from: date) -> None:
    if valid_from <= old.valid_from or (old.valid_to is not None and valid_from >= old.valid_to):
        span = _("sau {start}").format(start=_day(old.valid_from))
        if old.valid_to is not None:
            span += _(" và trước {end}").format(end=_day(old.valid_to))
        raise ValidationError({"valid_from": _("Ngày áp dụng phải {span}.").format(span=span)})
    periods = judged_periods(old.criterion.criteria_set, valid_from, old.valid_to)
    locked = periods.filter(state=PeriodState.LOCKED).first()
    if locked is not None:
        raise ValidationError(
            {
                "valid_from": _("{period} đã khóa và được đánh giá theo mức cũ: chọn ngày sau {day}.").format(
                    period=locked.title, day=_day(locked.ends_on)
                )
            }
        )


def _reassess_open(requirement: Requirement, before: Requirement | None = None) -> None:
    criteria_set = requirement.criterion.criteria_set
    wanted: dict[int, Any] = {}
    for version in (requirement, before):
        if version is not None:
            periods = judged_periods(criteria_set, version.valid_from, version.valid_to)
            wanted |= {period.pk: period for period in periods.filter(state=PeriodState.OPEN)}
    reassess(criteria_set=criteria_set, periods=list(wanted.values()))


def _explained(problem: str, kinds: Mapping[str, str]) -> str:
    """A finding of `check_rule` in words, with the place in the rule it is about."""
    code, _space, path = problem.partition(" ")
    words = {
        "not_a_rule": _("không phải một quy tắc"),
        "empty_group": _("nhóm điều kiện đang trống"),
        "mixed_forms": _("vừa là nhóm vừa là điều kiện"),
        "unknown_key": _("có mục không hiểu được"),
        "unknown_op": _("phép so sánh không hiểu được"),
        "not_a_number": _("mức phải là số"),
        "not_a_boolean": _("mức phải là có hoặc không"),
        "unknown_part": _("chỉ tiêu không có thành phần này; các thành phần: {parts}").format(
            parts=", ".join(sorted(kinds.keys() - {""})) or _("không có")
        ),
        "op_not_for_kind": _("phép so sánh không hợp với dạng số của chỉ tiêu"),
        "unknown_aspect": _("điều kiện 'when' phải nói về numerator, denominator hoặc value"),
        "aspect_not_for_kind": _("chỉ tiêu này không có mẫu số"),
    }.get(code, code)
    return _("Quy tắc{place}: {words}.").format(place=f" ({path})" if path else "", words=words)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
