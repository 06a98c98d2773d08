"""Figures, their changes and what they lack, in the words of the people who read them."""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from programs.models import Indicator
from programs.queries.structure import Row
from programs.queries.thresholds import alone_words, percent_words, unit_words
from programs.rules.change import movement, share_of
from programs.rules.numbers import format_number, format_percent, format_scaled, round_half_up
from programs.rules.verdicts import Figure, Shortfall, Verdict, percent_of, shortfall

MISSING = "—"


@dataclass(frozen=True, slots=True)
class FigureWords:
    """A figure to read: '30,92%' and behind it '2.011/6.504 hộ'; other kinds have nothing behind."""

    main: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.main} ({self.detail})" if self.detail else self.main


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """'giảm 3,59 điểm %' with the mark of its direction ('up', 'down' or none)."""

    words: str
    mark: str = ""


def amount_words(value: int | None, indicator: Indicator) -> str:
    """A stored number on the scale it is typed in, without its unit: '1.234,5'."""
    if value is None:
        return MISSING
    if indicator.entry_scale:
        return format_scaled(value, indicator.decimals, indicator.entry_scale)
    return format_number(value, indicator.decimals)


def figure_words(figure: Figure, indicator: Indicator, row: Row, part: str = "") -> FigureWords:
    """A figure with its unit; a percentage never shown so that it contradicts its verdict."""
    if figure.not_applicable:
        return FigureWords(_("không áp dụng"))
    if figure.percentage is not None:
        return FigureWords(alone_words(figure.percentage))
    if figure.value is None:
        return FigureWords(MISSING)
    if indicator.is_boolean:
        return FigureWords(_("Có") if figure.value else _("Chưa"))
    unit = unit_words(indicator)
    if not indicator.is_ratio:
        return FigureWords(f"{amount_words(figure.value, indicator)} {unit}".strip())
    pair = f"{amount_words(figure.value, indicator)}/{amount_words(figure.denominator, indicator)} {unit}"
    return FigureWords(percent_words(row, part, figure) or MISSING, pair.strip())


def change_words(new: Figure, old: Figure, indicator: Indicator) -> ChangeWords | None:
    """How a figure moved since the last one; None where there is nothing to compare."""
    if indicator.is_boolean:
        return _answer_change(new, old)
    moved = movement(new, old, indicator.kind)
    if moved is None:
        return None
    if indicator.is_ratio:
        # Between the two percentages as shown, so that who subtracts them on paper gets the same.
        steps = _hundredths(new) - _hundredths(old)
        return _directed(steps, points_words(abs(steps), 2))
    size = f"{amount_words(int(abs(moved)), indicator)} {unit_words(indicator)}".strip()
    share = share_of(abs(moved), old)
    if share is not None and moved:
        size = f"{size} ({format_number(round_half_up(abs(share), 1), 1)}%)"
    return _directed(int(moved), size)


def points_words(steps: int, places: int) -> str:
    """Percentage points with all their decimals: '6,00 điểm %'."""
    size = format_percent(steps, 100 * 10**places, places).removesuffix("%")
    return _("{size} điểm %").format(size=size)


def shortfall_words(row: Row, figures: dict[str, Figure]) -> list[str]:
    """What keeps a requirement from being met: 'thiếu 3,08 điểm %', 'nữ: thiếu 6,00 điểm %'.

    A yes/no that is 'chưa' needs no more words, unless it is one of several parts.
    """
    if row.requirement is None:
        return []
    measures = {"": row.indicator.measure, **{name: one.measure for name, one in row.parts.items()}}
    lines = []
    for one in shortfall(row.requirement.rule, figures, measures):
        indicator = row.parts[one.part] if one.part else row.indicator
        words = _gap_words(one, indicator)
        if words and one.part:
            words = _("{part}: {gap}").format(part=indicator.title, gap=words)
        elif one.part:
            words = _("{part}: chưa").format(part=indicator.title)
        lines += [words] if words else []
    return lines


def verdict_change(old: Verdict | None, new: Verdict) -> str:
    """'trước đạt, nay chưa đạt'; '' where the verdict stands or one of them was not known."""
    words = {Verdict.MET: _("đạt"), Verdict.NOT_MET: _("chưa đạt")}
    if old is None or old == new or old not in words or new not in words:
        return ""
    return _("trước {old}, nay {new}").format(old=words[old], new=words[new])


def _answer_change(new: Figure, old: Figure) -> ChangeWords | None:
    if new.value is None or old.value is None:
        return None
    if bool(new.value) == bool(old.value):
        return ChangeWords(_("không đổi"))
    if new.value:
        return ChangeWords(_("từ 'Chưa' thành 'Có'"), "up")
    return ChangeWords(_("từ 'Có' thành 'Chưa'"), "down")


def _directed(moved: int, size: str) -> ChangeWords:
    if moved == 0:
        return ChangeWords(_("không đổi"))
    if moved > 0:
        return ChangeWords(_("tăng {size}").format(size=size), "up")
    return ChangeWords(_("giảm {size}").format(size=size), "down")


def _hundredths(figure: Figure) -> int:
    return round_half_up(percent_of(figure) or Fraction(0), 2)


def _gap_words(lack: Shortfall, indicator: Indicator) -> str:
    """The gap between the threshold and the figure as shown, with the decimals it takes not to be 0."""
    if lack.op == "is":
        return ""
    if indicator.is_ratio:
        places = 2
        while places < 15 and round_half_up(lack.gap, places) == 0:
            places += 1
        shown = Fraction(round_half_up(lack.actual, places), 10**places)
        gap = abs(lack.threshold - shown) or lack.gap
        size = points_words(round_half_up(gap, places), places)
    else:
        steps = round_half_up(lack.gap * 10**indicator.decimals)
        size = f"{amount_words(steps, indicator)} {unit_words(indicator)}".strip()
    below = lack.actual < lack.threshold
    return _("thiếu {size}").format(size=size) if below else _("vượt {size}").format(size=size)
