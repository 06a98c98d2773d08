"""Where a commune stands: criteria met by its figures, what was decided, and what it was made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from communes.models import Succession, Unit
from programs.models import (
    Assessment,
    Assignment,
    CriterionAssessment,
    Recognition,
    RecognitionLevel,
    Report,
    Result,
)
from programs.queries.entry_fields import lowered

LEVEL_ORDER = [RecognitionLevel.MET, RecognitionLevel.ADVANCED, RecognitionLevel.MODEL]


@dataclass(frozen=True)
class Cell:
    """One criterion in the strip."""

    number: int
    name: str
    verdict: int
    provisional: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where a commune stands against its set: computed from figures, and what was decided."""

    unit: Unit
    applies: bool
    assessment: Assessment | None = None
    report: int | None = None
    cells: tuple[Cell, ...] = ()
    change: int | None = None
    compared_with: str = ""
    recognition: Recognition | None = None
    merged: bool = False
    predecessors: str = ""

    @property
    def linked_cells(self) -> list[Cell]:
        """The strip, each cell leading to its criterion in the report."""
        if self.report is None:
            return list(self.cells)
        form = reverse("report", args=[self.report])
        return [replace(cell, url=f"{form}#tc-{cell.number}") for cell in self.cells]

    def _of(self, result: int) -> list[Cell]:
        return [cell for cell in self.cells if cell.verdict == result]

    @property
    def not_met(self) -> list[Cell]:
        return self._of(Result.NOT_MET)

    @property
    def unknown(self) -> list[Cell]:
        return self._of(Result.UNKNOWN)

    @property
    def not_applicable(self) -> list[Cell]:
        return self._of(Result.NOT_APPLICABLE)

    @property
    def change_words(self) -> str:
        """'thêm 1 so với 6 tháng đầu năm 2026', over the criteria that both periods could judge."""
        if self.change is None:
            return ""
        if self.change == 0:
            return _("không đổi so với {period}").format(period=self.compared_with)
        words = _("thêm {count} so với {period}") if self.change > 0 else _("bớt {count} so với {period}")
        return words.format(count=abs(self.change), period=self.compared_with)

    @property
    def awaits_decision(self) -> bool:
        """A merger made it, and nobody has decided about the new commune."""
        return self.applies and self.recognition is None and self.merged


def standings(units: Sequence[Unit], today: date) -> list[Standing]:
    """Each commune's result; six queries for all of them."""
    wanted = _sets_applying(today)
    kinds = set().union(*wanted.values())
    by_unit = _assessments(units, wanted)
    cells = _cells(by_unit)
    reports = _reports_behind(by_unit)
    recognitions = _recognitions(units, today)
    origins = _origins(units)
    made = []
    for unit in units:
        if unit.kind_id not in kinds:
            made.append(Standing(unit, applies=False))
            continue
        determined = [one for one in by_unit.get(unit.pk, []) if one.result != Result.UNKNOWN]
        last, before = [*determined[:2], None, None][:2]
        change = _change(cells, unit, last, before)
        made.append(
            Standing(
                unit,
                applies=True,
                assessment=last,
                report=reports.get((unit.pk, last.period_id)) if last else None,
                cells=tuple(cells.get((unit.pk, last.period_id), ())) if last else (),
                change=change,
                compared_with=lowered(before.period.title) if before else "",
                recognition=recognitions.get(unit.pk),
                merged=_is_merged(unit, origins.get(unit.pk, [])),
                predecessors=_predecessors_words(unit, origins.get(unit.pk, []), kinds),
            )
        )
    return made


def _sets_applying(today: date) -> dict[int, set[str]]:
    """The sets that reports are owed against today, with the kinds of unit that owe them: two queries."""
    rows = Assignment.objects.on(today).filter(criteria_set__level=RecognitionLevel.MET)
    found: dict[int, set[str]] = defaultdict(set)
    for one in rows.prefetch_related("unit_kinds"):
        if one.criteria_set_id is not None:
            found[one.criteria_set_id] |= {kind.pk for kind in one.unit_kinds.all()}
    return found


def _assessments(units: Sequence[Unit], sets: Iterable[int]) -> dict[int, list[Assessment]]:
    """The assessments of each unit against these sets, the last period first."""
    rows = Assessment.objects.filter(unit__in=units, criteria_set__in=list(sets))
    found: dict[int, list[Assessment]] = defaultdict(list)
    for one in rows.select_related("period").order_by("-period__ends_on", "period__starts_on"):
        found[one.unit_id].append(one)
    return found


