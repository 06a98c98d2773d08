"""Pictures of the dashboards: split bars, small strips, a trend; each beside the figures it repeats."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Period, Result
from programs.rules.numbers import format_number, format_percent, round_half_up
from programs.templatetags.figures import chip, drawn, level_chip
from sonla.dashboards.queries.communes import CommuneRow
from sonla.dashboards.queries.coverage import Coverage
from sonla.dashboards.queries.overview import STANDINGS, CriterionCount
from sonla.dashboards.queries.question import Question
from sonla.dashboards.queries.series import Break, Column
from sonla.dashboards.queries.territory import Place

register = template.Library()

MISSING = "—"
# The parts of a split bar in their order, with the words of each.
PARTS = (
    ("met", _("%(count)s đạt")),
    ("not_met", _("%(count)s chưa đạt")),
    ("insufficient", _("%(count)s chưa đủ số liệu")),
    ("unreported", _("%(count)s chưa báo cáo")),
    ("not_applicable", _("%(count)s không áp dụng")),
)
ALWAYS_SAID = ("met", "not_met")
BAND_WORDS = {
    "full": _("Đạt đủ tiêu chí"),
    "high": _("Từ 15 tiêu chí trở lên"),
    "middle": _("Từ 10 đến 14 tiêu chí"),
    "low": _("Dưới 10 tiêu chí"),
    "unknown": _("Chưa có số liệu kỳ này"),
}
BAND_KINDS = {"full": "met", "high": "not_met", "middle": "not_met", "low": "not_met", "unknown": "unknown"}

CELL = 9
GAP = 3
# Top and height of a cell: what is not met is half as high, so that grey tells it too.
WHOLE = (1, 14)
HALF = (9, 6)
STRIP_HEIGHT = 16
TREND_STEP = 64
SERIES_STEP = 68
SERIES_BAR = 40
SERIES_HEIGHT = 120
# Above the columns: the break's word, then the column's.
SERIES_TOP = 44
TREND_HEIGHT = 96
# Two lines under a column.
LABELS = 40
TREND_TOP = 20


@register.filter
def lower_first(name: str) -> str:
    """'huyện Sốp Cộp' inside a sentence."""
    return name[:1].lower() + name[1:]


@register.filter
def page_in(unit: Any, question: Question) -> str:
    """The address of a unit's page with the same question: {{ row.unit|page_in:question }}."""
    return f"{_address(get_script_prefix(), 'unit', unit.code)}?{question.query}"


@register.simple_tag
def query_in(question: Question, period: Period) -> str:
    """The same question of another period, as an address carries it."""
    return question.query_in(period)


@lru_cache(maxsize=4096)
def _address(script_prefix: str, name: str, *parts: str | int) -> str:
    """An address resolved once a process: a page holds hundreds.

    What they begin with, where the site lies below a path of its server, is part of the key.
    """
    return reverse(f"dashboards:{name}", args=parts)


# The lines of long tables are drawn once for each content, as chips are: a page's lines rarely change.


@register.simple_tag
def commune_line(row: CommuneRow) -> SafeString:
    """A commune in the table of all."""
    return drawn(
        "dashboards/parts/commune_line.html",
        url=page_in(row.unit, row.question),
        name=row.unit.name,
        met=met_words(row) if row.is_known else MISSING,
        results=row.results,
        failing=tuple(row.failing),
        lacking=tuple(row.lacking),
        level=row.level,
        provisional=row.is_provisional,
        report=str(row.report.state) if row.report else "",
    )


@register.simple_tag
def commune_names(rows: Iterable[CommuneRow]) -> SafeString:
    """Communes as a list of links."""
    links = tuple((page_in(row.unit, row.question), row.unit.name) for row in rows)
    return drawn("dashboards/parts/names.html", links=links)


@register.simple_tag
def period_options(question: Question) -> SafeString:
    """The periods to choose from, the question's own chosen."""
    options = tuple((period.code, period.title) for period in question.periods)
    return drawn("dashboards/parts/period_options.html", options=options, chosen=question.period.code)


