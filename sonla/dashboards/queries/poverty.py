"""Poverty over a territory: rates, both ledgers, what households lack, commune by commune and year by year.

It reads the communes' figures, never households: counted from a register or typed from an approved aggregate
they are the same observations. Every rate is a ratio of sums over the units that have both parts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from communes.models import Ancestry, Level, Lineage, Unit
from housing.models import (
    CommuneReview,
    Deprivation,
    EthnicGroup,
    PovertyStandard,
    ReviewRound,
    ReviewState,
    Source,
)
from housing.rules.small_cells import suppressed
from programs.models import FigureState, Observation, Period
from programs.rules.numbers import format_percent, percent_text, round_half_up
from sonla.dashboards.queries.question import STATE_NAMES, STATE_WORDS, Reader, place_words
from sonla.dashboards.queries.series import Break, Column

HOUSEHOLDS = "base.households"
POOR, NEAR = "poverty.households.poor", "poverty.households.near_poor"
NEXT_POOR = "poverty.next.households.poor"
MOVES, LACKS, GROUPS = "poverty.move.", "poverty.deprived.", "poverty.groups."
# As the lines of a ledger are read: opening, what goes, what comes, closing.
POOR_LEDGER = (
    ("to_near", -1),
    ("to_neither", -1),
    ("decrease", -1),
    ("again", 1),
    ("arisen", 1),
    ("increase", 1),
)
NEAR_LEDGER = (("out", -1), ("down", -1), ("decrease", -1), ("again", 1), ("arisen", 1), ("increase", 1))


@dataclass(frozen=True, slots=True)
class PovertyQuestion:
    """Whose territory, the year, and figures how far along."""

    unit: Unit
    period: Period
    state: FigureState
    reader: Reader
    rounds: tuple[ReviewRound, ...]

    @property
    def place(self) -> str:
        return place_words(self.unit, self.period.ends_on)

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def query(self) -> str:
        return f"period={self.period.code}&state={self.state_name}"

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(STATE_NAMES[state], str(words)) for state, words in STATE_WORDS.items()]

    @property
    def round(self) -> ReviewRound:
        return next(one for one in self.rounds if one.period_id == self.period.pk)


@dataclass(frozen=True, slots=True)
class Rate:
    """Households of some kind of all households, over units that have both; None where nobody has."""

    part: int | None
    whole: int

    @property
    def exact(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.part is not None and self.whole else None

    @property
    def words(self) -> str:
        return format_percent(self.part, self.whole) if self.part is not None and self.whole else "—"


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """One commune's year, with where its figures come from and how far its review is."""

    unit: Unit
    figures: Mapping[str, int]
    review: CommuneReview | None

    @property
    def households(self) -> int | None:
        return self.figures.get(HOUSEHOLDS)

    @property
    def poor(self) -> int | None:
        return self.figures.get(POOR)

    @property
    def near(self) -> int | None:
        return self.figures.get(NEAR)

    @property
    def rate(self) -> Rate:
        return Rate(self.poor, self.households or 0)

    @property
    def near_rate(self) -> Rate:
        return Rate(self.near, self.households or 0)

    @property
    def multi_rate(self) -> Rate:
        both = None if self.poor is None or self.near is None else self.poor + self.near
        return Rate(both, self.households or 0)

    @property
    def source_words(self) -> str:
        return str(Source(self.review.source).label) if self.review else "—"

    @property
    def state_words(self) -> str:
        return str(ReviewState(self.review.state).label) if self.review else "—"

    @property
    def is_register(self) -> bool:
        return self.review is not None and self.review.source == Source.REGISTER


