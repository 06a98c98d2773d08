"""The one write door of figures, whoever knocks: form, offline queue, API, workbook, demo."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Role, User
from communes.rules.text import composed
from programs.actions.assess import store_assessments
from programs.actions.checks import Findings, Item, check_against_last, check_against_others, check_item
from programs.models import (
    Assessment,
    ChangedAfter,
    FigureState,
    Indicator,
    MembershipAgency,
    MembershipCriterion,
    Observation,
    ObservationChange,
    PeriodState,
    ReasonKind,
    Report,
    Through,
)
from programs.queries.desks import part_of
from programs.queries.structure import Row, Structure, rulebook_mark, structure_of
from programs.rules.entry import sum_of_parts
from programs.rules.verdicts import Figure, Verdict

__all__ = [
    "Draft",
    "Item",
    "Recorded",
    "StaleFigures",
    "drafting",
    "record_batches",
    "record_observations",
]

Batch = tuple[Report, Sequence[Item]]

UPSERTED = [
    "report",
    "value",
    "denominator",
    "percentage",
    "not_applicable",
    "from_records",
    "state",
    "version",
    "note",
    "copied_from",
    "updated_at",
    "updated_by",
    "through",
]


TOUCHED = ["entered", "version", "updated_at"]


class StaleFigures(Exception):
    """Figures changed meanwhile: pairs of what was sent and what stands, so that neither is lost."""

    def __init__(self, conflicts: list[tuple[Item, Observation]]) -> None:
        super().__init__("stale figures")
        self.conflicts = conflicts


@dataclass(slots=True)
class Recorded:
    """What became of a batch: the report's figures by indicator, warnings by code, the assessment."""

    report: Report
    structure: Structure
    observations: dict[int, Observation]
    changed: list[ObservationChange] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    assessment: Assessment | None = None


def record_observations(
    *, report: Report, items: Sequence[Item], by: User, through: str, today: date, at: datetime | None = None
) -> Recorded:
    """Store figures of one report: all of them or none.

    Raises PermissionDenied when `by` may not enter figures of this unit, ValidationError (by indicator
    code) with every bad item named or when the report takes no figures now, and StaleFigures when a
    figure was changed since the version it was based on. Sending the same again changes nothing.
    """
    return record_batches(batches=[(report, items)], by=by, through=through, today=today, at=at)[0]


@transaction.atomic
def record_batches(
    *, batches: Sequence[Batch], by: User, through: str, today: date, at: datetime | None = None
) -> list[Recorded]:
    """Store figures of many reports in one transaction; the bulk doors (demo, import, API) come here."""
    drafts = _drafts([report.pk for report, _items in batches], by, today, through)
    return _record([(drafts[report.pk], items) for report, items in batches], by, at or timezone.now())


@dataclass(slots=True)
class Draft:
    """A report under its row's lock, which takes figures now from the one who asked: its rows, what stands.

    `part`: the criteria that are theirs where a commune shares its report out; None for all of it.
    """

    report: Report
    structure: Structure
    held: dict[int, Observation]
    part: set[int] | None
    through: str

    def record(self, items: Sequence[Item], *, by: User) -> Recorded:
        """As `record_observations`; after a refusal the rest can be tried again."""
        return _record([(self, items)], by, timezone.now())[0]


@contextmanager
def drafting(*, report: int, by: User, through: str, today: date) -> Iterator[Draft]:
    """One transaction in which what was typed is read, tried and stored.

    Raises PermissionDenied when `by` may not enter figures of this unit (or there is no such report) and
    ValidationError when the report takes no figures now.
    """
    with transaction.atomic():
        yield _drafts([report], by, today, through)[report]


def _drafts(asked: Collection[int], by: User, today: date, through: str) -> dict[int, Draft]:
    reports = _locked_reports(asked, by, today, through)
    structures: dict[tuple[int, int], Structure] = {}
    held = _held_observations(reports)
    drafts = {}
    for pk, report in reports.items():
        key = (report.form_id, report.period_id)
        if key not in structures:
            structures[key] = structure_of(report.form, report.period, report.rules)  # type: ignore[attr-defined]
        part = None
        if report.narrowed and through != Through.RECORDS:  # type: ignore[attr-defined]
            part = part_of(by, report.unit, structures[key].criteria_set, today, [Role.CADRE])
        drafts[pk] = Draft(report, structures[key], held.get(pk, {}), part, through)
    return drafts


