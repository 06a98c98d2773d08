"""One figure on the report form: the texts of its boxes, what stood there last time, what was refused."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from programs.models import Indicator, Observation
from programs.queries.previous import Previous
from programs.queries.structure import Row
from programs.queries.thresholds import alone_words, percent_words, unit_words
from programs.rules.numbers import format_number, format_scaled
from programs.rules.verdicts import Figure

EMPTY = Figure(None)


def typed_text(value: int | None, indicator: Indicator) -> str:
    """A stored figure as it stands in the box that it is typed in; '' for nothing.

    Where dots could be read in two ways (see `reads_dots_twice`) none are written.
    """
    if value is None:
        return ""
    if indicator.is_boolean:
        return str(value)
    if indicator.entry_scale:
        text = format_scaled(value, indicator.decimals, indicator.entry_scale)
    else:
        text = format_number(value, indicator.decimals)
    return text.replace(".", "") if reads_dots_twice(indicator) else text


def reads_dots_twice(indicator: Indicator) -> bool:
    """Whether '1.234' could mean 1234 as well as 1,234: where three decimals may be typed."""
    return bool(indicator.entry_scale) or (indicator.is_ratio and indicator.decimals >= 3)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a person typed that could not be saved, to be shown again with its reason.

    `theirs` is the figure that somebody else stored meanwhile.
    """

    value: str = ""
    denominator: str = ""
    not_applicable: bool = False
    note: str | None = None
    reason: str = ""
    reason_kind: str = ""
    errors: tuple[str, ...] = ()
    theirs: Observation | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One figure to type: the row's own or one of its parts."""

    row: Row
    part: str
    indicator: Indicator
    observation: Observation | None
    previous: Previous | None
    base: int | None = None
    refused: Refused | None = None
    reopened: bool = False

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def kind(self) -> str:
        return self.indicator.kind

    @property
    def is_part(self) -> bool:
        return bool(self.part)

    @property
    def label(self) -> str:
        return self.indicator.title if self.part else self.row.title

    @property
    def unit(self) -> str:
        return unit_words(self.indicator)

    @property
    def figure(self) -> Figure:
        return self.observation.figure if self.observation else EMPTY

    @property
    def alone(self) -> int | None:
        """A percentage that stands alone, in steps of 0.01 %."""
        return self.observation.percentage if self.observation else None

    @property
    def from_records(self) -> bool:
        """Counted from the unit's household and housing records: shown, not typed."""
        return self.observation is not None and self.observation.from_records

    @property
    def is_late(self) -> bool:
        """It was confirmed once, or its closed period was opened again: a change says why."""
        return self.observation is not None and (self.reopened or self.observation.once_accepted)

    @property
    def records_words(self) -> str:
        """Where a counted figure comes from; '' for a typed one."""
        return _("Tính từ hồ sơ hộ, hồ sơ nhà ở") if self.from_records else ""

    @property
    def version(self) -> int:
        return self.observation.version if self.observation else 0

    @property
    def note(self) -> str:
        return self.observation.note if self.observation else ""

    @property
    def stored(self) -> str:
        """The text of the stored value or numerator."""
        return typed_text(self.figure.value, self.indicator)

    @property
    def value(self) -> str:
        return self.refused.value if self.refused else self.stored

    @property
    def was(self) -> str:
        """What stood there when the page was made, for the page without a script to tell what was changed."""
        base = self.prefill or typed_text(self.figure.denominator, self.indicator)
        boxes = ["", ""] if self.row.is_derived and not self.part else [self.stored, base]
        return "|".join([*boxes, "na" if self.figure.not_applicable else "", self.note])

    @property
    def errors(self) -> tuple[str, ...]:
        return self.refused.errors if self.refused else ()

    @property
    def theirs(self) -> Observation | None:
        return self.refused.theirs if self.refused else None

    @property
    def their_words(self) -> str:
        """'2.011 trên 6.504 hộ', stored meanwhile by somebody else."""
        return shown_figure(self.theirs.figure, self.indicator) if self.theirs else ""

    @property
    def prefill(self) -> str:
        """The denominator that stands there before anyone types: last time's, else the base of the year."""
        return typed_text(self.base, self.indicator) if self.figure.value is None else ""

    @property
    def denominator(self) -> str:
        if self.refused:
            return self.refused.denominator
        return self.prefill or typed_text(self.figure.denominator, self.indicator)

    @property
    def result(self) -> str:
        """The percentage, as it stands beside the boxes; '' where there is none."""
        return percent_words(self.row, self.part, self.figure) if self.indicator.is_ratio else ""

    @property
    def shown(self) -> str:
        return shown_figure(self.figure, self.indicator)

    @property
    def is_saved(self) -> bool:
        return self.figure.given

    @property
    def can_keep(self) -> bool:
        """There is an own figure of last time to keep, and none yet of this time.

        What is counted from records is not kept, nor a percentage alone, which no open period takes.
        """
        if self.from_records or self.figure.given:
            return False
        return self._kept_figure is not None

    @property
    def _kept_figure(self) -> Figure | None:
        last = self.previous.figure if self.previous and self.previous.is_own else None
        return None if last is None or last.percentage is not None else last

    @property
    def kept_from(self) -> str:
        kept = self.observation.copied_from if self.observation else None
        return kept.title if kept else ""

    @property
    def last_texts(self) -> dict[str, Any] | None:
        """Last time's own figure as the texts of its boxes, for 'giữ nguyên'."""
        figure = self._kept_figure
        if figure is None or self.previous is None or self.from_records:
            return None
        return {
            "value": typed_text(figure.value, self.indicator),
            "denominator": typed_text(figure.denominator, self.indicator),
            "not_applicable": figure.not_applicable,
            "note": self.previous.note if figure.not_applicable else "",
        }

    @property
    def spec(self) -> dict[str, Any]:
        """How the page's script reads and judges this figure."""
        spec = {
            "code": self.code,
            "part": self.part,
            "kind": self.kind,
            "decimals": self.indicator.decimals,
            "scale": self.indicator.entry_scale,
            "version": self.version,
        }
        last = self.last_texts
        spec |= {"last": last} if last else {}
        if self.from_records:
            spec["fixed"] = [None if one is None else str(one) for one in self._steps]
        return spec if self.alone is None else {**spec, "alone": self.alone, "aloneWords": self.shown}

    @property
    def _steps(self) -> tuple[int | None, int | None]:
        return self.figure.value, self.figure.denominator

    @property
    def before(self) -> str:
        """'Kỳ trước 28,40% (năm 2025)', 'Đơn vị cũ: 2/3 xã đạt'."""
        return previous_words(self.previous, self.indicator, self.row, self.part, brief=self.is_part)