@dataclass(frozen=True, slots=True)
class LedgerLine:
    words: str
    sign: int
    count: int


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """Movements of a year over the communes that have told them: opening follows from closing."""

    lines: tuple[LedgerLine, ...]
    closing: int

    @property
    def opening(self) -> int:
        return self.closing - sum(line.sign * line.count for line in self.lines)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, by name: a deprivation, an ethnic group."""

    name: str
    count: int
    whole: int

    @property
    def words(self) -> str:
        return format_percent(self.count, self.whole) if self.whole else "—"


@dataclass(frozen=True, slots=True)
class Point:
    """One year of the series."""

    period: Period
    rate: Rate
    near_rate: Rate
    reported: int
    standard: PovertyStandard


@dataclass(frozen=True)
class PovertyPage:
    """Everything on the page; a dozen queries, whatever the number of units."""

    question: PovertyQuestion
    lines: list[CommuneLine]
    points: list[Point]
    deprivation_names: list[tuple[str, str]]
    group_names: Mapping[str, str]

    @property
    def expected(self) -> int:
        return len(self.lines)

    @cached_property
    def told(self) -> list[CommuneLine]:
        """The communes that have both households and poor households."""
        return [one for one in self.lines if one.households and one.poor is not None]

    @cached_property
    def households(self) -> int:
        return sum(one.households or 0 for one in self.told)

    @cached_property
    def rate(self) -> Rate:
        return Rate(sum(one.poor or 0 for one in self.told) if self.told else None, self.households)

    @cached_property
    def near_rate(self) -> Rate:
        known = [one for one in self.told if one.near is not None]
        return Rate(
            sum(one.near or 0 for one in known) if known else None, sum(one.households or 0 for one in known)
        )

    @cached_property
    def multi_rate(self) -> Rate:
        known = [one for one in self.told if one.near is not None]
        both = sum((one.poor or 0) + (one.near or 0) for one in known) if known else None
        return Rate(both, sum(one.households or 0 for one in known))

    @cached_property
    def registers(self) -> int:
        return sum(one.is_register for one in self.lines)

    @cached_property
    def before(self) -> Point | None:
        """The year before by the same standard, on its own communes."""
        earlier = [one for one in self.points if one.period.ends_on < self.question.period.ends_on]
        if not earlier or earlier[-1].standard != self.question.round.standard:
            return None
        return earlier[-1]

    @cached_property
    def fall(self) -> Fraction | None:
        """Percentage points that the rate fell since the year before, of the rates as they are shown."""
        if self.before is None or self.rate.exact is None or self.before.rate.exact is None:
            return None
        now, then = self.rate, self.before.rate
        return Fraction(percent_text(then.part or 0, then.whole)) - Fraction(
            percent_text(now.part or 0, now.whole)
        )

    @property
    def fall_words(self) -> str:
        if self.fall is None:
            return ""
        hundredths = round_half_up(abs(self.fall) * 100)
        points = f"{hundredths // 100},{hundredths % 100:02d}"
        words = _("giảm {points} điểm %") if self.fall >= 0 else _("tăng {points} điểm %")
        return words.format(points=points)

    @cached_property
    def next_rate(self) -> Rate | None:
        """By the standard that comes, where a general review counts by both."""
        known = [one for one in self.lines if NEXT_POOR in one.figures and one.households]
        if not known or self.question.round.next_standard is None:
            return None
        return Rate(sum(one.figures[NEXT_POOR] for one in known), sum(one.households or 0 for one in known))

    @property
    def next_reported(self) -> int:
        return sum(NEXT_POOR in one.figures for one in self.lines)

    @cached_property
    def moving(self) -> list[CommuneLine]:
        """The communes that have told their movements."""
        return [one for one in self.told if f"{MOVES}poor.to_near" in one.figures]

    @cached_property
    def ledgers(self) -> list[tuple[str, LedgerTotal]]:
        if not self.moving:
            return []
        names = _ledger_words()
        made = []
        for title, prefix, kinds, closing in (
            (_("Hộ nghèo"), "poor", POOR_LEDGER, POOR),
            (_("Hộ cận nghèo"), "near", NEAR_LEDGER, NEAR),
        ):
            lines = [
                LedgerLine(names[f"{prefix}.{kind}"], sign, self._sum(f"{MOVES}{prefix}.{kind}"))
                for kind, sign in kinds
            ]
            if prefix == "near":
                lines.insert(3, LedgerLine(names["near.from_poor"], 1, self._sum(f"{MOVES}poor.to_near")))
            end = sum(one.figures.get(closing, 0) for one in self.moving)
            made.append((title, LedgerTotal(tuple(lines), end)))
        return made

    def _sum(self, code: str) -> int:
        return sum(one.figures.get(code, 0) for one in self.moving)

    @cached_property
    def deprivations(self) -> list[Share]:
        """What poor and near-poor households lack, the most frequent first."""
        known = [one for one in self.told if any(code.startswith(LACKS) for code in one.figures)]
        whole = sum((one.poor or 0) + (one.near or 0) for one in known)
        shares = [
            Share(name, sum(one.figures.get(LACKS + code, 0) for one in known), whole)
            for code, name in self.deprivation_names
            if any(LACKS + code in one.figures for one in known)
        ]
        return sorted(shares, key=lambda share: -share.count)

    @cached_property
    def deprived_communes(self) -> int:
        return sum(any(code.startswith(LACKS) for code in one.figures) for one in self.told)

    @cached_property
    def groups(self) -> list[tuple[str, int, Share, Share]]:
        """By ethnic group: name, households, poor and near-poor of the group's own households."""
        sums: Counter[str] = Counter()
        for one in self.lines:
            for code, count in one.figures.items():
                if code.startswith(GROUPS):
                    sums[code] += count
        made = []
        for code, name in self.group_names.items():
            if households := sums[f"{GROUPS}{code}.households"]:
                poor, near = sums[f"{GROUPS}{code}.poor"], sums[f"{GROUPS}{code}.near_poor"]
                made.append((name, households, Share(name, poor, households), Share(name, near, households)))
        return made

    @cached_property
    def ranked(self) -> list[CommuneLine]:
        """The poorest first; who has told nothing at the end."""
        return sorted(
            self.lines, key=lambda one: (one.rate.exact is None, -(one.rate.exact or 0), one.unit.search_name)
        )

    @property
    def columns(self) -> list[Column]:
        most = max((one.rate.exact for one in self.points if one.rate.exact), default=None)
        return [
            Column(one.period, one.rate.words, one.rate.exact / most if one.rate.exact and most else None)
            for one in self.points
        ]

    @property
    def breaks(self) -> list[Break]:
        """Where the standard changes nothing is compared across."""
        made = []
        for place, (one, following) in enumerate(zip(self.points, self.points[1:], strict=False), start=1):
            if one.standard != following.standard:
                made.append(Break(place, _("đổi chuẩn nghèo"), _("chuẩn mới")))
        return made

    def public_rows(self) -> list[tuple[Unit, int | None, dict[str, int | None]]]:
        """Counts that may be published: fewer than five are taken out, and a second beside a single one."""
        rows = []
        for one in sorted(self.told, key=lambda line: line.unit.code):
            poor, near = one.poor or 0, one.near or 0
            cells = {"poor": poor, "near_poor": near, "neither": (one.households or 0) - poor - near}
            rows.append((one.unit, one.households, suppressed(cells)))
        return rows