def _record(batches: Sequence[tuple[Draft, Sequence[Item]]], by: User, at: datetime) -> list[Recorded]:
    """Nothing is written before everything was found good."""
    writers = [_Writer(draft, items) for draft, items in batches]
    for writer in writers:
        writer.check()
        writer.check_late_changes()
    _check_against_last_period(writers)
    for writer in writers:
        writer.findings.raise_errors()
    stale = [conflict for writer in writers for conflict in writer.stale]
    if stale:
        raise StaleFigures(stale)
    for writer in writers:
        writer.apply(by, at)
    _store([writer for writer in writers if writer.changes])
    _assess([writer for writer in writers if writer.changes])
    return [writer.recorded() for writer in writers]


def _locked_reports(asked: Collection[int], by: User, today: date, through: str) -> dict[int, Report]:
    """The reports under their rows' locks, if the person may write in all of them.

    Figures counted from records follow the records: whoever changed those was let in at their own door.
    """
    scope = Report.objects.all() if through == Through.RECORDS else Report.objects.writable_by(by, today)
    rows = scope.filter(pk__in=set(asked)).order_by("pk")
    narrowed = MembershipCriterion.objects.filter(membership__user=by)
    desk = MembershipAgency.objects.filter(membership__user=by)
    rows = rows.annotate(rules=Subquery(rulebook_mark()), narrowed=Exists(narrowed) | Exists(desk))
    rows = rows.select_for_update(of=("self",)).select_related("form", "period", "unit")
    found = {row.pk: row for row in rows}
    if any(pk not in found for pk in asked):
        raise PermissionDenied(_("Bạn không nhập số liệu cho đơn vị này."))
    for report in found.values():
        if not report.accepts_writing(today):
            raise ValidationError(why_frozen(report, today), code="frozen")
    return found


def why_frozen(report: Report, today: date) -> str:
    """Why a report takes no figures now, in words."""
    period = report.period
    if period.is_locked:
        return _("{period} đã khóa, không sửa số liệu được.").format(period=period.title)
    if report.is_sent:
        return _("Báo cáo đã gửi, chỉ sửa được khi tỉnh trả lại.")
    if report.state == "waiting":
        return _("Báo cáo đang chờ lãnh đạo xã duyệt.")
    if period.opens_on > today:
        return _("{period} chưa mở nhập.").format(period=period.title)
    if period.state == PeriodState.OPEN:
        words = _("{unit} đã kết thúc và đã quá hạn {day}: muốn sửa thì đề nghị tỉnh mở lại báo cáo này.")
        return words.format(unit=report.unit.name, day=report.due_on.strftime("%d/%m/%Y"))
    return _("{period} đã đóng, không sửa số liệu được.").format(period=period.title)


def _held_observations(reports: dict[int, Report]) -> dict[int, dict[int, Observation]]:
    held: dict[int, dict[int, Observation]] = {}
    for one in Observation.objects.filter(report__in=reports).order_by():
        held.setdefault(one.report_id, {})[one.indicator_id] = one
    return held


def _check_against_last_period(writers: Sequence["_Writer"]) -> None:
    """Compare with each unit's last earlier figure: asked only where an answer can matter."""
    for writer in writers:
        watched = {
            indicator.pk
            for indicator, _item in writer.accepted
            if indicator.cumulative or writer.through in (Through.FORM, Through.API)
        }
        if not watched:
            continue
        last: dict[int, Observation] = {}
        earlier = Observation.objects.answered().filter(
            not_applicable=False,
            unit=writer.report.unit_id,
            indicator__in=watched,
            period__ends_on__lt=writer.report.period.ends_on,
        )
        latest = earlier.select_related("period").order_by("-period__ends_on", "period__starts_on")
        for one in latest[:1] if len(watched) == 1 else latest:
            last.setdefault(one.indicator_id, one)
        for indicator, item in writer.accepted:
            check_against_last(item, indicator, last.get(indicator.pk), writer.findings)


