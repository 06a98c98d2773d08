"""Sheets B1 and B2 of households: the only door by which a review's answers come in, one or thousands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import composed
from housing.actions.figures import refresh_poverty
from housing.actions.stale import StaleRecord
from housing.models import (
    CommuneReview,
    Deprivation,
    IncomeItem,
    PovertyReason,
    PovertyReview,
    ReviewChange,
    ReviewState,
)
from housing.queries.movements import History, Past
from housing.queries.reviews import was_reopened
from housing.rules.areas import moved_by_area
from housing.rules.classes import PovertyClass, Standard
from housing.rules.movements import Movement, movement_of
from housing.rules.sheets import Result, result_of
from programs.models import Through

__all__ = ["BadRows", "SavedSheet", "SheetData", "frozen_words", "record_sheet", "record_sheets"]

MOST_POINTS = 1000
MOST_INCOME = 1_000_000_000
MOST_PERSONS = 60
LONGEST_NOTE = 500
LONGEST_AGO = timedelta(days=366)
BATCH = 500
KEPT = (
    "reviewed_on", "b1_points", "b1_items", "income", "b2_done", "deprived", "b2_points", "reasons",
    "poverty_class", "next_class", "persons", "no_labour", "note",
)  # fmt: skip
COMPUTED = ("movement", "area_changed", "version", "updated_at", "updated_by")


@dataclass(frozen=True, slots=True)
class SheetData:
    """A household's sheets as they were filled in.

    `b1_items`: keys of the scored items chosen (their points add up); `income`: VND a person and month;
    `deprivations` and `reasons`: codes; deprivations None: sheet B2 is not filled in, empty: deprived of
    nothing; `b2_points`: the total written on the paper, checked against the ticks.
    """

    b1_points: int | None = None
    b1_items: tuple[int, ...] = ()
    income: int | None = None
    deprivations: frozenset[str] | None = None
    reasons: frozenset[str] = frozenset()
    reviewed_on: date | None = None
    persons: int = 1
    no_labour: bool = False
    note: str = ""
    b2_points: int | None = None


@dataclass(frozen=True, slots=True)
class SavedSheet:
    """The sheet as it stands now, whether anything was changed, and what to look at again."""

    sheet: PovertyReview
    changed: bool
    warnings: tuple[str, ...] = ()


class BadRows(Exception):
    """Rows of a bulk that cannot be stored, by their place in it; nothing was stored."""

    def __init__(self, errors: Mapping[int, ValidationError]) -> None:
        super().__init__("bad rows")
        self.errors = errors


@transaction.atomic
def record_sheet(
    *,
    sheet: PovertyReview,
    version: int,
    values: SheetData,
    by: User,
    today: date,
    through: str = Through.FORM,
    reason: str = "",
    at: datetime | None = None,
) -> SavedSheet:
    """Store one household's sheets; the class and the movement follow.

    Raises PermissionDenied to who does not review in the commune; StaleRecord when the sheet was changed
    since `version`; ValidationError by field, or with code 'frozen' once the review has left the commune.
    """
    review = open_review(sheet.review_id, by, today)
    rows = PovertyReview.objects.select_for_update(of=("self",)).select_related("household")
    fresh = rows.get(pk=sheet.pk)
    if fresh.version != version:
        raise StaleRecord(fresh)
    desk = _Desk(review, by, today, through, reason, at)
    try:
        (saved,) = desk.store([(fresh, values)])
    except BadRows as bad:
        raise bad.errors[0] from bad
    if saved.changed:
        refresh_poverty(review, by=by, today=today, at=at)
    return saved


@transaction.atomic
def record_sheets(
    *,
    review: CommuneReview,
    rows: Sequence[tuple[PovertyReview, SheetData]],
    by: User,
    today: date,
    through: str = Through.FORM,
    reason: str = "",
    at: datetime | None = None,
) -> list[SavedSheet]:
    """Store many sheets of one commune's review, all or none: a workbook, a program, the demo.

    Raises as `record_sheet`, and BadRows with what is wrong in which row. The sheets' own versions are the
    base: StaleRecord for the first that was changed meanwhile.
    """
    review = open_review(review.pk, by, today)
    held = review.sheets.select_for_update(of=("self",)).select_related("household")
    fresh = {one.pk: one for one in held}
    pairs = []
    for sheet, values in rows:
        if sheet.pk not in fresh:
            raise PermissionDenied(_("Phiếu không thuộc đợt rà soát của xã này."))
        if fresh[sheet.pk].version != sheet.version:
            raise StaleRecord(fresh[sheet.pk])
        pairs.append((fresh[sheet.pk], values))
    saved = _Desk(review, by, today, through, reason, at).store(pairs)
    if any(one.changed for one in saved):
        refresh_poverty(review, by=by, today=today, at=at)
    return saved


def open_review(pk: int, by: User, today: date) -> CommuneReview:
    """The review under its row's lock, while sheets may be changed in it."""
    rows = CommuneReview.objects.writable_by(by, today).filter(pk=pk).select_for_update(of=("self",))
    found = rows.select_related(
        "round__standard", "round__next_standard", "round__period", "commune__kind"
    ).first()
    if found is None:
        raise PermissionDenied(_("Bạn không rà soát hộ của xã này."))
    if found.state != ReviewState.REVIEWING:
        raise ValidationError(frozen_words(found), code="frozen")
    return found


