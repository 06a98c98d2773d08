"""Houses by name, for people of the commune: which lists and units there are, a commune's list, one house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Level, Role, Unit, User
from communes.rules.text import fold
from housing.models import (
    BeneficiaryGroup,
    BuildKind,
    Contribution,
    Household,
    HousingList,
    HousingProject,
    Moment,
    MoneySource,
    ProjectEvent,
    ProjectMoney,
    ProjectPhoto,
    Stage,
    SupportNorm,
    units_of_people,
)
from housing.queries.house_board import MOVING, houses_on, is_slow
from housing.rules.house_sums import Shares, shares
from housing.rules.stages import WAY, next_stage
from housing.rules.stages import Stage as Stages
from programs.rules.numbers import format_scaled

MOMENTS: Mapping[str, Any] = {
    Moment.BEFORE: gettext_lazy("trước khi làm"),
    Moment.DURING: gettext_lazy("đang làm"),
    Moment.AFTER: gettext_lazy("sau khi xong"),
}
"""When a picture was taken, in words for people."""
A_PAGE = 50
UNFINISHED = (Stage.PROPOSED, Stage.VOTED, Stage.APPROVED, Stage.STARTED)
"""Stages in which a house can still be stopped."""
FOUND_AT_MOST = 20
PLACE_IN_LIST = Case(
    When(stage_at=Stage.STOPPED.value, then=Value(3)),
    When(stage_at=Stage.HANDED_OVER.value, then=Value(2)),
    When(stage_at=Stage.COMPLETED.value, then=Value(1)),
    default=Value(0),
)
"""What still has to be done stands first, the longest waiting on top."""


# -- Questions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class HouseFilter:
    """What the list of a commune is narrowed to; empty texts narrow nothing. `words` come by POST only."""

    stage: str = ""
    kind: str = ""
    group: str = ""
    village: int | None = None
    slow: bool = False
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return self == HouseFilter()


def house_lists() -> list[HousingList]:
    """All lists, the newest last."""
    return list(HousingList.objects.all())


def chosen_list(code: str, at: date) -> HousingList | None:
    """The list of this code; without one, the last that had begun by that day. None for an unknown code."""
    rows = HousingList.objects.order_by("first_day")
    if code:
        return rows.filter(code=code).first()
    return rows.filter(first_day__lte=at).last() or rows.first()


def houses_unit(code: str, user: User, today: date) -> Unit | None:
    """The commune or province that may be counted by the user, by its code."""
    unit: Unit | None = Unit.objects.readable_by(user, today).bearer_by(code, today)
    return unit if unit is not None and unit.level in (Level.PROVINCE, Level.COMMUNE) else None


def knows_people(unit: Unit, user: User, today: date) -> bool:
    """Whether the user sees the unit's households by name."""
    return units_of_people(user, today).filter(pk=unit.pk).exists()


def may_propose(unit: Unit, user: User, today: date) -> bool:
    """Whether the user, as the living commune's own cadre, proposes its houses."""
    writes = Unit.objects.writable_by(user, today).filter(pk=unit.pk)
    return unit.lives_on(today) and knows_people(unit, user, today) and writes.exists()


def own_houses_unit(user: User, today: date) -> Unit | None:
    """Where 'Nhà ở' leads: the person's commune, else the highest unit that may be counted."""
    readable = Unit.objects.readable_by(user, today).in_force(today)
    own = readable.filter(level=Level.COMMUNE, pk__in=units_of_people(user, today)).order_by("code")
    return own.first() or readable.filter(level=Level.PROVINCE).first()


def may_set_targets(unit: Unit, user: User, today: date) -> bool:
    """Whether the user gives communes their targets: the province's reviewers and administrators."""
    held = Unit.objects.held_by(user, today, Role.REVIEWER, Role.ADMINISTRATOR)
    return held.filter(pk=unit.province_id or unit.pk, level=Level.PROVINCE).exists()


# -- The list by name ----------------------------------------------------------------------------


@dataclass(frozen=True)
class HouseRow:
    """A house on the list; `days` in its stage."""

    house: HousingProject
    days: int
    slow: bool


@dataclass(frozen=True)
class HouseRows:
    page: Page[HousingProject]
    rows: tuple[HouseRow, ...]
    villages: tuple[Unit, ...] = ()
    groups: tuple[BeneficiaryGroup, ...] = ()

    @property
    def count(self) -> int:
        return self.page.paginator.count