@register.simple_tag
def changed_line(row: CommuneRow) -> SafeString:
    """A commune in the table of what changed since the last period."""
    return drawn(
        "dashboards/parts/changed_line.html",
        url=page_in(row.unit, row.question),
        name=row.unit.name,
        met=met_words(row),
        gained=tuple(row.gained),
        lost=tuple(row.lost),
    )


@register.simple_tag
def criterion_line(count: CriterionCount, question: Question) -> SafeString:
    """A criterion in the list of those that most communes fail."""
    address = _address(get_script_prefix(), "criterion", question.unit.code, count.number)
    url = f"{address}?{question.query}"
    return drawn("dashboards/parts/criterion_line.html", url=url, count=count)


def met_words(row: CommuneRow) -> str:
    return f"{row.met}/{row.applicable}"


@register.filter
def criteria_words(found: Iterable[int], most: int = 0) -> str:
    """'TC 2, 5, 10'; with `most` a longer list is cut."""
    return gettext("TC %(list)s") % {"list": numbers(found, most)}


@register.filter
def criterion_words(count: CriterionCount) -> str:
    """'TC 17 Môi trường và an toàn thực phẩm'."""
    return gettext("TC %(number)s %(name)s") % {"number": count.number, "name": count.name}


@register.filter
def lacking_words(found: Iterable[int]) -> str:
    """'chưa đủ số liệu: 2, 5'."""
    return gettext("chưa đủ số liệu: %(list)s") % {"list": numbers(found)}


@register.filter
def counts_in_words(count: CriterionCount) -> str:
    """'21 đạt, 43 chưa đạt, 3 chưa báo cáo': what is not known is never 'chưa đạt'."""
    said = [
        str(words) % {"count": getattr(count, name)}
        for name, words in PARTS
        if getattr(count, name) or name in ALWAYS_SAID
    ]
    return ", ".join(said)


@register.simple_tag
def split_bar(count: CriterionCount) -> SafeString:
    """One bar in parts: met, not met, and hatched what is not known."""
    segments, start = [], 0
    for name, _words in PARTS:
        size = getattr(count, name)
        if size and count.total:
            left, right = _share(start, count.total), _share(start + size, count.total)
            segments.append((name.replace("_", "-"), _text(left), _text(right - left)))
        start += size
    return drawn("dashboards/parts/split_bar.html", segments=tuple(segments))


def _share(part: int, whole: int) -> int:
    """Tenths of a percent."""
    return round_half_up(Fraction(1000 * part, whole))


