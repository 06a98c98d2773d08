"""The household register of a commune as it is read: the list, the search, likely duplicates.

A commune's page asks for its rows by the scope of the reader, as every door does; counts of a commune for
those above are in `housing.queries.register_counts`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from communes.models import Level, Unit, User
from communes.rules.text import fold, normalise
from housing.models import (
    Arrival,
    Departure,
    EthnicGroup,
    Household,
    Member,
    PovertyClass,
    units_of_people,
)
from housing.models.households import HouseholdQuerySet
from housing.rules.identity import read_identity
from housing.rules.records import HouseholdData
from programs.queries.report_list import QuestionError
from programs.queries.villages import villages_standing

PER_PAGE = 50
# What a row of a list shows; the rest of a household and of its village is read on its own page.
SHOWN = (
    "code", "commune", "head_name", "head_birth_year", "identity_number", "persons", "poverty_class",
    "departure", "ended_on", "village__name", "ethnic_group__name", "ethnic_group__name_en",
)  # fmt: skip
MOST_FOUND = 50
LIVING, LEFT = "living", "left"
GROUPS: Mapping[str, Q] = {
    "no_labour": Q(no_labour=True),
    "merit": Q(merit=True),
    "protection": Q(social_protection=True),
    "no_number": Q(identity_number=""),
}
"""Special groups of households that a list can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A commune as its reader meets its register: `knows` its people by name, `keeps` the register."""

    unit: Unit
    knows: bool
    keeps: bool


def ground_of(code: str, user: User, today: date) -> Ground | None:
    """The commune of this code that the person reads, the living one first; None for an outsider.

    One statement for a living commune: the three questions of scope are planned together.
    """
    rows = Unit.objects.readable_by(user, today).filter(code=code, level=Level.COMMUNE)
    rows = rows.select_related("kind", "province").annotate(
        knows=Q(pk__in=units_of_people(user, today).values("pk")),
        writes=Q(pk__in=Unit.objects.writable_by(user, today).values("pk")),
    )
    unit = rows.in_force(today).first() or rows.order_by("-valid_from").first()
    if unit is None:
        return None
    knows = bool(unit.knows)  # type: ignore[attr-defined]
    writes = bool(unit.writes)  # type: ignore[attr-defined]
    return Ground(unit, knows, knows and writes and unit.lives_on(today))


def knows_people(unit: Unit, user: User, today: date) -> bool:
    """Whether the person sees the households of this unit by name."""
    return units_of_people(user, today).filter(pk=unit.pk).exists()


def keeps_register(unit: Unit, user: User, today: date) -> bool:
    """Whether the person, as the living commune's own cadre, writes in its register."""
    return knows_people(unit, user, today) and _writes(unit, user, today)


def _writes(unit: Unit, user: User, today: date) -> bool:
    return unit.lives_on(today) and Unit.objects.writable_by(user, today).filter(pk=unit.pk).exists()


def own_registers(user: User, today: date) -> list[Unit]:
    """The living communes whose people the person knows by name."""
    known = units_of_people(user, today).values("pk")
    return list(Unit.objects.in_force(today).filter(level=Level.COMMUNE, pk__in=known).order_by("code"))


def villages_of_commune(unit: Unit, today: date) -> dict[int, Unit]:
    """The commune's villages by id, by name; of an ended commune those of its last day."""
    at = min(today, unit.last_day or today)
    found = villages_standing([unit], at).get(unit.pk, [])
    return {one.pk: one for one in sorted(found, key=lambda one: (one.search_name, one.pk))}


def ethnic_groups() -> dict[int, EthnicGroup]:
    """All ethnic groups by id, the most numerous of the province first."""
    return {one.pk: one for one in EthnicGroup.objects.all()}


def register_rows(user: User, unit: Unit, today: date) -> list[Household]:
    """The living households of a commune, village by village, for who knows its people."""
    rows = Household.objects.readable_by(user, today).living(today).filter(commune=unit)
    return list(rows.select_related("ethnic_group").order_by("village__search_name", "search_name", "pk"))


# -- The list ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """What the list was asked: None and '' for 'all'."""

    WORDS: ClassVar[tuple[str, ...]] = ("village", "class", "state", "group", "page")

    village: Unit | None
    poverty: str
    state: str
    group: str
    page: int

    def query(self, **changes: str) -> str:
        """The list's own address with some words changed, the page always dropped."""
        words = {
            "village": str(self.village.pk) if self.village else "",
            "class": self.poverty,
            "state": "" if self.state == LIVING else self.state,
            "group": self.group,
        }
        return urlencode({name: word for name, word in (words | changes).items() if word})


@dataclass(frozen=True, slots=True)
class VillageCount:
    """How many households and persons of a village stand in the register, and how many are poor."""

    village: Unit
    households: int
    persons: int
    poor: int
    near_poor: int


