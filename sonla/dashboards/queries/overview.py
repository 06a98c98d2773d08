"""A province's, district's or former district's page: where it stands, who is behind and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import pgettext

from communes.models import Level
from programs.models import RecognitionLevel, ReportState, Result
from sonla.dashboards.queries.communes import CommuneRow, Province, province_of
from sonla.dashboards.queries.question import Question
from sonla.dashboards.queries.territory import Place

FURTHEST = 10
LEVEL_ORDER = ("not_met", "eligible", "met", "advanced", "model", "reassess", "insufficient", "unknown")


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """How the communes stand in one criterion; 'chưa báo cáo' and 'chưa đạt' are different things."""

    number: int
    name: str
    met: int
    not_met: int
    insufficient: int
    unreported: int
    not_applicable: int

    @property
    def total(self) -> int:
        return self.met + self.not_met + self.insufficient + self.unreported + self.not_applicable


@dataclass(frozen=True, slots=True)
class Band:
    """Communes whose number of met criteria lies in one range; `low` None: nothing reported."""

    key: str
    low: int | None
    high: int | None
    count: int


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A (former) district in the province's table; `others` are its wards and townships."""

    unit: Place
    expected: int
    reported: int
    met: int
    recognised: int
    advanced: int
    others: int


@dataclass(frozen=True, slots=True)
class Before:
    """Communes that met the set at the end of the last period, of those that were there then."""

    met: int
    expected: int
    same_communes: bool


@dataclass(frozen=True, slots=True)
class Average:
    """Criteria met per commune, a ratio of sums over the communes that reported."""

    met: int
    communes: int