class _Writer:
    """One report's batch on its way: what is asked, what stands, what will be written."""

    def __init__(self, draft: Draft, items: Sequence[Item]) -> None:
        self.report = draft.report
        self.through = draft.through
        self.structure = draft.structure
        self.held = draft.held
        self.part = draft.part
        self.items = items
        self.findings = Findings()
        self.stale: list[tuple[Item, Observation]] = []
        self.changes: list[ObservationChange] = []
        self.written: dict[int, Observation] = {}
        self.assessment: Assessment | None = None
        self.late: dict[int, tuple[str, str, str]] = {}

    @property
    def accepted(self) -> list[tuple[Indicator, Item]]:
        """The items whose indicator is of this form, with the indicator."""
        by_code = self.structure.by_code
        return [(by_code[item.indicator], item) for item in self.items if item.indicator in by_code]

    def check(self) -> None:
        """Find what is wrong with each item, and what was changed meanwhile."""
        for item in self.items:
            if item.indicator not in self.structure.by_code:
                self.findings.refuse(item.indicator, _("Chỉ tiêu này không có trong biểu mẫu của kỳ."))
        for indicator, item in self.accepted:
            current = self.held.get(indicator.pk)
            row = self.structure.row_of[indicator.pk]
            check_item(item, row, indicator, self.findings, alone=self._may_be_alone(item, current))
            self._check_part(indicator, item)
            self._check_records(item, current)
            version = current.version if current else 0
            if item.version != version and not self._is_repeated(item, current):
                self.stale.append((item, current or Observation(indicator=indicator, version=0)))
        future = {pk: one.figure for pk, one in self.held.items()}
        future |= {indicator.pk: item.figure for indicator, item in self.accepted}
        refused = self.findings.errors
        codes = [item.indicator for _indicator, item in self.accepted if item.indicator not in refused]
        check_against_others(self.structure, codes, future, self.findings)

    def _may_be_alone(self, item: Item, current: Observation | None) -> bool:
        """A percentage alone comes by import into a period that is over, or stands there already."""
        if self._is_repeated(item, current):
            return True
        imported = self.through in (Through.IMPORT, Through.DEMO)
        return imported and self.report.period.state != PeriodState.OPEN

    def _check_part(self, indicator: Indicator, item: Item) -> None:
        """Inside a commune several desks each fill their own criteria."""
        criterion = self.structure.section_of[indicator.pk].criterion
        if self.part is not None and criterion is not None and criterion.pk not in self.part:
            self.findings.refuse(item.indicator, _("Tiêu chí này thuộc phần của người khác trong xã."))

    def _check_records(self, item: Item, current: Observation | None) -> None:
        """A figure that is counted from the unit's records changes with them only."""
        typed_over = current is not None and current.from_records and self.through != Through.RECORDS
        if typed_over and not self._is_repeated(item, current):
            words = _("Số này tính từ hồ sơ hộ, hồ sơ nhà ở của xã: sửa ở hồ sơ thì số tự đổi.")
            self.findings.refuse(item.indicator, words)

    def check_late_changes(self) -> None:
        """A figure that was confirmed once, or whose period was closed, changes only with a reason.

        A criterion sent back with a comment brings its reason with it; so does a reopening.
        """
        moved = [
            (indicator, item)
            for indicator, item in self.accepted
            if (one := self.held.get(indicator.pk)) is not None and one.figure != item.figure
        ]
        reopened = self.report.reopening_reason if moved else None
        late = [pair for pair in moved if reopened is not None or self.held[pair[0].pk].once_accepted]
        if not late:
            return
        said = self.report.returned_words()
        for indicator, item in late:
            after = ChangedAfter.LOCKED if reopened is not None else ChangedAfter.ACCEPTED
            criterion = self.structure.section_of[indicator.pk].criterion
            words = said.get(criterion.pk if criterion else None)
            kind, reason = item.reason_kind, composed(item.reason)
            if not kind and reopened is not None:
                kind, reason = ReasonKind.OTHER, reason or reopened
            elif not kind and words is not None:
                kind, reason = ReasonKind.REVIEW, reason or words
            elif not kind and reason:
                kind = ReasonKind.OTHER
            if kind not in ReasonKind.values or not reason:
                self.findings.refuse(item.indicator, _("Số này đã được xác nhận. Ghi rõ lý do vì sao sửa."))
            self.late[indicator.pk] = (after, kind, reason[:500])

    @staticmethod
    def _is_repeated(item: Item, current: Observation | None) -> bool:
        """The same figure sent once more (a lost answer, a queue): nothing to do, no conflict."""
        return current is not None and current.figure == item.figure

    def apply(self, by: User, at: datetime) -> None:
        """Turn the items, and the rows derived from them, into observations and history."""
        rows: dict[int, Row] = {}
        for indicator, item in self.accepted:
            self._put(indicator.pk, item, by, at)
            row = self.structure.row_of[indicator.pk]
            if row.is_derived:
                rows[row.indicator.pk] = row
        for row in rows.values():
            self._derive(row, by, at)

    def _derive(self, row: Row, by: User, at: datetime) -> None:
        """The parent's figure follows its parts: their sum, or what the rule gives."""
        own = self.held.get(row.indicator.pk)
        if own is not None and own.not_applicable:
            return
        by_indicator = {pk: one.figure for pk, one in self.held.items()}
        if row.is_summed:
            figure = sum_of_parts([by_indicator.get(part.pk, Figure(None)) for part in row.parts.values()])
        else:
            verdict = row.judge({pk: figure for pk, figure in by_indicator.items() if pk != row.indicator.pk})
            figure = Figure(int(verdict) if verdict in (Verdict.MET, Verdict.NOT_MET) else None)
        if own is None and figure.value is None:
            return
        version = own.version if own else 0
        item = Item(row.indicator.code, figure.value, figure.denominator, figure.not_applicable, version)
        self._put(row.indicator.pk, item, by, at)

    def _put(self, indicator: int, item: Item, by: User, at: datetime) -> None:
        current = self.held.get(indicator)
        note = (current.note if current else "") if item.note is None else composed(item.note)
        counted = self._counts_from_records(indicator, item, current)
        newly_counted = counted and not (current and current.from_records)
        same = current is not None and current.figure == item.figure and current.note == note
        if same and not newly_counted:
            return
        if current is None and item.is_empty and not note:
            return
        report = self.report
        version = (current.version if current else 0) + 1
        after, kind, reason = self.late.get(indicator, ("", item.reason_kind, composed(item.reason)))
        change = ObservationChange(
            unit_id=report.unit_id,
            indicator_id=indicator,
            period_id=report.period_id,
            province_id=report.province_id,
            version=version,
            old_value=current.value if current else None,
            old_denominator=current.denominator if current else None,
            old_percentage=current.percentage if current else None,
            old_not_applicable=current.not_applicable if current else False,
            value=item.value,
            denominator=item.denominator,
            percentage=item.percentage,
            not_applicable=item.not_applicable,
            note=note,
            reason=reason,
            reason_kind=kind,
            after=after,
            through=self.through,
            by=by,
            at=at,
        )
        one = Observation(
            unit_id=report.unit_id,
            indicator_id=indicator,
            period_id=report.period_id,
            report_id=report.pk,
            province_id=report.province_id,
            value=item.value,
            denominator=item.denominator,
            percentage=item.percentage,
            not_applicable=item.not_applicable,
            state=FigureState.ENTERED,
            once_accepted=current.once_accepted if current else False,
            version=version,
            note=note,
            copied_from_id=item.copied_from,
            updated_at=at,
            updated_by=by,
            through=self.through,
            from_records=counted,
        )
        self.held[indicator] = one
        self.written[indicator] = one
        self.changes.append(change)

    def _counts_from_records(self, indicator: int, item: Item, current: Observation | None) -> bool:
        """Counted now, or counted before and only its note is written; a sum where all its parts are."""
        row = self.structure.row_of[indicator]
        if row.is_derived and indicator == row.indicator.pk:
            parts = [self.held.get(part.pk) for part in row.parts.values()]
            return all(part is not None and part.from_records for part in parts)
        stands = current is not None and current.from_records and current.figure == item.figure
        return stands or self.through == Through.RECORDS

    def touched_criteria(self) -> set[int]:
        """The criteria to assess anew: all of them on a report's first figures."""
        fresh = len(self.written) == len(self.held)
        touched = self.structure.row_of if fresh else self.written
        criteria = (self.structure.section_of[pk].criterion for pk in touched)
        return {criterion.pk for criterion in criteria if criterion is not None}

    def recorded(self) -> Recorded:
        return Recorded(
            self.report, self.structure, self.held, self.changes, self.findings.warnings, self.assessment
        )


