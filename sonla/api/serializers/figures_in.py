"""Figures as they are sent: read against the report's form, every bad item named by its pointer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programs.actions import Item
from programs.models import Indicator, Period, ReasonKind
from programs.models.observations import figure_of
from programs.rules.numbers import NumberError, parse_api_number
from programs.rules.verdicts import Figure
from sonla.api.problems import Problem, at_pointer, escaped
from sonla.api.queries.reports import FigureRow, ReportFigures
from sonla.api.serializers.figures import FigureSerializer, RecordedSerializer

TEXT_LIMIT = 500
NUMBERS = ("value", "numerator", "denominator", "percentage")
# What GET gives may come back; of it only these are written.
WRITTEN = {"indicator", *NUMBERS, "not_applicable", "version", "note", "reason", "reason_kind", "copied_from"}
KNOWN = WRITTEN | set(FigureSerializer().fields)
KNOWN_OUTSIDE = set(RecordedSerializer().fields)
NOTHING = Figure(None)


class _Refused(Exception):
    """An item cannot be read: its errors, by member."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(slots=True)
class Sent:
    """A body as read: items that change something, where each stood in it, and what could not be read."""

    items: list[Item] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    given: list[Any] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    without_version: list[int] = field(default_factory=list)

    def refuse(self, index: int, member: str, words: str) -> None:
        pointer = f"/observations/{index}/{escaped(member)}" if member else f"/observations/{index}"
        self.errors.append(at_pointer(pointer, words))


def read_figures(body: Any, figures: ReportFigures) -> Sent:
    """The items of a PATCH. Raises a 400 problem when the body as a whole is of another shape.

    An item that changes nothing is left out, so that what GET gave can be sent back as it is. An item
    without a version is noted in `without_version` and takes the version that stands.
    """
    given = _items_of(body)
    rows = {row.indicator.code: row for row in figures.rows}
    periods = _periods_named(given)
    sent = Sent(given=list(given))
    for index, data in enumerate(given):
        try:
            item = _read_item(data, rows, periods, sent, index)
        except _Refused as refused:
            for member, words in refused.errors.items():
                sent.refuse(index, member, words)
            continue
        if item is not None:
            sent.items.append(item)
    return sent


def _items_of(body: Any) -> Sequence[Any]:
    if not isinstance(body, Mapping):
        raise Problem("invalid", errors=[at_pointer("", _("Cần một đối tượng có mục 'observations'."))])
    unknown = [name for name in body if name not in KNOWN_OUTSIDE]
    if unknown:
        words = _("Không có mục này ở đây.")
        raise Problem("invalid", errors=[at_pointer(f"/{escaped(name)}", words) for name in unknown])
    given = body.get("observations")
    if not isinstance(given, list):
        raise Problem("invalid", errors=[at_pointer("/observations", _("Cần một danh sách số liệu."))])
    return given


def _read_item(
    data: Any, rows: Mapping[str, FigureRow], periods: Mapping[str, Period], sent: Sent, index: int
) -> Item | None:
    if not isinstance(data, Mapping):
        raise _Refused({"": _("Cần một đối tượng.")})
    row = _row_named(data, rows, sent)
    sent.places[row.indicator.code] = index
    errors = {str(name): _("Không có mục này ở đây.") for name in data if name not in KNOWN}
    reader = _ItemReader(data, row, errors)
    figure = reader.figure()
    version = reader.version()
    note, reason = reader.text("note"), reader.text("reason") or ""
    reason_kind = reader.reason_kind()
    kept = reader.copied_from(periods, figure)
    if errors:
        raise _Refused(errors)
    held = row.observation
    if held is None and figure == NOTHING and not note:
        return None
    if held is not None and held.figure == figure and note in (None, held.note):
        return None
    if version is None:
        sent.without_version.append(index)
        version = row.version
    return Item(
        indicator=row.indicator.code,
        value=figure.value,
        denominator=figure.denominator,
        not_applicable=figure.not_applicable,
        version=version,
        note=note,
        reason=reason,
        reason_kind=reason_kind,
        copied_from=kept,
        percentage=None if figure.percentage is None else int(100 * figure.percentage),
    )


def _row_named(data: Mapping[str, Any], rows: Mapping[str, FigureRow], sent: Sent) -> FigureRow:
    code = data.get("indicator")
    if not isinstance(code, str) or not code:
        raise _Refused({"indicator": _("Ghi mã chỉ tiêu.")})
    if code not in rows:
        raise _Refused({"indicator": _("Chỉ tiêu này không có trong biểu mẫu của kỳ.")})
    if code in sent.places:
        raise _Refused({"indicator": _("Chỉ tiêu này đã có ở trên.")})
    return rows[code]