def commune_houses(
    unit: Unit, house_list: HousingList, user: User, today: date, wanted: HouseFilter, number: str = "1"
) -> HouseRows:
    """A commune's houses by name, of people of the commune for people of the commune; fifty a page."""
    scope = _named(unit, user, today).filter(list=house_list)
    page = Paginator(_wanted(scope, house_list, today, wanted), A_PAGE).get_page(number)
    return HouseRows(
        page=page,
        rows=tuple(_row(house, house_list, today) for house in page.object_list),
        villages=tuple(Unit.objects.filter(pk__in=scope.order_by().values("village")).order_by("name")),
        groups=tuple(BeneficiaryGroup.objects.all()),
    )


def all_commune_houses(
    unit: Unit, house_list: HousingList, user: User, today: date, wanted: HouseFilter
) -> list[HouseRow]:
    """The same list whole, to be taken away."""
    scope = _named(unit, user, today).filter(list=house_list)
    return [_row(house, house_list, today) for house in _wanted(scope, house_list, today, wanted)]


def _wanted(
    scope: "QuerySet[HousingProject]", house_list: HousingList, today: date, wanted: HouseFilter
) -> "QuerySet[HousingProject]":
    rows = houses_on(scope, today)
    if wanted.stage:
        rows = rows.filter(stage_at=wanted.stage)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.group:
        rows = rows.filter(group__code=wanted.group)
    if wanted.village:
        rows = rows.filter(village=wanted.village)
    if wanted.slow:
        rows = rows.filter(is_slow(house_list, today))
    if wanted.words.strip():
        rows = rows.filter(_by_words(wanted.words, "household__"))
    ordered: QuerySet[HousingProject] = rows.annotate(place=PLACE_IN_LIST).order_by("place", "since_at", "pk")
    return ordered.select_related("household", "village", "group", "commune")


def _named(unit: Unit, user: User, today: date) -> "QuerySet[HousingProject]":
    own = Q(commune=unit) | Q(commune__descent__unit=unit)
    return HousingProject.objects.readable_by(user, today).filter(own).distinct()


def _row(house: HousingProject, house_list: HousingList, today: date) -> HouseRow:
    days = (today - house.stage_since).days
    return HouseRow(house, days, house.stage in MOVING and days > house_list.slow_after)


def _by_words(text: str, prefix: str) -> Q:
    """Every word of what was typed begins a word of the head's name; or it is the household's code."""
    found = Q()
    for word in fold(text).split():
        name = f"{prefix}search_name"
        found &= Q(**{f"{name}__startswith": word}) | Q(**{f"{name}__contains": f" {word}"})
    return found | Q(**{f"{prefix}code": text.strip().upper()})


def find_households(unit: Unit, user: User, today: date, text: str) -> list[Household]:
    """Households of the commune's register whose head's name has these words; twenty at most."""
    if not text.strip():
        return []
    rows = Household.objects.writable_by(user, today).living(today).filter(commune=unit)
    found = rows.filter(_by_words(text, "")).select_related("village")
    return list(found.annotate(houses_count=Count("houses"))[:FOUND_AT_MOST])


def writers_household(pk: int, unit: Unit, user: User, today: date) -> Household | None:
    """A household of the commune for which the user may propose a house."""
    rows = Household.objects.writable_by(user, today).living(today).filter(pk=pk, commune=unit)
    return rows.select_related("village", "commune").first()


# -- One house -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class WayStep:
    """One step on the house's way: taken on a day, the next one, or still to come."""

    stage: Stage
    day: date | None
    is_next: bool
    is_now: bool
    late: bool = False


@dataclass(frozen=True)
class HousePage:
    house: HousingProject
    today: date
    writable: bool
    money: tuple[ProjectMoney, ...]
    photos: tuple[ProjectPhoto, ...]
    events: tuple[ProjectEvent, ...]
    earlier: tuple[HousingProject, ...]
    norm: SupportNorm | None
    last_event: ProjectEvent | None

    @property
    def next_stage(self) -> Stage | None:
        following = next_stage(Stages(self.house.stage))
        return Stage(following.value) if following is not None else None

    @property
    def may_stop(self) -> bool:
        return self.house.stage in UNFINISHED

    @property
    def days(self) -> int:
        return (self.today - self.house.stage_since).days

    @property
    def slow(self) -> bool:
        return self.house.stage in MOVING and self.days > self.house.list.slow_after

    @property
    def shares(self) -> Shares:
        return shares((row.source.code, row.source.is_state, row.value) for row in self.money)

    @property
    def way(self) -> list[WayStep]:
        house = self.house
        return [
            WayStep(
                stage=Stage(one.value),
                day=getattr(house, f"{one.value}_on"),
                is_next=self.next_stage == one.value,
                is_now=house.stage == one.value,
                late=house.stage == one.value and self.slow,
            )
            for one in WAY
        ]

    @property
    def undo_needs_reason(self) -> bool:
        """A step that was recorded on an earlier day is taken back with a reason only."""
        return self.last_event is not None and timezone.localdate(self.last_event.at) != self.today