def frozen_words(review: CommuneReview) -> str:
    """Why nothing can be changed in a review that has left the commune's hands."""
    if review.state == ReviewState.ASKED:
        return _("Xã đã xin ý kiến của tỉnh nên phiếu không sửa được trong lúc chờ.")
    return _("Đợt rà soát này đã có quyết định công nhận. Muốn sửa, đề nghị tỉnh mở lại và ghi lý do.")


class _Desk:
    """One sitting at which sheets of one review are stored: what each is checked against is read once."""

    def __init__(
        self, review: CommuneReview, by: User, today: date, through: str, reason: str, at: datetime | None
    ) -> None:
        self.review, self.by, self.today = review, by, today
        self.through, self.at = through, at or timezone.now()
        self.reason = composed(reason)[:500]
        self.standard = review.round.standard.rule()
        later = review.round.next_standard
        self.next_standard: Standard | None = later.rule() if later is not None else None
        self.area = review.area
        if was_reopened(review) and not self.reason:
            raise ValidationError(
                {"reason": [_("Đợt rà soát được mở lại: ghi lý do sửa phiếu.")]}, code="reason"
            )

    @cached_property
    def known(self) -> dict[str, int]:
        """The deprivations that either standard asks about, with their bits."""
        asked = set(self.standard.deprivation_points)
        if self.next_standard is not None:
            asked |= set(self.next_standard.deprivation_points)
        return {one.code: one.mask for one in Deprivation.objects.all() if one.code in asked}

    @cached_property
    def reasons(self) -> dict[str, int]:
        return {one.code: one.mask for one in PovertyReason.objects.all()}

    @cached_property
    def items(self) -> dict[int, int]:
        """The points of the scored items of sheet B1, by key; empty while their table is empty."""
        rows = IncomeItem.objects.filter(standard=self.review.round.standard, area=self.area)
        return dict(rows.values_list("pk", "points"))

    def store(self, rows: Sequence[tuple[PovertyReview, SheetData]]) -> list[SavedSheet]:
        errors: dict[int, ValidationError] = {}
        for index, (sheet, values) in enumerate(rows):
            found = self._errors(sheet, values)
            if found:
                errors[index] = ValidationError(found)
        if errors:
            raise BadRows(errors)
        history = History(self.review, self.today)
        homes = [sheet.household for sheet, _values in rows]
        openings = {sheet.household_id: sheet.opening_class for sheet, _values in rows}
        pasts = history.pasts(homes, openings)
        saved, changes = [], []
        for sheet, values in rows:
            old = {name: getattr(sheet, name) for name in KEPT}
            self._fill(sheet, values, pasts[sheet.household_id], history.comparable)
            fields = {
                name: [_plain(old[name]), _plain(getattr(sheet, name))]
                for name in KEPT
                if old[name] != getattr(sheet, name)
            }
            if fields:
                sheet.version += 1
                sheet.updated_at, sheet.updated_by = self.at, self.by
                changes.append(self._change(sheet, fields))
            saved.append(SavedSheet(sheet, bool(fields), tuple(self._warnings(sheet, values))))
        write_sheets([one.sheet for one in saved if one.changed], [*KEPT, *COMPUTED])
        ReviewChange.objects.bulk_create(changes, batch_size=BATCH)
        return saved

    def _change(self, sheet: PovertyReview, fields: dict[str, Any]) -> ReviewChange:
        return ReviewChange(
            sheet=sheet,
            version=sheet.version,
            fields=fields,
            reason=self.reason,
            through=self.through,
            by=self.by,
            at=self.at,
        )

    def _result(self, values: SheetData) -> Result:
        return result_of(
            self.standard,
            self.next_standard,
            self.area,
            b1_points=self._points(values),
            income=values.income,
            deprivations=values.deprivations,
        )

    def _points(self, values: SheetData) -> int | None:
        if values.b1_items and self.items:
            return max(0, sum(self.items.get(pk, 0) for pk in set(values.b1_items)))
        return values.b1_points

    # -- what is wrong -------------------------------------------------------------------------------

    def _errors(self, sheet: PovertyReview, values: SheetData) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        if error := self._b1_error(values):
            found["b1_points"] = [error]
        if values.income is not None and not 0 <= values.income <= MOST_INCOME:
            found["income"] = [_("Thu nhập từ 0 đến 1 tỷ đồng một người một tháng.")]
        if error := self._b2_error(values):
            found["deprivations"] = [error]
        if error := self._reason_error(values, found):
            found["reasons"] = [error]
        if not 1 <= values.persons <= MOST_PERSONS:
            found["persons"] = [_("Số nhân khẩu từ 1 đến 60.")]
        day, earliest = values.reviewed_on, self.review.round.starts_on - LONGEST_AGO
        if day is not None and day > self.today:
            found["reviewed_on"] = [_("Ngày rà soát không được sau hôm nay.")]
        elif day is not None and day < earliest:
            found["reviewed_on"] = [_("Ngày rà soát trước đợt này quá lâu. Kiểm tra lại năm.")]
        if len(values.note) > LONGEST_NOTE:
            found["note"] = [_("Ghi chú dài nhất {limit} ký tự.").format(limit=LONGEST_NOTE)]
        return found

    def _b1_error(self, values: SheetData) -> str:
        if set(values.b1_items) - self.items.keys():
            return _("Có mục không thuộc phiếu B1 của chuẩn và khu vực này.")
        if values.b1_points is not None and not 0 <= values.b1_points <= MOST_POINTS:
            return _("Điểm B1 từ 0 đến {most}.").format(most=MOST_POINTS)
        added = self._points(values)
        if values.b1_items and values.b1_points not in (None, added):
            return _("Điểm B1 ghi {typed} nhưng các mục đã chọn cộng lại là {added}.").format(
                typed=values.b1_points, added=added
            )
        return ""

    def _b2_error(self, values: SheetData) -> str:
        ticked = values.deprivations
        if values.b2_points and not ticked:
            return _("Điểm B2 là {points} mà chưa đánh dấu chỉ số thiếu hụt nào.").format(
                points=values.b2_points
            )
        if ticked is None:
            return ""
        if ticked - self.known.keys():
            return _("Có chỉ số thiếu hụt không thuộc chuẩn của đợt này.")
        added = self.standard.b2(ticked)
        if values.b2_points is not None and values.b2_points != added:
            return _("Điểm B2 ghi {typed} nhưng các chỉ số đã đánh dấu cộng lại là {added}.").format(
                typed=values.b2_points, added=added
            )
        return ""

    def _reason_error(self, values: SheetData, found: Mapping[str, Any]) -> str:
        if values.reasons - self.reasons.keys():
            return _("Có nguyên nhân nghèo không có trong danh mục.")
        if found or values.reasons:
            return ""
        result = self._result(values)
        if any(
            one is not None and one.poverty_class == PovertyClass.POOR for one in (result.now, result.next)
        ):
            return _("Hộ nghèo: đánh dấu ít nhất một nguyên nhân.")
        return ""

    def _warnings(self, sheet: PovertyReview, values: SheetData) -> list[str]:
        found = []
        day = sheet.reviewed_on
        if day is not None and not self.review.round.starts_on <= day <= self.review.round.ends_on:
            found.append(_("Ngày rà soát ở ngoài thời gian của đợt."))
        if values.persons != sheet.household.persons:
            found.append(
                _("Sổ hộ ghi {count} nhân khẩu, phiếu ghi {here}.").format(
                    count=sheet.household.persons, here=values.persons
                )
            )
        if not sheet.household.lives_on(self.today):
            found.append(_("Hộ đã ra khỏi sổ của xã."))
        return found

    # -- what is stored ------------------------------------------------------------------------------

    def _fill(self, sheet: PovertyReview, values: SheetData, past: Past, comparable: bool) -> None:
        result = self._result(values)
        ticked = values.deprivations
        sheet.reviewed_on = values.reviewed_on or sheet.reviewed_on or self.today
        sheet.b1_points = self._points(values)
        sheet.b1_items = sorted(set(values.b1_items))
        sheet.income = values.income
        sheet.b2_done = ticked is not None
        sheet.deprived = sum(self.known[code] for code in ticked or ())
        sheet.b2_points = self.standard.b2(ticked) if ticked is not None else None
        sheet.reasons = sum(self.reasons[code] for code in values.reasons)
        sheet.poverty_class = result.now.poverty_class.value if result.now else ""
        sheet.next_class = result.next.poverty_class.value if result.next else ""
        sheet.persons, sheet.no_labour = values.persons, values.no_labour
        sheet.note = composed(values.note)
        moved = Movement.NONE
        if result.now is not None and comparable:
            moved = movement_of(past.course(result.now.poverty_class))
        sheet.movement = moved.value if result.now is not None else ""
        sheet.area_changed = moved_by_area(
            self.standard,
            past.area,
            self.area,
            moved,
            b1_points=sheet.b1_points,
            income=values.income,
            deprivations=ticked,
        )


def write_sheets(sheets: Sequence[PovertyReview], fields: Sequence[str]) -> None:
    """Write these columns of sheets that are there: as one statement a batch, which thousands need."""
    if len(sheets) == 1:
        sheets[0].save(update_fields=list(fields))
        return
    PovertyReview.objects.bulk_create(
        sheets,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(fields),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
