"""Figures and states as people here read them: numbers, dates, money, and one chip for each state.

A missing figure is an em dash, never an empty cell and never 0.
"""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from programs.models import ReportState, Result
from programs.rules.numbers import format_number, format_percent, format_scaled, round_half_up
from programs.rules.verdicts import Verdict

register = template.Library()

MISSING = "—"

# kind of a chip → its word; the class is chip-KIND with hyphens, the shape mark-KIND.
LEVELS = {
    "not_met": Result.NOT_MET.label,
    "met": Result.MET.label,
    "advanced": _("nâng cao"),
    "model": _("kiểu mẫu"),
    "unknown": _("chưa báo cáo"),
    "reassess": _("chờ đánh giá lại sau sắp xếp"),
    "not_applicable": Result.NOT_APPLICABLE.label,
}
INSUFFICIENT = Result.UNKNOWN.label
VERDICTS = {
    Verdict.NOT_MET: "not_met",
    Verdict.MET: "met",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "not_applicable",
}
SAVING = {
    "saving": _("đang lưu"),
    "waiting": _("đã lưu trên máy, chờ có mạng"),
    "saved": _("đã lưu"),
    "failed": _("chưa lưu được"),
}


# -- Numbers -------------------------------------------------------------------------------------


@register.filter
def number(value: int | None, decimals: int = 0) -> str:
    """Stored steps of 10**-decimals as text: {{ 12345|number:1 }} is 1.234,5."""
    return MISSING if value is None else format_number(int(value), int(decimals or 0))


@register.simple_tag
def percent(numerator: int | None, denominator: int | None, places: int = 2) -> str:
    """{% percent 2011 6504 %} is 30,92%; missing or over nothing is an em dash."""
    if numerator is None or not denominator:
        return MISSING
    return format_percent(numerator, denominator, places)


@register.filter
def million(vnd: int | None) -> str:
    """VND as the number typed in triệu: {{ 36500000|million }} is 36,5."""
    return MISSING if vnd is None else format_scaled(vnd, 0, 6)


@register.simple_tag
def money(vnd: int | None) -> str:
    """VND with its unit: below a tỷ in triệu, from there in tỷ with two decimals: 171,33 tỷ đồng."""
    if vnd is None:
        return MISSING
    if abs(vnd) < 10**9:
        return gettext("%(amount)s triệu đồng") % {"amount": format_scaled(vnd, 0, 6)}
    return gettext("%(amount)s tỷ đồng") % {"amount": format_scaled(vnd, 0, 9, 2)}


@register.inclusion_tag("components/change.html")
def change(delta: int | None, decimals: int = 0, unit: Any = "") -> dict[str, Any]:
    """A difference in words with its direction: {% change 3 0 'xã' %} is ▲ tăng 3 xã."""
    if delta is None:
        return {"words": MISSING}
    return _direction(delta, f"{format_number(abs(delta), decimals)} {unit}".strip())


@register.inclusion_tag("components/change.html")
def points(
    numerator: int | None, denominator: int | None, old_numerator: int | None, old_denominator: int | None
) -> dict[str, Any]:
    """The change of a percentage: {% points num den old_num old_den %} is ▼ giảm 3,59 điểm %.

    Taken between the two percentages as shown, so that who subtracts them on paper gets the same.
    """
    if numerator is None or old_numerator is None or not denominator or not old_denominator:
        return {"words": MISSING}
    delta = _hundredths(numerator, denominator) - _hundredths(old_numerator, old_denominator)
    size = format_percent(abs(delta), 10_000).removesuffix("%")
    return _direction(delta, gettext("%(size)s điểm %%") % {"size": size})


def _hundredths(numerator: int, denominator: int) -> int:
    return round_half_up(Fraction(100 * numerator, denominator), 2)


def _direction(delta: int, size: str) -> dict[str, Any]:
    if delta == 0:
        return {"words": gettext("không đổi")}
    words = gettext("tăng %(size)s") if delta > 0 else gettext("giảm %(size)s")
    return {"words": words % {"size": size}, "mark": "up" if delta > 0 else "down"}


@register.simple_tag
def coverage(reported: int | None, expected: int | None, unit: Any = "") -> str:
    """How much of what was expected is in a figure: {% coverage 64 67 'xã' %} is 64/67 xã."""
    return f"{number(reported)}/{number(expected)} {unit}".strip()


# -- Time ----------------------------------------------------------------------------------------


@register.filter
def vn_date(value: date | None) -> str:
    """23/11/2026."""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return MISSING if value is None else f"{value.day}/{value.month}/{value.year}"


