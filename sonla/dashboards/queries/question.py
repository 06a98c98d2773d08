"""The question behind every page: who asks about which unit, which period, and figures how far along."""

import uuid
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communes.models import Level, Membership, Role, Unit, User
from programs.models import Criterion, FigureState, Period, RecognitionLevel
from programs.queries.structure import rulebook_mark
from programs.queries.totals import AS_WAS, TODAY

# The name of each state in an address, and its words in the sentence 'số liệu …'.
STATES = {
    "entered": FigureState.ENTERED,
    "submitted": FigureState.SUBMITTED,
    "accepted": FigureState.ACCEPTED,
}
STATE_NAMES = {state: name for name, state in STATES.items()}
STATE_WORDS = {
    FigureState.ENTERED: _("tất cả số đã nhập"),
    FigureState.SUBMITTED: _("đã gửi"),
    FigureState.ACCEPTED: _("đã xác nhận"),
}
# How a report that is in a total of that state is spoken of: '64/67 xã đã gửi'.
REPORTED_WORDS = {
    FigureState.ENTERED: _("đã nhập"),
    FigureState.SUBMITTED: _("đã gửi"),
    FigureState.ACCEPTED: _("đã xác nhận"),
}
UNREPORTED_WORDS = {
    FigureState.ENTERED: _("chưa nhập"),
    FigureState.SUBMITTED: _("chưa gửi"),
    FigureState.ACCEPTED: _("chưa được xác nhận"),
}
# By which units figures are shown, as an address names it, and the words of the switch.
ON_A_DAY = "date"
BOUNDARY_WORDS = {
    AS_WAS: _("theo đơn vị tại kỳ báo cáo"),
    TODAY: _("quy đổi theo đơn vị hiện nay"),
    ON_A_DAY: _("quy đổi theo đơn vị ngày…"),
}
LEVELS_FROM_TOP = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.VILLAGE)


@dataclass(frozen=True)
class Reader:
    """A person who looks at pages today: what is in their scope, and where they belong."""

    user: User
    today: date
    held: tuple[Membership, ...]

    @cached_property
    def scope(self) -> QuerySet[Unit]:
        """The units whose figures this person may read: the only way to any of them."""
        return Unit.objects.readable_by(self.user, self.today)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(row.role for row in self.held)

    @cached_property
    def place(self) -> Unit | None:
        """The highest unit that the person belongs to."""
        places = (row.unit for row in self.held)
        return min(places, key=lambda unit: LEVELS_FROM_TOP.index(Level(unit.level)), default=None)

    @property
    def sees_province(self) -> bool:
        return self.user.is_superuser or (self.place is not None and self.place.level == Level.PROVINCE)

    @property
    def is_above_commune(self) -> bool:
        """Province and district see first what was sent; a commune's own people all they entered."""
        if self.user.is_superuser:
            return True
        return self.place is not None and self.place.level in (Level.PROVINCE, Level.DISTRICT)

    @property
    def reviews(self) -> bool:
        return self.user.is_superuser or bool(self.roles & {Role.REVIEWER, Role.ADMINISTRATOR})

    @property
    def first_state(self) -> FigureState:
        return FigureState.SUBMITTED if self.is_above_commune else FigureState.ENTERED


def reader_of(user: User, today: date) -> Reader:
    """The reader with today's memberships: one query."""
    return Reader(user, today, tuple(Membership.objects.of(user, today).select_related("unit")))


class CriterionName(NamedTuple):
    number: int
    name: str


@dataclass(frozen=True)
class Programme:
    """What counts in one period: the form, the set it is assessed against, the kinds of unit that owe it."""

    form: int
    criteria_set: int
    set_name: str
    set_has_ended: bool
    kinds: frozenset[str]
    criteria: tuple[CriterionName, ...]

    @property
    def count(self) -> int:
        return len(self.criteria)

    def name_of(self, number: int) -> str | None:
        return next((one.name for one in self.criteria if one.number == number), None)


