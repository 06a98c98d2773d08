"""Ending a recognition by a decision: nothing is revoked by itself, and only another decision restores it."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from programs.models import Recognition, RecognitionEnd

__all__ = ["revoke_recognition"]

LONGEST_NUMBER = 80
LONGEST_REASON = 500


@transaction.atomic
def revoke_recognition(
    *, recognition: Recognition, decision: str, decided_on: date, reason: str, by: User, today: date
) -> Recognition:
    """Record that a decision of the province revoked this recognition: it holds until before `decided_on`.

    Raises PermissionDenied for who does not review or administer the province, ValidationError by field
    ('decision', 'decided_on', 'reason'), or with code 'ended' where it is no longer in force.
    """
    found = (
        Recognition.objects.revocable_by(by, today)
        .select_for_update(of=("self",))
        .filter(pk=recognition.pk)
        .first()
    )
    if found is None:
        raise PermissionDenied(_("Chỉ cán bộ thẩm định hoặc quản trị của tỉnh được ghi quyết định thu hồi."))
    if found.valid_to is not None and found.valid_to <= today:
        raise ValidationError(_("Công nhận này đã kết thúc, không thu hồi được nữa."), code="ended")
    number, why = composed(decision).strip(), composed(reason).strip()
    _check(found, number, decided_on, why, today)
    found.valid_to, found.end_reason = decided_on, RecognitionEnd.REVOKED
    found.end_decision, found.end_decided_on, found.end_note = number, decided_on, why
    found.ended_by = by
    found.save(
        update_fields=[
            "valid_to",
            "end_reason",
            "end_decision",
            "end_decided_on",
            "end_note",
            "ended_by",
        ]
    )
    return found


def _check(row: Recognition, number: str, decided_on: date, reason: str, today: date) -> None:
    wrong: dict[str, str] = {}
    if not number:
        wrong["decision"] = _("Ghi số quyết định thu hồi.")
    if not reason:
        wrong["reason"] = _("Ghi lý do thu hồi.")
    for name, text, limit in (("decision", number, LONGEST_NUMBER), ("reason", reason, LONGEST_REASON)):
        if len(text) > limit:
            wrong[name] = _("Dài nhất {limit} ký tự.").format(limit=limit)
    if decided_on > today:
        wrong["decided_on"] = _("Ngày quyết định không được sau hôm nay.")
    elif decided_on <= row.valid_from:
        wrong["decided_on"] = _("Ngày thu hồi phải sau ngày công nhận có hiệu lực ({day}).").format(
            day=f"{row.valid_from:%d/%m/%Y}"
        )
    if wrong:
        raise ValidationError(wrong)