def _ledger_words() -> dict[str, str]:
    return {
        "poor.to_near": _("thoát nghèo, còn cận nghèo"),
        "poor.to_neither": _("thoát nghèo, vượt chuẩn cận nghèo"),
        "poor.decrease": _("giảm khác (chuyển đi, tách, nhập)"),
        "poor.again": _("tái nghèo"),
        "poor.arisen": _("phát sinh mới"),
        "poor.increase": _("tăng khác (chuyển đến, tách)"),
        "near.out": _("thoát cận nghèo"),
        "near.down": _("rơi xuống nghèo"),
        "near.decrease": _("giảm khác (chuyển đi, tách, nhập)"),
        "near.from_poor": _("từ hộ nghèo lên"),
        "near.again": _("tái cận nghèo"),
        "near.arisen": _("phát sinh mới"),
        "near.increase": _("tăng khác (chuyển đến, tách)"),
    }


def rounds_with_years() -> tuple[ReviewRound, ...]:
    """The rounds that close a year, the latest first."""
    rows = ReviewRound.objects.closing_a_year().select_related("period", "standard", "next_standard")
    return tuple(rows.order_by("-period__ends_on"))


def poverty_page(question: PovertyQuestion) -> PovertyPage:
    """The page of a territory in one year."""
    day = question.period.ends_on
    members = Unit.objects.territory_of(question.unit, day).filter(level=Level.COMMUNE)
    if not question.reader.user.is_superuser:
        members = members.filter(pk__in=question.reader.scope.values("pk"))
    units = list(members.select_related("kind").order_by("code"))
    figures = _figures(question, units)
    stored = CommuneReview.objects.filter(round__period=question.period, commune__in=units)
    reviews = {one.commune_id: one for one in stored.order_by()}
    lines = [CommuneLine(one, figures.get(one.pk, {}), reviews.get(one.pk)) for one in units]
    names = [(one.code, one.title) for one in Deprivation.objects.all()]
    groups = {one.code: one.title for one in EthnicGroup.objects.all()}
    return PovertyPage(question, lines, _points(question), names, groups)