@register.filter
def vn_day(value: date | None) -> str:
    """15/12, where the year is plain: a deadline of the year in the heading."""
    return MISSING if value is None else f"{value.day}/{value.month}"


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """23/11/2026 08:12, in Vietnamese time."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{vn_date(local)} {local:%H:%M}"


# -- States --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _drawn(language: str | None, template_name: str, items: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(template_name, dict(items))


def drawn(template_name: str, **context: Any) -> SafeString:
    """A small component drawn once a process for each content and language: a page holds hundreds of them.

    The context is plain hashable values, with words already in the reader's language.
    """
    return _drawn(get_language(), template_name, tuple(context.items()))


def chip(kind: str, word: Any, count: int | None, provisional: bool = False, mark: str = "") -> SafeString:
    """One chip: its class and shape by `kind` (with hyphens), its word, perhaps a count."""
    if provisional:
        word = gettext("%(word)s (tạm)") % {"word": word}
    hyphened = kind.replace("_", "-")
    return drawn("components/chip.html", kind=hyphened, mark=mark or hyphened, word=str(word), count=count)


@register.simple_tag
def level_chip(level: str, count: int | None = None, provisional: bool = False) -> SafeString:
    """The chip of a commune's level: a key of LEVELS, or 'insufficient' (chưa đủ số liệu)."""
    if level == "insufficient":
        return chip("unknown", INSUFFICIENT, count, provisional)
    return chip(level, LEVELS[level], count, provisional)


@register.simple_tag
def verdict_chip(verdict: int | None, count: int | None = None, provisional: bool = False) -> SafeString:
    """The chip of a requirement, a criterion or a set: `verdict` is a Verdict; None is unknown."""
    kind = VERDICTS[Verdict.UNKNOWN if verdict is None else Verdict(verdict)]
    return level_chip("insufficient" if kind == "unknown" else kind, count, provisional)


@register.simple_tag
def report_chip(state: str, count: int | None = None) -> SafeString:
    """The chip of where a report stands: a value of ReportState."""
    word = str(ReportState(state).label)
    return drawn("components/report_chip.html", kind=str(state), word=word, count=count)


@register.inclusion_tag("components/save_mark.html")
def save_mark(state: str) -> dict[str, Any]:
    """Where a typed figure stands: saving ○, waiting ◐, saved ●, failed !."""
    return {"kind": state, "word": SAVING[state]}


@register.filter
def verdict_kind(verdict: int | None) -> str:
    """The end of a class name for a verdict, for cells: heat-{{ verdict|verdict_kind }}."""
    return VERDICTS[Verdict.UNKNOWN if verdict is None else Verdict(verdict)].replace("_", "-")


@register.filter
def verdict_word(verdict: int | None) -> Any:
    """The word of a verdict, for titles and hidden text."""
    kind = VERDICTS[Verdict.UNKNOWN if verdict is None else Verdict(verdict)]
    return INSUFFICIENT if kind == "unknown" else LEVELS[kind]


# -- Pictures of figures -------------------------------------------------------------------------


@register.inclusion_tag("components/strip.html")
def criteria_strip(cells: Iterable[Any]) -> dict[str, Any]:
    """The criteria of a commune as one strip; each cell has number, name, verdict and perhaps url."""
    return {"cells": [_strip_cell(cell) for cell in cells]}


def _strip_cell(cell: Any) -> dict[str, Any]:
    word = verdict_word(cell.verdict)
    return {
        "number": cell.number,
        "name": cell.name,
        "kind": verdict_kind(cell.verdict),
        "word": word,
        "url": getattr(cell, "url", None),
        "title": pgettext("tiêu chí", "TC %(number)s %(name)s: %(word)s")
        % {"number": cell.number, "name": cell.name, "word": word},
    }


@register.simple_tag
def mark(name: str) -> SafeString:
    """One shape of marks.html, without a word; only where the word stands beside it."""
    return drawn("components/mark.html", name=name.replace("_", "-"))


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: Any = "") -> dict[str, Any]:
    """A thin bar; the same figure stands beside it in words, `label` says of what."""
    return {"done": done, "total": max(total, 1), "label": label or gettext("Đã làm")}


@register.simple_tag
def bar(value: int | None, largest: int | None, kind: str = "plain") -> SafeString:
    """A bar of a ranked list, `largest` being the full length."""
    share = Fraction(100 * (value or 0), largest) if largest else Fraction(0)
    steps = round_half_up(min(share, Fraction(100)), 1)
    width = f"{steps // 10}.{steps % 10}" if steps else "0"
    return drawn("components/bar.html", width=width, kind=kind.replace("_", "-"))