def _cells(by_unit: Mapping[int, Sequence[Assessment]]) -> dict[tuple[int, int], list[Cell]]:
    """The criteria of the last two determined periods of each unit: one query."""
    periods = {
        one.period_id
        for rows in by_unit.values()
        for one in [row for row in rows if row.result != Result.UNKNOWN][:2]
    }
    rows = CriterionAssessment.objects.filter(unit__in=by_unit, period__in=periods)
    found: dict[tuple[int, int], list[Cell]] = defaultdict(list)
    for one in rows.select_related("criterion").order_by("criterion__number"):
        cell = Cell(one.criterion.number, one.criterion.title, one.result, one.provisional)
        found[one.unit_id, one.period_id].append(cell)
    return found


def _reports_behind(by_unit: Mapping[int, Sequence[Assessment]]) -> dict[tuple[int, int], int]:
    """The report on which each assessment rests, so that a criterion leads to its figures: one query."""
    rows = Report.objects.filter(
        unit__in=by_unit,
        period__in={one.period_id for rows in by_unit.values() for one in rows},
        form__assignments__criteria_set__in={
            one.criteria_set_id for rows in by_unit.values() for one in rows
        },
    )
    return {(unit, period): pk for unit, period, pk in rows.values_list("unit", "period", "pk")}


def _change(
    cells: Mapping[tuple[int, int], Sequence[Cell]],
    unit: Unit,
    last: Assessment | None,
    before: Assessment | None,
) -> int | None:
    """How many criteria more are met, among those judged both times: what is missing is no loss."""
    if last is None or before is None:
        return None
    then = {cell.number: cell.verdict for cell in cells.get((unit.pk, before.period_id), ())}
    judged = (Result.MET, Result.NOT_MET)
    return sum(
        (cell.verdict == Result.MET) - (then[cell.number] == Result.MET)
        for cell in cells.get((unit.pk, last.period_id), ())
        if cell.verdict in judged and then.get(cell.number) in judged
    )


def _recognitions(units: Sequence[Unit], today: date) -> dict[int, Recognition]:
    """Each unit's highest decision in force."""
    found: dict[int, Recognition] = {}
    rows = Recognition.objects.in_force(today).filter(unit__in=units, level__in=LEVEL_ORDER)
    for one in sorted(rows, key=lambda row: LEVEL_ORDER.index(RecognitionLevel(row.level))):
        found[one.unit_id] = one
    return found


@dataclass(frozen=True)
class _Origin:
    unit: Unit
    whole: bool
    recognised: bool


def _origins(units: Sequence[Unit]) -> dict[int, list[_Origin]]:
    """What each unit was made of, and whether that was recognised on its last day: two queries."""
    rows = list(
        Succession.objects.filter(successor__in=units)
        .select_related("predecessor", "predecessor__kind")
        .order_by("predecessor__code")
    )
    decided: dict[int, list[Recognition]] = defaultdict(list)
    for one in Recognition.objects.filter(
        unit__in=[row.predecessor_id for row in rows], level__in=LEVEL_ORDER
    ):
        decided[one.unit_id].append(one)
    found: dict[int, list[_Origin]] = defaultdict(list)
    for row in rows:
        last_day = row.predecessor.last_day
        recognised = last_day is not None and any(
            one.valid_from <= last_day and (one.valid_to is None or last_day < one.valid_to)
            for one in decided[row.predecessor_id]
        )
        found[row.successor_id].append(_Origin(row.predecessor, row.whole, recognised))
    return found


def _is_merged(unit: Unit, origins: Sequence[_Origin]) -> bool:
    """Made by a merger or split; one whole predecessor of the same name and kind is the same commune."""
    if not origins:
        return False
    first = origins[0].unit
    same = (first.code, first.name, first.kind_id) == (unit.code, unit.name, unit.kind_id)
    return not (len(origins) == 1 and origins[0].whole and same)


def _predecessors_words(unit: Unit, origins: Sequence[_Origin], kinds: Collection[str]) -> str:
    """'Nhập từ 4 đơn vị cũ: 3/3 xã đã đạt chuẩn, thị trấn Mường Giàng không thuộc đối tượng.'"""
    if not _is_merged(unit, origins):
        return ""
    subject = [one for one in origins if one.unit.kind_id in kinds]
    others = [lowered(one.unit.name) for one in origins if one.unit.kind_id not in kinds]
    parts = []
    if subject:
        done = sum(one.recognised for one in subject)
        parts.append(_("{done}/{all} xã đã đạt chuẩn").format(done=done, all=len(subject)))
    if others:
        parts.append(_("{names} không thuộc đối tượng").format(names=", ".join(others)))
    count = _("Nhập từ {count} đơn vị cũ") if len(origins) > 1 else _("Từ {count} đơn vị cũ")
    return f"{count.format(count=len(origins))}: {', '.join(parts)}."
