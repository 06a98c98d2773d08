"""What a person typed into the report form, read and saved figure by figure: the good ones are kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.models import User
from programs.actions import Draft, Item, Recorded, StaleFigures, drafting
from programs.models import Indicator, Observation, ReasonKind, Through
from programs.queries.previous import own_previous
from programs.queries.reading import read_text
from programs.queries.structure import Row

# A note and a reason have room for so much; the columns say the same.
LONGEST_TEXT = 500
# One request carries at most a whole form with its parts.
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """One figure as it was typed: the texts of its boxes, and the version they were based on.

    `value` is also the numerator of a percentage. `note` None leaves the note as it is; `copied` keeps last
    time's figure and says whose period it comes from. `alone`: the boxes are empty beside a percentage of
    this many steps, which stands.
    """

    indicator: str
    value: str = ""
    denominator: str = ""
    not_applicable: bool = False
    note: str | None = None
    reason: str = ""
    version: int = 0
    copied: bool = False
    reason_kind: str = ""
    alone: int | None = None


@dataclass(slots=True)
class Outcome:
    """What became of one typed figure: saved, unchanged, error or conflict."""

    typed: Typed
    status: str
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    theirs: Observation | None = None


@dataclass(slots=True)
class Saved:
    """The outcomes in the order of what was sent, and the report as it stands after the last write."""

    outcomes: list[Outcome]
    recorded: Recorded | None = None
    frozen: str = ""

    def count(self, status: str) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def refused(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status in ("error", "conflict")]


# -- Reading what was sent ---------------------------------------------------------------------------


def read_typed(data: Any) -> list[Typed]:
    """The items of a request's body. Raises ValidationError when it is not what the form sends."""
    items = data.get("items") if isinstance(data, Mapping) else None
    if not isinstance(items, list) or not items or len(items) > MOST_ITEMS:
        raise ValidationError(_("Không đọc được dữ liệu gửi lên."), code="shape")
    # Of a figure that is named twice the last word counts.
    return list({one.indicator: one for one in map(_typed, items)}.values())


def _typed(item: Any) -> Typed:
    if not isinstance(item, Mapping):
        raise ValidationError(_("Không đọc được dữ liệu gửi lên."), code="shape")
    names = ("indicator", "value", "numerator", "denominator", "reason", "reason_kind")
    texts = {name: item.get(name) or "" for name in names}
    # No database keeps NUL in a text.
    texts = {name: text.replace("\0", "") if isinstance(text, str) else text for name, text in texts.items()}
    note, version = item.get("note"), item.get("version", 0)
    alone = item.get("alone")
    good = all(isinstance(text, str) for text in texts.values()) and isinstance(note, str | None)
    good = good and (alone is None or (isinstance(alone, int) and not isinstance(alone, bool)))
    if not good or not texts["indicator"] or not isinstance(version, int) or isinstance(version, bool):
        raise ValidationError(_("Không đọc được dữ liệu gửi lên."), code="shape")
    return Typed(
        indicator=texts["indicator"],
        value=texts["numerator"] or texts["value"],
        denominator=texts["denominator"],
        not_applicable=item.get("not_applicable") is True,
        note=note if note is None else note.replace("\0", ""),
        reason=texts["reason"],
        version=version,
        copied=item.get("copied") is True,
        reason_kind=texts["reason_kind"],
        alone=alone,
    )


def typed_in_form(data: Mapping[str, str], rows: Iterable[Row], keep: Collection[str] = ()) -> list[Typed]:
    """What was changed on a page sent without a script: fields named by code, each with what stood there.

    `CODE` is the value or numerator, `CODE:d` the denominator, `CODE:na`, `CODE:why` and `CODE:note` the
    rest, `CODE:alone` a percentage without its pair, `CODE:v` the version and `CODE:was` the texts as the
    page showed them. Why a row changes late stands once, at its first typed figure: `CODE:kind`,
    `CODE:reason`. `keep`: codes to keep as they were last time.
    """
    found = []
    for row, code in ((line, one.code) for line in rows for one in line.indicators):
        if f"{code}:v" not in data:
            continue
        if code in keep:
            found.append(Typed(code, version=_whole(data[f"{code}:v"]), copied=True))
            continue
        typed = _typed_fields(data, code)
        if typed is not None:
            first = row.typed[0].code
            kind, reason = data.get(f"{first}:kind", ""), data.get(f"{first}:reason", "").strip()
            found.append(replace(typed, reason=reason, reason_kind=kind))
    return found


