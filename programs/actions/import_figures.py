"""Verdicts on figures that a workbook holds, given by the write door itself, and their applying."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions.checks import Item
from programs.actions.figures import Recorded, StaleFigures, record_batches, record_observations
from programs.actions.imports import ChangedMeanwhile, Line
from programs.models import ImportRow, Indicator, Observation, Report, RowVerdict, Through
from programs.queries.entry_fields import shown_figure
from programs.rules.verdicts import Figure

__all__ = ["Proposal", "apply_figures", "figure_lines"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One figure in a workbook: where it stands, what it says, and what stood there at the download.

    `error`: it could not be read. `item` None: its cells are as they were downloaded.
    """

    place: str
    key: str
    report: int
    indicator: str
    item: Item | None = None
    base: Figure | None = None
    error: str = ""


@dataclass(slots=True)
class _Trial:
    """What the write door says of a report's items, before anything is kept."""

    errors: dict[str, str]
    conflicts: dict[str, Observation]
    recorded: Recorded | None = None


def figure_lines(
    *,
    reports: Sequence[Report],
    indicators: Mapping[str, Indicator],
    proposals: Iterable[Proposal],
    by: User,
    today: date,
) -> Iterator[Line]:
    """A verdict on each proposal, report by report: the same words as the form and the API would say.

    Each report is tried at the write door and taken back, so the verdicts are those of applying it.
    """
    grouped: dict[int, list[Proposal]] = defaultdict(list)
    for one in proposals:
        grouped[one.report].append(one)
    for report in reports:
        own = grouped.get(report.pk, [])
        rows = Observation.objects.filter(report=report).select_related("indicator")
        held = {one.indicator.code: one for one in rows}
        moving = {one.indicator: one.item for one in own if one.item and _moves(one, held)}
        trial = _try(report, moving, by, today)
        for one in own:
            yield _line(one, indicators[one.indicator], held.get(one.indicator), moving, trial)


def _moves(one: Proposal, held: Mapping[str, Observation]) -> bool:
    """Whether the proposal would change what stands."""
    item, current = one.item, held.get(one.indicator)
    if one.error or item is None:
        return False
    if current is None:
        return not item.is_empty or bool(item.note)
    return current.figure != item.figure or (item.note is not None and item.note != current.note)


def _try(report: Report, moving: Mapping[str, Item], by: User, today: date) -> _Trial:
    """Send the items to the write door and take it back; put aside what it refuses until the rest passes."""
    trial, items = _Trial({}, {}), dict(moving)
    while items:
        try:
            with transaction.atomic():
                trial.recorded = record_observations(
                    report=report, items=list(items.values()), by=by, through=Through.IMPORT, today=today
                )
                transaction.set_rollback(True)
            break
        except StaleFigures as stale:
            for item, theirs in stale.conflicts:
                trial.conflicts[item.indicator] = theirs
                del items[item.indicator]
        except (ValidationError, PermissionDenied) as error:
            if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
                refused = {code: " ".join(words) for code, words in error.message_dict.items()}
            else:
                said = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
                refused = dict.fromkeys(items, said)
            trial.errors |= refused
            for code in refused:
                items.pop(code, None)
    return trial


def _line(
    one: Proposal,
    indicator: Indicator,
    held: Observation | None,
    moving: Mapping[str, Item],
    trial: _Trial,
) -> Line:
    current = held.figure if held else Figure(None)
    line = Line(one.place, one.key, RowVerdict.UNCHANGED, old=_words(current, held, indicator))
    if one.error:
        return replace(line, verdict=RowVerdict.ERROR, message=one.error)
    item = one.item
    if item is None:
        changed = one.base is not None and one.base != current
        if changed and one.base is not None:
            said = _("Giữ số vừa sửa trên hệ thống, ô trong tệp để nguyên.")
            return replace(line, new=_shown(one.base, "", indicator), message=said)
        return replace(line, new=line.old)
    note = held.note if held and item.note is None else item.note or ""
    line = replace(line, new=_shown(item.figure, note, indicator))
    if one.indicator not in moving:
        return line
    if one.indicator in trial.conflicts:
        return replace(line, verdict=RowVerdict.ERROR, message=_conflict(one, trial, indicator))
    if one.indicator in trial.errors:
        return replace(line, verdict=RowVerdict.ERROR, message=trial.errors[one.indicator])
    warnings = trial.recorded.warnings.get(one.indicator, []) if trial.recorded else []
    if item.percentage is not None:
        warnings = [_("Chỉ có tỷ lệ: được xét đạt, không vào tổng của tỉnh."), *warnings]
    return replace(
        line,
        verdict=RowVerdict.CHANGED if current.given else RowVerdict.NEW,
        message=" ".join(warnings),
        payload={"report": one.report, "item": asdict(item)},
    )


def _words(figure: Figure, held: Observation | None, indicator: Indicator) -> str:
    return _shown(figure, held.note if held else "", indicator)


def _shown(figure: Figure, note: str, indicator: Indicator) -> str:
    shown = shown_figure(figure, indicator)
    return f"{shown} ({note})" if note else shown


def _conflict(one: Proposal, trial: _Trial, indicator: Indicator) -> str:
    theirs = trial.conflicts[one.indicator]
    base = one.base or Figure(None)
    words = _("Đã có người sửa sau khi tải về: {old} → {new}").format(
        old=shown_figure(base, indicator), new=shown_figure(theirs.figure, indicator)
    )
    if theirs.pk is None or theirs.updated_by_id is None:
        return words
    when = timezone.localtime(theirs.updated_at).strftime("%H:%M %d/%m/%Y")
    return _("{words} ({who}, {when}). Tải bản mới rồi sửa lại ô này.").format(
        words=words, who=theirs.updated_by, when=when
    )


def apply_figures(*, rows: Iterable[ImportRow], by: User, today: date) -> None:
    """Store the figures of these rows, of all reports in one transaction.

    Raises ChangedMeanwhile when the write door says otherwise than the verdicts did, and PermissionDenied.
    """
    items: dict[int, list[Item]] = defaultdict(list)
    for row in rows:
        items[row.payload["report"]].append(Item(**row.payload["item"]))
    reports = Report.objects.in_bulk(items)
    if len(reports) < len(items):
        raise ChangedMeanwhile
    batches = [(reports[pk], own) for pk, own in items.items()]
    try:
        record_batches(batches=batches, by=by, through=Through.IMPORT, today=today)
    except (StaleFigures, ValidationError) as error:
        raise ChangedMeanwhile from error