@dataclass(slots=True)
class _ItemReader:
    """One item, member by member; what is wrong goes into `errors`."""

    data: Mapping[str, Any]
    row: FigureRow
    errors: dict[str, str]

    def figure(self) -> Figure:
        """The figure that is asked for; what is not named at all stays as it is."""
        held = self.row.observation.figure if self.row.observation else NOTHING
        not_applicable = self._yes_no("not_applicable")
        named = any(name in self.data for name in NUMBERS)
        if not named and not_applicable is None:
            return held
        if not named and not not_applicable:
            return NOTHING if held.not_applicable else held
        self._refuse_wrong_member()
        if self.row.indicator.is_ratio:
            numerator, denominator = self._number("numerator"), self._number("denominator")
            alone = self._alone(held, pair=numerator is not None or denominator is not None)
            return figure_of(numerator, denominator, bool(not_applicable), alone)
        value = self._boolean() if self.row.indicator.is_boolean else self._number("value")
        return Figure(value, None, bool(not_applicable))

    def _refuse_wrong_member(self) -> None:
        if self.row.indicator.is_ratio:
            if self.data.get("value") is not None:
                self.errors["value"] = _(
                    "Chỉ tiêu này nhập bằng numerator và denominator ({numerator} / {denominator}); "
                    "tỷ lệ % do hệ thống tính."
                ).format(
                    numerator=self.row.indicator.numerator_name,
                    denominator=self.row.indicator.denominator_name,
                )
            return
        for name in ("numerator", "denominator", "percentage"):
            if self.data.get(name) is not None:
                self.errors[name] = _("Chỉ tiêu này không có tử số, mẫu số; ghi ở value.")

    def _number(self, name: str) -> int | None:
        given = self.data.get(name)
        if given is None:
            return None
        try:
            return parse_api_number(given, decimals=self.row.indicator.decimals)
        except NumberError as error:
            self.errors[name] = number_words(error)
            return None

    def _alone(self, held: Figure, *, pair: bool) -> int | None:
        """A percentage without its pair, in steps of 0.01 %; what GET gave gives way to a pair."""
        given = self.data.get("percentage")
        if given is None:
            return None
        try:
            alone = parse_api_number(given, decimals=2)
        except NumberError as error:
            self.errors["percentage"] = number_words(error)
            return None
        stands = figure_of(None, None, False, alone) == held
        return None if stands and (pair or self.data.get("not_applicable") is True) else alone

    def _boolean(self) -> int | None:
        given = self.data.get("value")
        if given is not None and not isinstance(given, bool):
            self.errors["value"] = _("Ghi true (có) hoặc false (không).")
            return None
        return None if given is None else int(given)

    def _yes_no(self, name: str) -> bool | None:
        if name not in self.data:
            return None
        given = self.data[name]
        if not isinstance(given, bool):
            self.errors[name] = _("Ghi true hoặc false.")
            return None
        return given

    def version(self) -> int | None:
        given = self.data.get("version")
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            self.errors["version"] = _("Ghi số phiên bản, từ 0.")
            return None
        return given

    def text(self, name: str) -> str | None:
        given = self.data.get(name)
        if given is None:
            return None
        if not isinstance(given, str) or not _is_clean(given):
            self.errors[name] = _("Cần chữ thường, không có ký tự điều khiển.")
        elif len(given) > TEXT_LIMIT:
            self.errors[name] = _("Không quá {limit} ký tự.").format(limit=TEXT_LIMIT)
        else:
            return given.strip()
        return None

    def reason_kind(self) -> str:
        """What sort of reason it is, of the short list; '' when it is left out."""
        given = self.data.get("reason_kind")
        if given in (None, "", *ReasonKind.values):
            return given or ""
        words = _("Ghi một trong: {kinds}.").format(kinds=", ".join(ReasonKind.values))
        self.errors["reason_kind"] = words
        return ""

    def copied_from(self, periods: Mapping[str, Period], figure: Figure) -> int | None:
        """The period whose figure is kept; what GET said of another figure is no longer true of a new one."""
        given = self.data.get("copied_from")
        if given is None:
            return None
        if not isinstance(given, str) or given not in periods:
            self.errors["copied_from"] = _("Không có kỳ này.")
            return None
        held = self.row.observation
        if held is not None and held.copied_from_id == periods[given].pk and held.figure != figure:
            return None
        return periods[given].pk


def _is_clean(text: str) -> bool:
    """Text that a database can keep: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _periods_named(given: Sequence[Any]) -> dict[str, Period]:
    codes = {one.get("copied_from") for one in given if isinstance(one, Mapping)}
    codes = {code for code in codes if isinstance(code, str) and _is_clean(code)}
    return {one.code: one for one in Period.objects.filter(code__in=codes)} if codes else {}


def number_words(error: NumberError) -> str:
    """Why a number cannot be read, for who sent it by a program."""
    words = {
        "not_a_number": _("'{text}' không phải là số."),
        "too_many_decimals": _("'{text}' có quá nhiều chữ số thập phân: nhiều nhất {limit}."),
        "ambiguous": _("'{text}' có hai cách đọc: {whole} hoặc {fraction}."),
        "negative_sign": _("'{text}': dấu trừ chỉ đứng đầu."),
        "too_large": _("Số quá lớn: phải nhỏ hơn {limit}."),
        "grouping": _("'{text}': API nhận dấu chấm thập phân và không nhận dấu phân nhóm; ghi 1234.5."),
    }
    return words[error.code].format(**{"text": "", "limit": "", "whole": "", "fraction": "", **error.params})


def name_errors(sent: Sent, refused: ValidationError, indicators: Mapping[str, Indicator]) -> None:
    """Add what the action refused, each at the member that is most likely wrong."""
    by_code = {item.indicator: item for item in sent.items}
    for code, messages in refused.message_dict.items():
        item = by_code.get(code)
        member = _member_of(item, indicators[code]) if item else ""
        for words in messages:
            sent.refuse(sent.places.get(code, 0), member, words)


def _member_of(item: Item, indicator: Indicator) -> str:
    if item.not_applicable:
        return "note" if not (item.note or "").strip() else "not_applicable"
    if item.percentage is not None:
        return "percentage"
    if not indicator.is_ratio:
        return "value"
    if item.value is not None and (item.denominator is None or item.denominator <= 0):
        return "denominator"
    return "numerator"