def _typed_fields(data: Mapping[str, str], code: str) -> Typed | None:
    """One figure's fields, or None when nothing of it was changed."""
    value, base = data.get(code, "").strip(), data.get(f"{code}:d", "").strip()
    absent = f"{code}:na" in data
    note = data.get(f"{code}:why" if absent else f"{code}:note", "").strip()
    was = (data.get(f"{code}:was", "").split("|", 3) + [""] * 4)[:4]
    stood_base = was[1]
    if [value, base, "na" if absent else "", note] == was:
        return None
    if not value and base == stood_base:
        base = ""
    alone = data.get(f"{code}:alone", "")
    stands = alone and not (value or base or absent)
    return Typed(
        code,
        "" if absent else value,
        "" if absent else base,
        absent,
        note,
        version=_whole(data[f"{code}:v"]),
        alone=_whole(alone) if stands else None,
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# -- Reading numbers ---------------------------------------------------------------------------------


def read_item(typed: Typed, indicator: Indicator, last: Observation | None = None) -> Item:
    """The figure in its smallest steps. Raises ValidationError with words for the field it stands at."""
    if typed.copied:
        return _kept(typed, last)
    too_long = max(len(typed.note or ""), len(typed.reason))
    if too_long > LONGEST_TEXT:
        raise ValidationError(_("Ghi chú dài nhất {limit} ký tự.").format(limit=LONGEST_TEXT))
    if typed.reason_kind not in ("", *ReasonKind.values):
        raise ValidationError(_("Chọn loại lý do trong danh sách."))
    value = denominator = None
    if not typed.not_applicable:
        value, denominator = read_text(typed.value, indicator), read_text(typed.denominator, indicator)
    return Item(
        indicator=typed.indicator,
        value=value,
        denominator=denominator,
        not_applicable=typed.not_applicable,
        version=typed.version,
        note=typed.note,
        reason=typed.reason.strip(),
        reason_kind=typed.reason_kind,
        percentage=typed.alone,
    )


def _kept(typed: Typed, last: Observation | None) -> Item:
    if last is None or last.percentage is not None:
        raise ValidationError(_("Kỳ trước không có số để giữ nguyên."))
    return Item(
        indicator=typed.indicator,
        value=last.value,
        denominator=last.denominator,
        not_applicable=last.not_applicable,
        version=typed.version,
        note=last.note if last.not_applicable else typed.note,
        copied_from=last.period_id,
    )


# -- Saving ------------------------------------------------------------------------------------------


def save_typed(*, report: int, typed: Sequence[Typed], by: User, today: date) -> Saved:
    """Store what can be stored of what was typed; each figure stands for itself.

    All are tried at once; those that are refused, or changed meanwhile, are put aside with their reason and
    the rest is tried again. Raises PermissionDenied when the person may not write in this report.
    """
    saved = Saved([Outcome(one, "unchanged") for one in typed])
    by_code = {outcome.typed.indicator: outcome for outcome in saved.outcomes}
    try:
        with drafting(report=report, by=by, through=Through.FORM, today=today) as draft:
            items = _read_all(draft, by_code)
            while items and saved.recorded is None:
                saved.recorded = _try(draft, items, by_code, by)
    except ValidationError as frozen:
        saved.frozen = frozen.messages[0]
        for outcome in saved.outcomes:
            _put_aside(outcome, "error", frozen.messages)
    return saved


def _try(draft: Draft, items: dict[str, Item], by_code: Mapping[str, Outcome], by: User) -> Recorded | None:
    """Store these figures; None when some had to be put aside first."""
    try:
        recorded = draft.record(list(items.values()), by=by)
    except StaleFigures as stale:
        for item, theirs in stale.conflicts:
            _put_aside(by_code[item.indicator], "conflict", theirs=theirs)
            del items[item.indicator]
        return None
    except ValidationError as error:
        for code, messages in error.message_dict.items():
            _put_aside(by_code[code], "error", messages)
            del items[code]
        return None
    _note_results(recorded, by_code, items)
    return recorded


def _put_aside(
    outcome: Outcome, status: str, errors: Iterable[str] = (), theirs: Observation | None = None
) -> None:
    outcome.status, outcome.errors, outcome.theirs = status, list(errors), theirs


def _note_results(recorded: Recorded, by_code: Mapping[str, Outcome], items: Mapping[str, Item]) -> None:
    changed = {change.indicator_id for change in recorded.changed}
    for code in items:
        if recorded.structure.by_code[code].pk in changed:
            by_code[code].status = "saved"
        by_code[code].warnings = recorded.warnings.get(code, [])


def _read_all(draft: Draft, by_code: Mapping[str, Outcome]) -> dict[str, Item]:
    """The figures that could be read, by code; the others get their error."""
    report, indicators = draft.report, draft.structure.by_code
    copied = [
        indicators[code].pk
        for code, outcome in by_code.items()
        if outcome.typed.copied and code in indicators
    ]
    last = own_previous(report.unit_id, copied, report.period.ends_on) if copied else {}
    items = {}
    for code, outcome in by_code.items():
        if code not in indicators:
            _put_aside(outcome, "error", [_("Chỉ tiêu này không có trong biểu mẫu của kỳ.")])
            continue
        try:
            items[code] = read_item(outcome.typed, indicators[code], last.get(indicators[code].pk))
        except ValidationError as error:
            _put_aside(outcome, "error", error.messages)
    return items