def _text(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


@register.simple_tag
@lru_cache(maxsize=4096)
def mini_strip(verdicts: tuple[int | None, ...]) -> SafeString:
    """The criteria of a commune in one line of a table: whole, half or hatched cells, one path a kind."""
    shapes: dict[str, str] = {}
    for place, verdict in enumerate(verdicts):
        kind = "unknown" if verdict is None else STANDINGS[Result(verdict)].replace("_", "-")
        top, height = HALF if kind == "not-met" else WHOLE
        shapes[kind] = shapes.get(kind, "") + f"M{place * (CELL + GAP)} {top}h{CELL}v{height}h-{CELL}z"
    width = len(verdicts) * (CELL + GAP) - GAP
    context = {"shapes": shapes.items(), "width": width, "height": STRIP_HEIGHT}
    return render_to_string("dashboards/parts/mini_strip.html", context)


@register.filter
def numbers(found: Iterable[int], most: int = 0) -> str:
    """'2, 5, 10, 11'; with `most` a longer list is cut: '2, 5, 10, 11 …'."""
    listed = list(found)
    text = ", ".join(str(number) for number in (listed[:most] if most else listed))
    return f"{text} …" if most and len(listed) > most else text or MISSING


@register.simple_tag
def commune_level(level: str, count: int | None = None, provisional: bool = False) -> SafeString:
    """The chip of a commune's level; 'eligible' meets all criteria and waits for a decision."""
    if level == "eligible":
        return chip("eligible", gettext("đủ tiêu chí, chưa công nhận"), count, provisional, mark="met")
    return level_chip(level, count, provisional)


@register.filter
def household_share(coverage: Coverage) -> str:
    """The households behind a figure: '98,30%'; everything is 100,00%, unknown ones an em dash."""
    if coverage.is_full and coverage.expected:
        return format_percent(1, 1)
    if coverage.reported_households is None or not coverage.households:
        return MISSING
    return format_percent(coverage.reported_households, coverage.households)


@register.simple_tag
def mean(total: int, count: int) -> str:
    """A mean as a ratio of sums with two decimals: {% mean 937 67 %} is 13,99."""
    return format_number(round_half_up(Fraction(total, count), 2), 2) if count else MISSING


@register.filter
def band_words(key: str) -> Any:
    return BAND_WORDS[key]


@register.filter
def band_kind(key: str) -> str:
    return BAND_KINDS[key]


def period_lines(period: Period) -> list[str]:
    """A period under its column: '6 tháng' over '2026', or the year alone."""
    head, _space, year = period.short.rpartition(" ")
    return [head, year] if head else [year]


@register.filter
def district_on(place: Place, question: Question) -> str:
    """A district in words on the question's day: 'Địa bàn huyện Quỳnh Nhai cũ' once it had ended."""
    if place.lives_on(question.place_day):
        return place.name
    return gettext("Địa bàn {district} cũ").format(district=place.name[:1].lower() + place.name[1:])


@register.inclusion_tag("dashboards/parts/trend.html")
def trend_chart(points: Sequence[Any], total: int) -> dict[str, Any]:
    """Criteria met by period as columns; a period without figures stays open and hatched."""
    columns = []
    for place, point in enumerate(points):
        height = TREND_HEIGHT * (point.met or 0) // total if total else 0
        columns.append(
            {
                "x": place * TREND_STEP,
                "middle": place * TREND_STEP + TREND_STEP // 2,
                "y": TREND_TOP + TREND_HEIGHT - height,
                "height": height,
                "met": point.met,
                "label": period_lines(point.period),
            }
        )
    return {
        "columns": columns,
        "width": max(len(columns), 1) * TREND_STEP,
        "height": TREND_TOP + TREND_HEIGHT + LABELS,
        "top": TREND_TOP,
        "base": TREND_TOP + TREND_HEIGHT,
        "full": TREND_HEIGHT,
        "label_y": TREND_TOP + TREND_HEIGHT + 18,
    }


@register.inclusion_tag("dashboards/parts/series.html")
def series_chart(columns: Sequence[Column], breaks: Sequence[Break]) -> dict[str, Any]:
    """One column a period, hatched where nothing is known; a dashed line where the ground changed."""
    drawn = []
    for place, column in enumerate(columns):
        height = SERIES_HEIGHT if column.share is None else round_half_up(SERIES_HEIGHT * column.share)
        drawn.append(
            {
                "known": column.share is not None,
                "x": place * SERIES_STEP + (SERIES_STEP - SERIES_BAR) // 2,
                "middle": place * SERIES_STEP + SERIES_STEP // 2,
                "y": SERIES_TOP + SERIES_HEIGHT - height,
                "height": height,
                "words": column.words,
                "label": period_lines(column.period),
            }
        )
    lines: dict[int, list[str]] = {}
    for one in breaks:
        lines.setdefault(one.before * SERIES_STEP, []).append(one.label)
    base = SERIES_TOP + SERIES_HEIGHT
    return {
        "columns": drawn,
        "breaks": [{"x": x, "words": words} for x, words in lines.items()],
        "width": max(len(drawn), 1) * SERIES_STEP,
        "height": base + LABELS,
        "base": base,
        "bar": SERIES_BAR,
    }