@dataclass(frozen=True)
class Calendar:
    """The periods that began and have a criteria set, the latest first, each with what counts in it."""

    periods: tuple[Period, ...]
    programmes: dict[int, Programme] = field(default_factory=dict)

    @property
    def sets(self) -> set[int]:
        return {programme.criteria_set for programme in self.programmes.values()}

    def coded(self, code: str) -> Period | None:
        return next((period for period in self.periods if period.code == code), None)

    def latest_of(self, unit: Unit) -> Period | None:
        """The period that a unit's page opens with: the latest, of an ended commune its own last one."""
        if unit.valid_to is None or unit.level in (Level.PROVINCE, Level.DISTRICT):
            return self.periods[0] if self.periods else None
        return next((period for period in self.periods if period.ends_on < unit.valid_to), None)

    def before(self, period: Period) -> Period | None:
        """The last period that ended before this one."""
        return next((one for one in self.periods if one.ends_on < period.ends_on), None)


def calendar(today: date) -> Calendar:
    """The calendar of the commune set: one query, one more when a rule has changed since the last time."""
    started = list(Period.objects.started(today).latest_first().annotate(rules=Subquery(rulebook_mark())))
    mark = started[0].rules if started else None  # type: ignore[attr-defined]
    assigned = _assigned_criteria(mark)
    days = ("assigned_from", "assigned_to", "set_ends")
    turns = sorted({row[name] for row in assigned for name in days if row[name] is not None})
    known: dict[tuple[str, int], Programme | None] = {}
    programmes = {}
    periods = []
    for period in started:
        # Between two of these days the same counts in all periods of a kind.
        stretch = (period.kind, bisect_right(turns, period.ends_on))
        if stretch not in known:
            known[stretch] = _programme_of(period, assigned)
        if programme := known[stretch]:
            programmes[period.pk] = programme
            periods.append(period)
    return Calendar(tuple(periods), programmes)


Assigned = list[dict[str, Any]]

# The assigned criteria as they were read under this mark of the rulebook.
_kept: dict[uuid.UUID, Assigned] = {}


def _assigned_criteria(mark: uuid.UUID | None) -> Assigned:
    """Each criterion of a set that a form is assessed against, with the assignment, kind of unit by kind."""
    if mark is not None and mark in _kept:
        return _kept[mark]
    rows = Criterion.objects.filter(
        criteria_set__level=RecognitionLevel.MET, criteria_set__assignments__isnull=False
    ).order_by("number")
    found = rows.values(
        "number",
        "name",
        "name_en",
        "criteria_set_id",
        form=F("criteria_set__assignments__form_id"),
        period_kind=F("criteria_set__assignments__period_kind"),
        assigned_from=F("criteria_set__assignments__valid_from"),
        assigned_to=F("criteria_set__assignments__valid_to"),
        unit_kind=F("criteria_set__assignments__unit_kinds"),
        set_name=F("criteria_set__name"),
        set_name_en=F("criteria_set__name_en"),
        set_ends=F("criteria_set__valid_to"),
    )
    assigned = [dict(row) for row in found]
    if mark is not None:
        _kept.clear()
        _kept[mark] = assigned
    return assigned


def _programme_of(period: Period, assigned: Assigned) -> Programme | None:
    day = period.ends_on
    rows = [
        row
        for row in assigned
        if row["period_kind"] == period.kind
        and row["assigned_from"] <= day
        and (row["assigned_to"] is None or day < row["assigned_to"])
    ]
    if not rows:
        return None
    last = max(rows, key=lambda row: row["assigned_from"])
    rows = [
        row for row in rows if (row["form"], row["assigned_from"]) == (last["form"], last["assigned_from"])
    ]
    names = {row["number"]: CriterionName(row["number"], _in_language(row, "name")) for row in rows}
    return Programme(
        form=last["form"],
        criteria_set=last["criteria_set_id"],
        set_name=_in_language(last, "set_name"),
        set_has_ended=last["set_ends"] is not None and last["set_ends"] <= day,
        kinds=frozenset(row["unit_kind"] for row in rows),
        criteria=tuple(names.values()),
    )