def readers_house(pk: int, code: str, user: User, today: date) -> HousingProject | None:
    """The house by name, for people of its commune."""
    rows = HousingProject.objects.readable_by(user, today).filter(pk=pk, commune__code=code)
    return rows.select_related(
        "household__village", "household__ethnic_group", "commune", "village", "list", "group", "updated_by"
    ).first()


def is_counted(pk: int, code: str, user: User, today: date) -> bool:
    """Whether the house is one that the user may count, named or not."""
    return HousingProject.objects.counted_by(user, today).filter(pk=pk, commune__code=code).exists()


def house_page(house: HousingProject, user: User, today: date) -> HousePage:
    """Everything about one house that the user may read by name."""
    events = tuple(house.events.select_related("by"))
    others = HousingProject.objects.readable_by(user, today).filter(household=house.household_id)
    norm = SupportNorm.objects.filter(list=house.list, kind=house.kind).first()
    return HousePage(
        house=house,
        today=today,
        writable=HousingProject.objects.writable_by(user, today).filter(pk=house.pk).exists(),
        money=tuple(house.money.select_related("source", "by")),
        photos=tuple(house.photos.select_related("file", "by")),
        events=events,
        earlier=tuple(others.exclude(pk=house.pk).select_related("list", "commune")),
        norm=norm,
        last_event=last_step(house, events),
    )


def last_step(house: HousingProject, events: Iterable[ProjectEvent]) -> ProjectEvent | None:
    """How the house came to the stage it is in, of its events from the last to the first; None for one that
    was only proposed. Steps taken back went the other way and do not count."""
    order = {one.value: number for number, one in enumerate(Stage)}
    for event in events:
        forward = event.from_stage and order[event.from_stage] < order[event.to_stage]
        if event.to_stage == house.stage and forward:
            return event
    return None


def readers_photo(house: HousingProject, pk: int) -> ProjectPhoto | None:
    """A picture of a house that was found by its reader."""
    return house.photos.select_related("file").filter(pk=pk).first()


def changed_words(event: ProjectEvent, sources: Mapping[str, str]) -> list[str]:
    """What an event changed, in words: 'diện tích (m²): 40 → 45'. `sources`: names of sources by code."""
    words = []
    for name, values in event.fields.items():
        before, after = [*values, "", ""][:2] if isinstance(values, list) else ("", str(values))
        shown = [_value_words(name, text, sources) for text in (before, after)]
        words.append(f"{_field_words(name)}: {shown[0]} → {shown[1]}")
    return words


def source_names() -> dict[str, str]:
    """Names of the sources of money by code."""
    return {one.code: one.title for one in MoneySource.objects.all()}


def _field_words(name: str) -> str:
    extra = {"money": _("kinh phí"), "photo": _("ảnh")}
    if name in extra:
        return extra[name]
    return str(HousingProject._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _value_words(name: str, text: Any, sources: Mapping[str, str]) -> str:
    if text in ("", None):
        return "—"
    text = str(text)
    if name == "kind":
        return str(BuildKind(text).label)
    if name == "money":
        source, form, value = text.split()
        words = _("{source}, {form} {million} triệu đồng")
        return words.format(
            source=sources.get(source, source),
            form=Contribution(form).label,
            million=format_scaled(int(value), 0, 6),
        )
    if name == "photo":
        moment, _space, day = text.partition(" ")
        return f"{MOMENTS[moment]}, {_day_words(day)}"
    return {"True": _("có"), "False": _("không")}.get(text, _day_words(text))


def _day_words(text: str) -> str:
    """A stored day as people write it; any other text as it is."""
    parts = text.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        return f"{int(parts[2])}/{int(parts[1])}/{parts[0]}"
    return text
