"""What a requirement asks, in a commune's words: '≥ 30%', 'nam và nữ mỗi bên ≥ 60%', 'có'."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from programs.models import Indicator, IndicatorKind
from programs.queries.structure import Row
from programs.rules.numbers import format_number, format_percent, percent_showing, round_half_up
from programs.rules.shapes import THRESHOLD_DECIMALS, Condition, When, holds
from programs.rules.verdicts import Figure, thresholds

# A sign and its number stay on one line.
NARROW = "\N{NO-BREAK SPACE}"
SIGNS = {">=": "≥", "<=": "≤", "==": "=", ">": ">", "<": "<"}


def threshold_words(row: Row) -> str:
    """The threshold of a row as one line of text; '' where the row has no requirement."""
    if row.requirement is None:
        return ""
    rule = row.requirement.rule
    conditions = thresholds(rule)
    if not conditions or all(one.value is None for one in conditions):
        return _("chưa có mức yêu cầu")
    if both := _each_part_alike(row, conditions):
        return both
    joint = _(" hoặc ") if rule and "any" in rule else "; "
    return joint.join(_condition_words(row, one) for one in conditions)


def unit_words(indicator: Indicator) -> str:
    """The unit in which a figure is typed: 'triệu đồng/người/năm' for money, '%' never."""
    unit = _in_language(indicator.unit)
    return _("triệu {unit}").format(unit=unit) if indicator.entry_scale == 6 else unit


def _in_language(unit: str) -> str:
    """A unit of measure is data, in Vietnamese: in the reader's language where the catalogue has it."""
    return pgettext("đơn vị tính", unit) if unit else ""


def percent_words(row: Row, part: str, figure: Figure) -> str:
    """The percentage of a figure, with the decimals it takes not to contradict its verdict; '' if unknown.

    One that stands alone, without numerator and denominator, says so.
    """
    if figure.percentage is not None:
        return alone_words(figure.percentage)
    if figure.value is None or not figure.denominator:
        return ""
    exact = Fraction(figure.value * 100, figure.denominator)
    rule = row.requirement.rule if row.requirement else None
    bars = [one for one in thresholds(rule) if one.part == part and one.op != "is" and one.value is not None]
    shown = [
        percent_showing(figure.value, figure.denominator, bar.value, holds(exact, bar.op, bar.value))
        for bar in bars
        if bar.value is not None
    ]
    return max(shown, key=len) if shown else format_percent(figure.value, figure.denominator)


def alone_words(percentage: Fraction) -> str:
    """'85,20% (chỉ có tỷ lệ)': a percentage whose numerator and denominator are not known."""
    return _("{percent} (chỉ có tỷ lệ)").format(percent=format_percent(percentage, 100))


def _each_part_alike(row: Row, conditions: Sequence[Condition]) -> str:
    """'nam và nữ mỗi bên ≥ 60%' where every part must reach the same."""
    first = conditions[0]
    alike = all((one.op, one.value, one.when) == (first.op, first.value, None) for one in conditions)
    parts = [row.parts[one.part] for one in conditions if one.part in row.parts]
    if not alike or len(parts) < 2 or len(parts) != len(conditions):
        return ""
    names = _(" và ").join(sorted(part.title.lower() for part in parts))
    return _("{parts} mỗi bên {bar}").format(parts=names, bar=_bar(parts[0], first))


def _condition_words(row: Row, condition: Condition) -> str:
    indicator = row.parts[condition.part] if condition.part else row.indicator
    words = _bar(indicator, condition)
    if condition.part:
        name = indicator.title[:1].lower() + indicator.title[1:]
        if condition.op != "is":
            words = f"{name} {words}"
        else:
            words = name if condition.value else f"{name}: {words}"
    if condition.when is not None:
        words = f"{words} {_when_words(row, condition.when)}"
    return words


def _bar(indicator: Indicator, condition: Condition) -> str:
    if condition.value is None:
        return _("chưa có mức yêu cầu")
    if condition.op == "is":
        return _("có") if condition.value else _("không")
    value = condition.value
    if indicator.kind == IndicatorKind.PERCENT:
        return f"{SIGNS[condition.op]}{NARROW}{_number(value)}%"
    amount = f"{_number(value / 10**indicator.entry_scale)} {unit_words(indicator)}".strip()
    return amount if condition.op == "==" else f"{SIGNS[condition.op]}{NARROW}{amount}"


def _when_words(row: Row, when: When) -> str:
    """'nếu có trên 3 trường'."""
    indicator = row.parts[when.part] if when.part else row.indicator
    amount = f"{_number(when.value or Fraction(0))} {_in_language(indicator.unit)}".strip()
    words = {
        ">": _("nếu có trên {amount}"),
        ">=": _("nếu có từ {amount} trở lên"),
        "<": _("nếu có dưới {amount}"),
        "<=": _("nếu có từ {amount} trở xuống"),
        "==": _("nếu có {amount}"),
    }
    return words[when.op].format(amount=amount)


def _number(value: Fraction) -> str:
    return format_number(round_half_up(value, THRESHOLD_DECIMALS), THRESHOLD_DECIMALS)