def shown_figure(figure: Figure, indicator: Indicator) -> str:
    """A figure as people read it, with its unit: '2.011 trên 6.504 hộ', '36,5 triệu đồng', 'Có', '—'."""
    if figure.not_applicable:
        return _("không áp dụng")
    if figure.percentage is not None:
        return alone_words(figure.percentage)
    if figure.value is None:
        return "—"
    if indicator.is_boolean:
        return _("Có") if figure.value else _("Chưa")
    text, unit = typed_text(figure.value, indicator), unit_words(indicator)
    if indicator.is_ratio:
        base = typed_text(figure.denominator, indicator) or "—"
        text = _("{value} trên {base}").format(value=text, base=base)
    return f"{text} {unit}".strip()


def previous_words(
    previous: Previous | None, indicator: Indicator, row: Row, part: str = "", *, brief: bool = False
) -> str:
    """Last time's figure in words; `brief` leaves out the period where the line above names it."""
    if previous is None:
        return _("Chưa có số kỳ trước") if not part else ""
    figure = previous.figure
    short = percent_words(row, part, figure) if indicator.is_ratio else ""
    text = short or shown_figure(figure, indicator)
    if previous.period is not None and brief:
        return _("Kỳ trước {figure}").format(figure=lowered(text))
    if previous.period is not None:
        title = previous.period.title
        words = _("Kỳ trước {figure} ({period})")
        return words.format(figure=lowered(text), period=lowered(title))
    if previous.missing:
        return _("Đơn vị cũ: thiếu số của {names}").format(names=", ".join(previous.missing))
    if indicator.is_boolean:
        return _("Đơn vị cũ: {yes}/{units} xã đạt").format(yes=figure.value, units=previous.units)
    words = _("{units} đơn vị cũ: {figure}")
    if previous.estimate:
        words = _("{units} đơn vị cũ: {figure} (ước tính)")
    return words.format(units=previous.units, figure=text)


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