@dataclass(frozen=True)
class RegisterList:
    """A page of a commune's register with the counts of its villages."""

    ground: Ground
    question: RegisterQuestion
    page: "Page[Household]"
    villages: list[VillageCount]
    claimed: list[Household]

    @property
    def unit(self) -> Unit:
        return self.ground.unit

    @cached_property
    def total(self) -> int:
        return sum(one.households for one in self.villages)

    @cached_property
    def persons(self) -> int:
        return sum(one.persons for one in self.villages)

    @cached_property
    def poor(self) -> int:
        return sum(one.poor for one in self.villages)

    @cached_property
    def near_poor(self) -> int:
        return sum(one.near_poor for one in self.villages)

    @property
    def count(self) -> int:
        """How many households the question finds."""
        return int(self.page.paginator.count)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.question.query())


def household_list(reader: User, ground: Ground, words: Mapping[str, str], today: date) -> RegisterList:
    """The households of a commune that the reader may see: four statements, whatever their number; a fifth
    counts what the villages' counts do not say.

    Raises QuestionError for a word whose value does not exist.
    """
    unit = ground.unit
    villages = villages_of_commune(unit, today)
    question = _read_question(words, villages)
    scope = _of_commune(unit, ground.knows)
    counted = _counted_by_village(scope)
    pages = Paginator(_filtered(scope, question), PER_PAGE)
    if not question.query():
        pages.count = sum(row["households"] for row in counted.values())
    claimed = list(claimed_elsewhere(unit)) if ground.keeps else []
    page = pages.get_page(question.page)
    return RegisterList(ground, question, page, _village_counts(counted, villages), claimed)


def _of_commune(unit: Unit, knows: bool) -> HouseholdQuerySet:
    """The households of a commune whose people the reader knows by name, or none.

    Asked beforehand and not within each statement: the database would plan the scope of a person again and
    again, and take longer over it than over the rows.
    """
    return Household.objects.filter(commune=unit) if knows else Household.objects.none()


def _filtered(scope: HouseholdQuerySet, question: RegisterQuestion) -> HouseholdQuerySet:
    rows = scope.filter(ended_on__isnull=question.state == LIVING)
    if question.village:
        rows = rows.filter(village=question.village)
    if question.poverty:
        rows = rows.filter(poverty_class=question.poverty)
    if question.group:
        rows = rows.filter(GROUPS[question.group])
    return _in_order(rows)


def _in_order(rows: HouseholdQuerySet) -> HouseholdQuerySet:
    """By name; `ended_on` first, for then the rows come out of the index in their order."""
    rows = rows.select_related("village", "ethnic_group").only(*SHOWN)
    return rows.order_by("ended_on", "search_name", "pk")


def _counted_by_village(scope: HouseholdQuerySet) -> dict[int, dict[str, Any]]:
    """What stands in the register, by the id of the village: one statement."""
    rows = scope.filter(ended_on=None).order_by().values("village")
    counts = rows.annotate(
        households=Count("pk"),
        people=Sum("persons"),
        poor=Count("pk", filter=Q(poverty_class=PovertyClass.POOR)),
        near_poor=Count("pk", filter=Q(poverty_class=PovertyClass.NEAR_POOR)),
    )
    return {row["village"]: dict(row) for row in counts}


def _village_counts(
    found: Mapping[int, Mapping[str, Any]], villages: Mapping[int, Unit]
) -> list[VillageCount]:
    """Villages without a household count none; one that left the commune is left out."""
    empty = {"households": 0, "people": 0, "poor": 0, "near_poor": 0}
    counted = [(one, found.get(pk, empty)) for pk, one in villages.items()]
    return [
        VillageCount(one, row["households"], row["people"], row["poor"], row["near_poor"])
        for one, row in counted
    ]


def _read_question(words: Mapping[str, str], villages: Mapping[int, Unit]) -> RegisterQuestion:
    village, number = words.get("village", ""), words.get("page", "1")
    if village and not (_is_number(village) and int(village) in villages):
        raise QuestionError("village", village)
    poverty = _one_of(words, "class", PovertyClass.values)
    state = _one_of(words, "state", [LIVING, LEFT]) or LIVING
    group = _one_of(words, "group", list(GROUPS))
    if not _is_number(number):
        raise QuestionError("page", number)
    return RegisterQuestion(villages[int(village)] if village else None, poverty, state, group, int(number))


def _one_of(words: Mapping[str, str], name: str, known: Collection[str]) -> str:
    value = words.get(name, "")
    if value and value not in known:
        raise QuestionError(name, value)
    return value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def claimed_elsewhere(unit: Unit) -> HouseholdQuerySet:
    """Households that still stand here although another commune wrote down that they moved in there."""
    # Few households come from another row: named first, they are all that is read.
    moved = Household.objects.filter(origin__isnull=False, arrival=Arrival.MOVED_IN, ended_on=None)
    rows = Household.objects.filter(commune=unit, ended_on=None, pk__in=moved.values("origin"))
    return rows.select_related("village").order_by("search_name", "pk")