def _store(writers: Sequence[_Writer]) -> None:
    """One upsert, one insert of history, one touch of the reports."""
    if not writers:
        return
    Observation.objects.bulk_create(
        [one for writer in writers for one in writer.written.values()],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["period", "indicator", "unit"],
        update_fields=UPSERTED,
    )
    ObservationChange.objects.bulk_create(
        [change for writer in writers for change in writer.changes], batch_size=2000
    )
    for writer in writers:
        figures = {pk: one.figure for pk, one in writer.held.items()}
        writer.report.entered = writer.structure.entered(figures)
        writer.report.version += 1
        writer.report.updated_at = timezone.now()
    touched = [writer.report for writer in writers]
    if len(touched) == 1:
        touched[0].save(update_fields=TOUCHED)
    else:
        Report.objects.bulk_update(touched, TOUCHED, batch_size=200)


def _assess(writers: Iterable[_Writer]) -> None:
    grouped: dict[int, list[_Writer]] = {}
    for writer in writers:
        grouped.setdefault(id(writer.structure), []).append(writer)
    for group in grouped.values():
        assessments = store_assessments(
            group[0].structure,
            {writer.report.unit_id: writer.held for writer in group},
            {writer.report.unit_id: writer.touched_criteria() for writer in group},
        )
        for writer in group:
            writer.assessment = assessments.get(writer.report.unit_id)
