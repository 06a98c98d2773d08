"""Whose word a criterion needs: a criterion is confirmed when every department that answers for it has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from communes.models import Unit
from programs.models import (
    Agency,
    AgencyCriterion,
    AgencySuccession,
    CriteriaSet,
    Criterion,
    CriterionReview,
    FigureState,
    Observation,
    Period,
    Report,
    ReportState,
    ReviewVerdict,
)
from programs.queries.structure import Section, Structure

DONE = (ReportState.ACCEPTED, ReportState.LOCKED)
Forebears = Mapping[int, frozenset[int]]


def agencies_by_criterion(unit: Unit, criteria_set: CriteriaSet | None, day: date) -> dict[int, list[Agency]]:
    """The departments of the unit's province that confirm each criterion (id) on that day: one query."""
    if criteria_set is None:
        return {}
    rows = AgencyCriterion.objects.filter(
        agency__in=Agency.objects.on(day).filter(unit=unit.province_id or unit.pk),
        criterion__criteria_set=criteria_set,
    )
    found: dict[int, list[Agency]] = defaultdict(list)
    for row in rows.select_related("agency").order_by("agency__code"):
        found[row.criterion_id].append(row.agency)
    return found


def confirming_day(period: Period, today: date) -> date:
    """The day whose departments confirm: today's, or in a locked period those of its time."""
    return (period.review_deadline or period.deadline) if period.is_locked else today


def speaks_for_all(agency: Agency | None) -> bool:
    """Who speaks for no department, or for the office that assembles, confirms in the place of all."""
    return agency is None or agency.assembles


def forebears(words: Iterable[CriterionReview], agencies: Mapping[int, Sequence[Agency]]) -> Forebears:
    """The departments that each one took over from, every step back, by id.

    Asked only where somebody's word is not that of a department of the day: no query otherwise.
    """
    living = {agency.pk for several in agencies.values() for agency in several}
    if all(speaks_for_all(word.agency) or word.agency_id in living for word in words):
        return {}
    before: dict[int, set[int]] = defaultdict(set)
    for old, new in AgencySuccession.objects.values_list("predecessor", "successor"):
        before[new].add(old)
    return {pk: frozenset(_back(pk, before)) for pk in living}


def _back(pk: int, before: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    ahead = [pk]
    while ahead:
        for old in before.get(ahead.pop(), set()) - found:
            found.add(old)
            ahead.append(old)
    return found


def has_confirmed(agency: Agency, words: Iterable[CriterionReview], before: Forebears) -> bool:
    """The department's own word stands, or that of one it took over from, or of who speaks for all."""
    own = {agency.pk, *before.get(agency.pk, ())}
    return any(
        word.verdict == ReviewVerdict.ACCEPTED and (word.agency_id in own or speaks_for_all(word.agency))
        for word in words
    )


@dataclass(frozen=True)
class Confirmations:
    """The words on one report's criteria, and the departments whose words they need."""

    by_criterion: Mapping[int, Sequence[CriterionReview]]
    agencies: Mapping[int, Sequence[Agency]]
    before: Forebears
    unconfirmed: frozenset[int]
    is_done: bool

    def words(self, criterion: int) -> Sequence[CriterionReview]:
        """Everybody's last word on a criterion (id), the earliest first."""
        return self.by_criterion.get(criterion, ())

    def missing(self, criterion: int) -> tuple[Agency, ...]:
        """The departments whose word is still out; none once the report is confirmed."""
        if self.is_done:
            return ()
        words = self.words(criterion)
        return tuple(
            one for one in self.agencies.get(criterion, ()) if not has_confirmed(one, words, self.before)
        )

    def spoken_for(self, criterion: int) -> tuple[Agency, ...]:
        """The departments in whose place the office has confirmed."""
        accepted = [word for word in self.words(criterion) if word.verdict == ReviewVerdict.ACCEPTED]
        own = [word for word in accepted if not speaks_for_all(word.agency)]
        if len(own) == len(accepted):
            return ()
        return tuple(
            one for one in self.agencies.get(criterion, ()) if not has_confirmed(one, own, self.before)
        )

    def is_agreed(self, section: Section) -> bool:
        """All have said yes to the criterion, and nobody has sent it back."""
        if section.criterion is None:
            return False
        verdicts = {word.verdict for word in self.words(section.criterion.pk)}
        return verdicts == {ReviewVerdict.ACCEPTED} and not self.missing(section.criterion.pk)

    def is_confirmed(self, section: Section) -> bool:
        """All have said yes, and no figure of the criterion was sent anew since."""
        own = {one.pk for row in section.rows for one in row.indicators}
        return self.is_agreed(section) and not (own & self.unconfirmed)

    def waits_for(self, section: Section, voice: Agency | None) -> bool:
        """Whether the word of this voice would change anything."""
        if section.criterion is None or self.is_confirmed(section):
            return False
        if speaks_for_all(voice) or self.is_agreed(section):
            return True
        assert voice is not None
        return not has_confirmed(voice, self.words(section.criterion.pk), self.before)


def confirmations_of(report: Report, structure: Structure, today: date) -> Confirmations:
    """The words on a report as they stand now: three queries, one more after a merger of departments."""
    words = list(report.reviews.select_related("by", "criterion", "agency").order_by("at", "pk"))
    rows = Observation.objects.filter(report=report).exclude(state=FigureState.ACCEPTED)
    unconfirmed = frozenset(rows.values_list("indicator", flat=True))
    day = confirming_day(report.period, today)
    agencies = agencies_by_criterion(report.unit, structure.criteria_set, day)
    return confirmations(report, words, agencies, unconfirmed)


def confirmations(
    report: Report,
    words: Sequence[CriterionReview],
    agencies: Mapping[int, Sequence[Agency]],
    unconfirmed: Iterable[int],
) -> Confirmations:
    """The same from what was read already; `unconfirmed`: indicators (ids) of figures not confirmed."""
    by_criterion: dict[int, list[CriterionReview]] = defaultdict(list)
    for word in words:
        by_criterion[word.criterion_id].append(word)
    before = forebears(words, agencies)
    return Confirmations(by_criterion, agencies, before, frozenset(unconfirmed), report.state in DONE)


# -- whom a report waits for -------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A department that has not confirmed yet, with the criteria (numbers) that wait for it."""

    name: str
    numbers: tuple[int, ...]

    @property
    def words(self) -> str:
        """'Sở Y tế (TC 15)'."""
        numbers = ", ".join(map(str, self.numbers))
        return _("{name} (TC {numbers})").format(name=self.name, numbers=numbers)


def due_of(sections: Iterable[Section], held: Confirmations) -> list[Due]:
    """Whom a report waits for, in the order of the criteria; without a department it is the office."""
    waiting: dict[str, list[int]] = {}
    for section in sections:
        criterion: Criterion | None = section.criterion
        if criterion is None or held.is_confirmed(section):
            continue
        names = [one.short for one in held.missing(criterion.pk)]
        for name in names or [_("Văn phòng Điều phối")]:
            waiting.setdefault(name, []).append(criterion.number)
    return [Due(name, tuple(numbers)) for name, numbers in waiting.items()]
