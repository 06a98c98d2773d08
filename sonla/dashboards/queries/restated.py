"""A territory by the units of another day: of what each is made, and what those were."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from communes.models import Level, Unit
from programs.models import Period, RecognitionLevel, Result
from programs.queries.boundaries import Ground, ground_of
from programs.queries.restated import made_of
from sonla.dashboards.queries.question import CriterionName, Question
from sonla.dashboards.queries.standing import (
    EMPTY,
    NO_DECISIONS,
    Decisions,
    Filed,
    Score,
    decisions_on,
    reports_of,
    scores,
    verdicts_at,
)

MISSING = "—"


@dataclass(frozen=True)
class Map:
    """The question's territory on the day whose units are asked for."""

    question: Question
    ground: Ground
    found: dict[date, dict[int, frozenset[int]]] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[int, frozenset[int]]:
        """The units of the period that lie in the territory."""
        return self.places_on(self.question.period.ends_on)

    def places_on(self, day: date) -> dict[int, frozenset[int]]:
        """The units of that day that lie in the territory, found once a day."""
        if day not in self.found:
            self.found[day] = self.ground.sources(day)
        return self.found[day]

    def owing(self, period: Period, units: Collection[int]) -> frozenset[int]:
        """Those of the units whose kind the period's form is assigned to."""
        kinds = self.question.calendar.programmes[period.pk].kinds
        return frozenset(one for one in units if self.ground.briefs[one].kind in kinds)

    @cached_property
    def is_changed(self) -> bool:
        """Some unit of the period is not the same one on the boundary day, or there is none."""
        return not self.places or any(places != {one} for one, places in self.places.items())

    @cached_property
    def names(self) -> dict[int, "Former"]:
        """The units of the days asked for so far whose names the reader may read: one query."""
        every = set(self.places).union(*self.found.values())
        readable = self.question.reader.scope.filter(pk__in=every)
        return {pk: Former(code, name) for pk, code, name in readable.values_list("pk", "code", "name")}


def map_of(question: Question, *, with_districts: bool = False) -> Map:
    """The map of the question's boundary day."""
    assert question.boundary is not None
    scope = question.reader.scope
    return Map(
        question, ground_of(question.unit, question.boundary, scope=scope, with_districts=with_districts)
    )


@dataclass(frozen=True, slots=True)
class Former:
    """A unit of the period, as a unit of the boundary day names it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the units that a unit is made of, `met` of `known` determined ones, of `owed` that owe an answer."""

    met: int
    known: int
    owed: int

    @property
    def words(self) -> str:
        return f"{self.met}/{self.known}" if self.known else MISSING

    @property
    def kind(self) -> str:
        """The look of a cell: all, none, some of them, or nothing known."""
        if not self.known:
            return "unknown" if self.owed else "not-applicable"
        if self.met == self.known:
            return "met"
        return "not-met" if not self.met else "some"


@dataclass(frozen=True, slots=True)
class MadeOf:
    """A unit of the boundary day: the units of the period in it, and how they stood."""

    unit: Unit
    district: Unit | None
    before: tuple[Former, ...]
    unnamed: int
    reported: Tally
    met: Tally
    recognised: Tally
    criteria: tuple[Tally, ...]


@dataclass(frozen=True)
class RestatedPage:
    """The page of a territory by the units of another day than the period's."""

    question: Question
    map: Map
    scores: Mapping[int, Score]
    meets: Mapping[int, bool]
    decisions: Mapping[int, Decisions]
    reports: Mapping[int, Filed]

    @property
    def is_one(self) -> bool:
        return self.question.unit.level == Level.COMMUNE

    @cached_property
    def whole(self) -> MadeOf:
        return self._rows("unit")[0]

    @cached_property
    def rows(self) -> list[MadeOf]:
        """The units of the boundary day, those of one (former) district together."""
        rows = [row for row in self._rows("commune") if row.before or row.unnamed]
        return sorted(rows, key=lambda row: (row.district.code if row.district else "", row.unit.code))

    @cached_property
    def districts(self) -> list[MadeOf]:
        return self._rows("district") if self.question.unit.level == Level.PROVINCE else []

    @property
    def districts_are_former(self) -> bool:
        return any(not row.unit.lives_on(self.question.place_day) for row in self.districts)

    @cached_property
    def criteria(self) -> list[tuple[CriterionName, Tally]]:
        return list(zip(self.question.programme.criteria, self.whole.criteria, strict=True))

    @cached_property
    def owing(self) -> frozenset[int]:
        return self.map.owing(self.question.period, self.map.places)

    def _rows(self, by: str) -> list[MadeOf]:
        made = made_of(self.map.ground, self.map.places, by)
        return [self._row(unit, here) for unit, here in made]

    def _row(self, unit: Unit, here: list[int]) -> MadeOf:
        owed = [one for one in here if one in self.owing]
        known = self.map.names
        day = self.question.day
        recognised = sum(self._held(one).holds(RecognitionLevel.MET, day) for one in owed)
        reported = sum(self._is_reported(one) for one in owed)
        decided = [one for one in owed if one in self.meets]
        met = sum(self.meets[one] for one in decided)
        return MadeOf(
            unit,
            self.map.ground.territory.districts.get(unit.pk),
            tuple(known[one] for one in here if one in known),
            sum(one not in known for one in here),
            Tally(reported, len(owed), len(owed)),
            Tally(met, len(decided), len(owed)),
            Tally(recognised, len(owed), len(owed)),
            tuple(self._criterion(one.number, owed) for one in self.question.programme.criteria),
        )

    def _criterion(self, number: int, owed: list[int]) -> Tally:
        marks = [self.scores.get(one, EMPTY).marks.get(number) for one in owed]
        results = [mark.result for mark in marks if mark is not None]
        known = [one for one in results if one in (Result.MET, Result.NOT_MET)]
        applies = len(owed) - results.count(Result.NOT_APPLICABLE)
        return Tally(known.count(Result.MET), len(known), applies)

    def _held(self, unit: int) -> Decisions:
        return self.decisions.get(unit, NO_DECISIONS)

    def _is_reported(self, unit: int) -> bool:
        report = self.reports.get(unit)
        return report is not None and report.counts_at(self.question.state)


def restated_page(question: Question) -> RestatedPage | None:
    """The page by the units of the question's boundary day; None where they are those of the period.

    The number of queries grows with nothing.
    """
    found = map_of(question, with_districts=True)
    if not found.is_changed:
        return None
    units, sets = list(found.places), question.calendar.sets
    return RestatedPage(
        question=question,
        map=found,
        scores=scores(units, [question.period], sets, question.state)[question.period.pk],
        meets=verdicts_at(units, sets, question.day, None, question.today, question.state).now,
        decisions=decisions_on(units),
        reports=reports_of(units, question.period, question.programme.form),
    )