def _in_language(row: dict[str, Any], name: str) -> str:
    english = row[f"{name}_en"]
    return str(english if english and get_language() == "en" else row[name])


@dataclass(frozen=True)
class Question:
    """One page's question: this unit, this period, figures at or above this state, as this reader may see.

    `boundary` is the day on whose units the figures are shown, None for the units of the period.
    """

    unit: Unit
    period: Period
    state: FigureState
    reader: Reader
    calendar: Calendar
    boundary: date | None = None

    @property
    def today(self) -> date:
        return self.reader.today

    @cached_property
    def programme(self) -> Programme:
        return self.calendar.programmes[self.period.pk]

    @cached_property
    def previous(self) -> Period | None:
        return self.calendar.before(self.period)

    @property
    def day(self) -> date:
        """The day of the headline: the period's last one, today while it still runs."""
        return min(self.period.ends_on, self.today)

    @property
    def is_running(self) -> bool:
        return self.period.ends_on >= self.today

    @property
    def state_words(self) -> str:
        return str(STATE_WORDS[self.state])

    @cached_property
    def reported_words(self) -> str:
        return str(REPORTED_WORDS[self.state])

    @property
    def unreported_words(self) -> str:
        return str(UNREPORTED_WORDS[self.state])

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @cached_property
    def query(self) -> str:
        """What travels in every address: the period, the state and the units."""
        return self.query_in(self.period)

    def query_in(self, period: Period) -> str:
        """The same question of another period."""
        asked = f"period={period.code}&state={self.state_name}"
        return asked if self.boundary is None else f"{asked}&boundaries={self.boundaries}"

    @property
    def as_was_query(self) -> str:
        """The same by the units of the period."""
        return f"period={self.period.code}&state={self.state_name}"

    @property
    def boundaries(self) -> str:
        """How an address names the units: 'as-was', 'today' or a day."""
        if self.boundary is None:
            return AS_WAS
        return TODAY if self.boundary == self.today else self.boundary.isoformat()

    @property
    def boundary_choices(self) -> list[tuple[str, str, bool]]:
        """What the switch offers: value, words, whether it is chosen."""
        chosen = self.boundaries if self.boundaries in (AS_WAS, TODAY) else ON_A_DAY
        return [(name, str(words), name == chosen) for name, words in BOUNDARY_WORDS.items()]

    @property
    def boundary_day(self) -> date | None:
        """The day that was chosen, where it is another than today."""
        return None if self.boundaries in (AS_WAS, TODAY) else self.boundary

    @property
    def periods(self) -> tuple[Period, ...]:
        return self.calendar.periods

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(name, str(STATE_WORDS[state])) for name, state in STATES.items()]

    @property
    def is_former(self) -> bool:
        """A district that had ended by then is asked as the area it was ('địa bàn huyện … cũ')."""
        return self.unit.valid_to is not None and self.unit.valid_to <= self.place_day

    @property
    def place_day(self) -> date:
        """The day whose units are shown."""
        return self.day if self.boundary is None else self.boundary

    @property
    def place(self) -> str:
        """The unit in words, as the heading has it."""
        return place_words(self.unit, self.place_day)


def place_words(unit: Unit, day: date) -> str:
    """The unit in words on that day: of a district that had ended, the territory it was."""
    if unit.level != Level.DISTRICT or unit.valid_to is None or unit.valid_to > day:
        return unit.name
    return _("Địa bàn {district} cũ").format(district=unit.name[:1].lower() + unit.name[1:])


def bearers(reader: Reader, code: str) -> list[Unit]:
    """The units within the reader's scope that ever bore the code, the first one first: one query."""
    return list(reader.scope.filter(code=code).select_related("kind", "province").order_by("valid_from"))


def bearer_of(units: list[Unit], day: date) -> Unit | None:
    """The bearer on that day, else the last one that had ended before it."""
    begun = [unit for unit in units if unit.valid_from <= day]
    return begun[-1] if begun else None