@dataclass(frozen=True)
class Overview:
    """The page: the headline at the period's last day (today while it runs), the tables of the period."""

    province: Province

    @cached_property
    def question(self) -> Question:
        return self.province.question

    @cached_property
    def rows(self) -> list[CommuneRow]:
        return self.province.rows

    @property
    def expected(self) -> int:
        return len(self.rows)

    @cached_property
    def met(self) -> int:
        """Communes whose figures meet the whole set on the headline's day."""
        return sum(row.meets is True for row in self.rows)

    @cached_property
    def determined(self) -> int:
        return sum(row.meets is not None for row in self.rows)

    @cached_property
    def recognised(self) -> int:
        return sum(row.is_recognised() for row in self.rows)

    @cached_property
    def advanced(self) -> int:
        return sum(row.is_recognised(RecognitionLevel.ADVANCED) for row in self.rows)

    @cached_property
    def model(self) -> int:
        return sum(row.is_recognised(RecognitionLevel.MODEL) for row in self.rows)

    @cached_property
    def before(self) -> Before | None:
        """The headline of the last period; comparable where the communes are the same ones."""
        previous = self.question.previous
        if previous is None:
            return None
        kinds = self.question.calendar.programmes[previous.pk].kinds
        units = self.province.territory.owing(previous.ends_on, kinds)
        if not units:
            return None
        met = sum(self.province.verdicts.before.get(unit, False) for unit in units)
        return Before(met, len(units), set(units) == set(self.province.owing))

    @property
    def met_change(self) -> int | None:
        if self.before is None or not self.before.same_communes:
            return None
        return self.met - self.before.met

    @cached_property
    def average(self) -> Average:
        known = [row for row in self.rows if row.is_known]
        return Average(sum(row.met for row in known), len(known))

    @cached_property
    def is_provisional(self) -> bool:
        """Some verdict rests on a provisional threshold."""
        return any(row.score.provisional for row in self.rows)

    @cached_property
    def ranked(self) -> list[CommuneRow]:
        """The furthest from the standard first; who reported nothing comes last."""
        return sorted(
            self.rows, key=lambda row: (not row.is_known, row.met - row.applicable, row.unit.search_name)
        )

    @cached_property
    def furthest(self) -> list[CommuneRow]:
        return [row for row in self.ranked if row.is_known and not row.is_full][:FURTHEST]

    @cached_property
    def criteria(self) -> list[CriterionCount]:
        """Every criterion, the one that most communes fail first."""
        counts = [
            count_criterion(one.number, one.name, self.rows) for one in self.question.programme.criteria
        ]
        return sorted(counts, key=lambda count: (-count.not_met, count.number))

    @property
    def criteria_in_order(self) -> list[CriterionCount]:
        return sorted(self.criteria, key=lambda count: count.number)

    @property
    def by_district(self) -> list[CommuneRow]:
        """The communes, those of one (former) district together."""
        return sorted(self.rows, key=lambda row: (row.district.code if row.district else "", row.unit.code))

    @cached_property
    def bands(self) -> list[Band]:
        """Communes by number of criteria met, and those that reported nothing apart."""
        full = sum(row.is_full for row in self.rows)
        rest = [row.met for row in self.rows if row.is_known and not row.is_full]
        total = self.question.programme.count
        return [
            Band("full", total, total, full),
            Band("high", 15, total - 1, sum(met >= 15 for met in rest)),
            Band("middle", 10, 14, sum(10 <= met < 15 for met in rest)),
            Band("low", 0, 9, sum(met < 10 for met in rest)),
            Band("unknown", None, None, sum(not row.is_known for row in self.rows)),
        ]

    @cached_property
    def levels(self) -> list[tuple[str, int]]:
        """How many communes are at which level; together all of them."""
        counts = Counter(row.level for row in self.rows)
        return [(level, counts[level]) for level in LEVEL_ORDER if counts[level]]

    @property
    def returned(self) -> int:
        """Reports that came back to the commune: their figures count as entered only."""
        return sum(row.report is not None and row.report.state == ReportState.RETURNED for row in self.rows)

    @cached_property
    def unreported(self) -> list[CommuneRow]:
        return [row for row in self.rows if not row.is_reported]

    @property
    def met_not_recognised(self) -> list[CommuneRow]:
        return [row for row in self.rows if row.meets is True and not row.is_recognised()]

    @property
    def recognised_not_met(self) -> list[CommuneRow]:
        return [row for row in self.rows if row.meets is False and row.is_recognised()]

    @property
    def waiting(self) -> list[CommuneRow]:
        return [row for row in self.rows if row.waits_for_decision]

    @cached_property
    def changed(self) -> list[CommuneRow]:
        """Communes that gained or lost criteria since the last period, losses first."""
        moved = [row for row in self.rows if row.gained or row.lost]
        return sorted(moved, key=lambda row: (-len(row.lost), -len(row.gained), row.unit.search_name))

    @cached_property
    def compared(self) -> int:
        """How many communes have a score of both periods; who was reorganised in between has not."""
        return sum(row.previous is not None and row.is_known for row in self.rows)

    @cached_property
    def others(self) -> list[tuple[str, int]]:
        """'8 phường': units of the territory that the set does not apply to, by kind."""
        kinds = Counter(commune.unit.kind_name.lower() for commune in self.province.others)
        return [(pgettext("loại đơn vị", kind), count) for kind, count in sorted(kinds.items())]

    @property
    def districts_are_former(self) -> bool:
        return any(not row.unit.lives_on(self.question.period.ends_on) for row in self.districts)

    @cached_property
    def districts(self) -> list[DistrictRow]:
        """The (former) districts of a province; none on a district's own page."""
        if self.question.unit.level != Level.PROVINCE:
            return []
        found: dict[int, list[CommuneRow]] = {}
        names: dict[int, Place] = {}
        others: Counter[int] = Counter()
        for row in self.rows:
            if row.district is not None:
                names[row.district.pk] = row.district
                found.setdefault(row.district.pk, []).append(row)
        for commune in self.province.others:
            if commune.district is not None:
                names[commune.district.pk] = commune.district
                others[commune.district.pk] += 1
        order = sorted(names.values(), key=lambda unit: unit.code)
        return [_district_row(unit, found.get(unit.pk, []), others[unit.pk]) for unit in order]


def overview(question: Question) -> Overview:
    """The page of a province or a (former) district."""
    return Overview(province_of(question))


def count_criterion(number: int, name: str, rows: Iterable[CommuneRow]) -> CriterionCount:
    """How these communes stand in one criterion."""
    counts = Counter(standing_in(row, number) for row in rows)
    return CriterionCount(
        number,
        name,
        met=counts["met"],
        not_met=counts["not_met"],
        insufficient=counts["insufficient"],
        unreported=counts["unknown"],
        not_applicable=counts["not_applicable"],
    )


STANDINGS: dict[int, str] = {
    Result.MET: "met",
    Result.NOT_MET: "not_met",
    Result.UNKNOWN: "insufficient",
    Result.NOT_APPLICABLE: "not_applicable",
}


def standing_in(row: CommuneRow, number: int) -> str:
    """How a commune stands in a criterion: a verdict, 'insufficient', or 'unknown' without a report."""
    mark = row.score.marks.get(number)
    if mark is not None:
        return STANDINGS[mark.result]
    return "insufficient" if row.tells_something else "unknown"


def _district_row(unit: Place, rows: list[CommuneRow], others: int) -> DistrictRow:
    return DistrictRow(
        unit,
        expected=len(rows),
        reported=sum(row.is_reported for row in rows),
        met=sum(row.meets is True for row in rows),
        recognised=sum(row.is_recognised() for row in rows),
        advanced=sum(row.is_recognised(RecognitionLevel.ADVANCED) for row in rows),
        others=others,
    )