def _figures(question: PovertyQuestion, units: list[Unit]) -> dict[int, dict[str, int]]:
    rows = (
        Observation.objects.holding()
        .at_least(question.state)
        .filter(
            Q(indicator__code__startswith="poverty.") | Q(indicator__code__startswith="base."),
            period=question.period,
            unit__in=units,
        )
    )
    found: dict[int, dict[str, int]] = {}
    for unit, code, value in rows.order_by().values_list("unit_id", "indicator__code", "value"):
        if value is not None:
            found.setdefault(unit, {})[code] = value
    return found


def _points(question: PovertyQuestion) -> list[Point]:
    """The rate of every year, each on the communes of its own last day: one query."""
    rows = (
        Observation.objects.holding()
        .at_least(question.state)
        .filter(
            _stood_in(question.unit),
            indicator__code__in=[HOUSEHOLDS, POOR, NEAR],
            period__in=[one.period_id for one in question.rounds],
        )
    )
    found: dict[int, dict[int, dict[str, int]]] = {}
    told = rows.order_by().values_list("period_id", "unit_id", "indicator__code", "value")
    for period, unit, code, value in told:
        found.setdefault(period, {}).setdefault(unit, {})[code] = value or 0
    points = []
    for one in reversed(question.rounds):
        assert one.period is not None
        if one.period.ends_on > question.period.ends_on:
            continue
        known = [own for own in found.get(one.period.pk, {}).values() if {HOUSEHOLDS, POOR} <= own.keys()]
        households = sum(own[HOUSEHOLDS] for own in known)
        poor = sum(own[POOR] for own in known) if known else None
        near = sum(own.get(NEAR, 0) for own in known) if known else None
        points.append(
            Point(one.period, Rate(poor, households), Rate(near, households), len(known), one.standard)
        )
    return points


def _stood_in(unit: Unit) -> Q:
    """Figures of units that stood there on their period's last day; of a commune with its predecessors."""
    if unit.level == Level.COMMUNE:
        before: QuerySet[Lineage] = Lineage.objects.filter(unit=unit)
        return Q(unit=unit) | Q(unit__in=before.values("predecessor"))
    ties = Ancestry.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("period__ends_on")),
        ancestor=unit,
        unit=OuterRef("unit"),
        valid_from__lte=OuterRef("period__ends_on"),
    )
    return Q(Exists(ties))


def year_of(code: str, rounds: tuple[ReviewRound, ...]) -> Period | None:
    """The period of that code among the years that a review closes."""
    return next((one.period for one in rounds if one.period is not None and one.period.code == code), None)


def first_shown(rounds: tuple[ReviewRound, ...], today: date) -> Period | None:
    """The last year whose review is over by now; else the latest."""
    over = [one.period for one in rounds if one.period is not None and one.ends_on < today]
    return over[0] if over else (rounds[0].period if rounds else None)