# -- Search ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What a search in one commune's register found; `more` when there is more than is shown."""

    asked: str
    is_number: bool
    rows: list[Household]
    more: bool


def search_register(
    reader: User, unit: Unit, text: str, today: date, *, ground: Ground | None = None
) -> Found:
    """Households of a commune by the beginning of words of the head's name, or by an identity number.

    `ground`: what the caller asked already of this reader and this unit.

    Accents do not count, however they were typed: 'Lo Van' finds 'Lò Văn'. A number is compared whole, with
    the head's and with the members'. Who left the register stands after those who are in it.
    """
    asked = normalise(text.replace("\0", ""))[:120]
    number = read_identity(asked)
    scope = _of_commune(unit, ground.knows if ground else knows_people(unit, reader, today))
    if number is not None:
        found = scope.filter(pk__in=bearers(number.number))
    elif words := fold(asked):
        found = scope.filter(Q(search_name__startswith=words) | Q(search_name__contains=f" {words}"))
    else:
        return Found(asked, False, [], False)
    rows = _in_order(found)
    living = list(rows.filter(ended_on=None)[: MOST_FOUND + 1])
    ended = list(rows.filter(ended_on__isnull=False)[: MOST_FOUND + 1 - len(living)])
    return Found(
        asked, number is not None, [*living, *ended][:MOST_FOUND], len(living) + len(ended) > MOST_FOUND
    )


def bearers(number: str) -> set[int]:
    """The ids of the households of which the head or a member bears this number, wherever they stand.

    Two statements, each by its index: one with an 'or' between them would read every household there is.
    """
    heads = Household.objects.filter(identity_number=number).values_list("pk", flat=True)
    members = Member.objects.here().filter(identity_number=number).values_list("household", flat=True)
    return {*heads, *members}


# -- Likely duplicates -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A household that may be the one being typed.

    `why`: 'identity' or 'name'. In another commune (`elsewhere`) nothing but the commune is told: neither
    name nor number.
    """

    household: Household
    why: str
    elsewhere: bool

    @property
    def words(self) -> str:
        if self.elsewhere:
            place = self.household.commune.name
            if self.household.ended_on is None:
                return _("Số định danh này đang có ở {place}.").format(place=place)
            return _("Số định danh này đã có ở {place}, nay không còn trong sổ ở đó.").format(place=place)
        if self.why == "identity":
            return _("Cùng số định danh.")
        return _("Cùng họ tên, năm sinh và thôn, bản.")


def likely_duplicates(
    commune: Unit, data: HouseholdData, *, exclude: Collection[int] = ()
) -> list[Duplicate]:
    """Households that may be this one: same identity number in the province, or same folded name, birth year
    and village. Four statements.

    A year that either side lacks does not tell them apart. Those written down by mistake or merged do not
    count, nor, by name, those that left.
    """
    found: dict[int, Duplicate] = {}
    rows = Household.objects.exclude(pk__in=exclude).exclude(
        departure__in=[Departure.MISTAKE, Departure.MERGED]
    )
    rows = rows.select_related("commune", "village", "ethnic_group")
    number = read_identity(data.identity_number)
    if number is not None:
        for one in rows.filter(pk__in=bearers(number.number), province=commune.province_id).order_by("pk"):
            found[one.pk] = Duplicate(one, "identity", one.commune_id != commune.pk)
    name = fold(normalise(data.head_name))
    if name and data.village_id is not None:
        same = rows.filter(village=data.village_id, commune=commune, ended_on=None, search_name=name)
        if data.head_birth_year is not None:
            same = same.filter(Q(head_birth_year=data.head_birth_year) | Q(head_birth_year=None))
        for one in same.order_by("pk"):
            found.setdefault(one.pk, Duplicate(one, "name", False))
    return list(found.values())


def origin_of(commune: Unit, number: str) -> Household | None:
    """The row of another commune that a household moving in comes from, known by its head's identity number.

    The one that still stands there first, else the one that left last. None without a number.
    """
    if not number:
        return None
    rows = Household.objects.filter(identity_number=number, province=commune.province_id)
    rows = rows.exclude(commune=commune).filter(departure__in=["", Departure.MOVED_OUT])
    return max(rows, key=lambda one: (one.ended_on is None, one.ended_on or one.arrived_on), default=None)


def member_elsewhere(household: Household, number: str) -> QuerySet[Any]:
    """Living households of the province, this one left out, of which somebody bears the number."""
    rows = Household.objects.filter(pk__in=bearers(number), province=household.province_id, ended_on=None)
    return rows.exclude(pk=household.pk).select_related("commune").order_by("pk")
