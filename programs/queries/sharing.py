"""Who of a commune fills what: its people with their roles, its desks, and how far each desk is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import F, Q

from communes.models import Membership, Role, Unit, User
from communes.queries import GRANTABLE, managed_people
from programs.models import (
    Agency,
    AgencyCriterion,
    Assignment,
    CriteriaSet,
    Criterion,
    MembershipCriterion,
    Observation,
    Report,
    Rulebook,
)
from programs.queries.structure import Structure, structure_of
from programs.rules.verdicts import Figure


@dataclass(frozen=True)
class HeldRole:
    """A role of a colleague, the desk it is held for, and the criteria it is narrowed to."""

    membership: Membership
    desk: str
    numbers: tuple[int, ...]
    today: date

    @property
    def is_over(self) -> bool:
        end = self.membership.valid_to
        return end is not None and end <= self.today

    @property
    def is_coming(self) -> bool:
        return self.membership.valid_from > self.today

    @property
    def can_end(self) -> bool:
        return not self.is_over and self.membership.role in GRANTABLE

    @property
    def is_entry(self) -> bool:
        return self.membership.role == Role.CADRE


@dataclass(frozen=True)
class Colleague:
    """A person of the commune, for who looks after its people."""

    user: User
    roles: tuple[HeldRole, ...]
    managed: bool

    @property
    def present(self) -> list[HeldRole]:
        return [one for one in self.roles if not one.is_over]

    @property
    def past(self) -> list[HeldRole]:
        return [one for one in self.roles if one.is_over]


def colleagues_of(unit: Unit, reader: User, at: date) -> list[Colleague]:
    """Everybody who has or had a role in the commune, by name: four queries."""
    rows = (
        Membership.objects.filter(unit__in=Unit.objects.territory_of(unit, at))
        .select_related("user", "unit", "desk__agency")
        .order_by("role", "-valid_from")
    )
    found: dict[int, list[Membership]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(row)
    numbers = _numbers_of(rows)
    managed = set(managed_people(reader, unit, at).values_list("pk", flat=True))
    made = [
        Colleague(
            held[0].user,
            tuple(HeldRole(one, desk_name(one), numbers.get(one.pk, ()), at) for one in held),
            person in managed,
        )
        for person, held in found.items()
    ]
    return sorted(made, key=lambda one: str(one.user))


def desk_name(membership: Membership) -> str:
    """The name of the desk or department for which a role is held; '' for none."""
    desk = getattr(membership, "desk", None)
    return desk.agency.short if desk else ""


def _numbers_of(memberships: Iterable[Membership]) -> dict[int, tuple[int, ...]]:
    rows = MembershipCriterion.objects.filter(membership__in=[one.pk for one in memberships])
    found: dict[int, set[int]] = defaultdict(set)
    for membership, number in rows.values_list("membership", "criterion__number"):
        found[membership].add(number)
    return {membership: tuple(sorted(numbers)) for membership, numbers in found.items()}


# -- desks -------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """A desk of a commune: those who share a name, or one person, with the criteria they fill together."""

    name: str
    people: list[User] = field(default_factory=list)
    criteria: set[int] = field(default_factory=set)

    @property
    def title(self) -> str:
        return self.name or ", ".join(str(one) for one in self.people)


def entering(units: Collection[int], at: date) -> list[Membership]:
    """The roles of those who enter figures for these units (ids) themselves or, as the successor's people,
    finish their last reports: `finishes` of each names those units. One query."""
    own = Q(unit__in=units) | Q(unit__origins__predecessor__in=units)
    rows = Membership.objects.filter(own, role=Role.CADRE, user__is_active=True, valid_from__lte=at)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at)).annotate(old=F("unit__origins__predecessor"))
    found: dict[int, Membership] = {}
    for row in rows.select_related("user", "unit", "desk__agency").order_by("user__full_name", "pk"):
        role = found.setdefault(row.pk, row)
        role.finishes = {*getattr(role, "finishes", ()), *({row.old} & set(units))}  # type: ignore[attr-defined]
    return list(found.values())


@dataclass(frozen=True)
class SharedOut:
    """How the criteria of one form are shared out among those who enter it for one unit."""

    desks: tuple[Desk, ...] = ()
    parts: Mapping[int, set[int] | None] = field(default_factory=dict)
    """The criteria (ids) of each person (id); None: all of them. Who is not here enters by another role."""
    stranded: tuple[User, ...] = ()
    """Those whose part is of other criteria sets only: in this form they fill nothing."""

    def owners_of(self, criterion: int) -> str:
        """'Văn hóa, Lò Thị Hoa': whose part a criterion is; '' for nobody's."""
        return ", ".join(desk.title for desk in self.desks if criterion in desk.criteria)


def shared_out(reports: Sequence[tuple[Report, Structure]], at: date) -> dict[int, SharedOut]:
    """How each report is shared out, by its id: three queries at most, however many reports.

    Who was given no criteria fills them all and is no desk.
    """
    units = {report.unit_id for report, _structure in reports}
    held: dict[int, list[Membership]] = defaultdict(list)
    for role in entering(units, at):
        for unit in {role.unit_id, *role.finishes}:  # type: ignore[attr-defined]
            held[unit].append(role)
    covered = parts_of([role for roles in held.values() for role in roles])
    return {
        report.pk: _shared(held.get(report.unit_id, []), covered, structure) for report, structure in reports
    }


def _shared(
    held: Sequence[Membership], covered: Mapping[int, set[int] | None], structure: Structure
) -> SharedOut:
    of_form = {one.criterion.pk for one in structure.sections if one.criterion is not None}
    if not of_form or all(covered[role.pk] is None for role in held):
        return SharedOut()
    desks: dict[str, Desk] = {}
    parts: dict[int, set[int] | None] = {}
    outside: dict[int, User] = {}
    for role in held:
        part = covered[role.pk]
        if part is None:
            parts[role.user_id] = None
            continue
        had = parts.get(role.user_id, set())
        parts[role.user_id] = had | (part & of_form) if had is not None else None
        if not part & of_form:
            outside[role.user_id] = role.user
            continue
        name = desk_name(role)
        desk = desks.setdefault(name or f"#{role.user_id}", Desk(name))
        if role.user not in desk.people:
            desk.people.append(role.user)
        desk.criteria |= part & of_form
    numbers = {one.criterion.pk: one.criterion.number for one in structure.sections if one.criterion}
    ordered = sorted(desks.values(), key=lambda desk: min(numbers[pk] for pk in desk.criteria))
    stranded = tuple(user for pk, user in outside.items() if not (parts[pk] is None or parts[pk]))
    return SharedOut(tuple(ordered), parts, stranded)


def parts_of(memberships: Sequence[Membership]) -> dict[int, set[int] | None]:
    """The criteria (ids) that each role (id) covers, of whichever set; None for all of them: two queries.

    The same answer as `covered_criteria` gives for one of them, for many at once.
    """
    own: dict[int, set[int]] = defaultdict(set)
    narrowed = MembershipCriterion.objects.filter(membership__in={one.pk for one in memberships})
    for membership, criterion in narrowed.values_list("membership", "criterion"):
        own[membership].add(criterion)
    agencies = {one.pk: one.desk.agency_id for one in memberships if hasattr(one, "desk")}
    by_agency: dict[int, set[int]] = defaultdict(set)
    if agencies:
        rows = AgencyCriterion.objects.filter(agency__in=set(agencies.values()))
        for agency, criterion in rows.values_list("agency", "criterion"):
            by_agency[agency].add(criterion)
    return {one.pk: own.get(one.pk) or by_agency.get(agencies.get(one.pk, 0)) or None for one in memberships}


@dataclass(frozen=True)
class DeskProgress:
    """'Văn hóa: 5/6'."""

    desk: Desk
    entered: int
    count: int
    is_own: bool = False

    @property
    def is_done(self) -> bool:
        return self.entered == self.count


def progress_of(
    structure: Structure, figures: Mapping[int, Figure], desks: Sequence[Desk], reader: User
) -> list[DeskProgress]:
    """How many of its rows each desk has entered. No query."""
    done: dict[int, tuple[int, int]] = {}
    for section in structure.sections:
        if section.criterion is not None:
            entered = sum(row.is_entered(figures) for row in section.rows)
            done[section.criterion.pk] = entered, len(section.rows)
    made = []
    for desk in desks:
        counts = [done[pk] for pk in desk.criteria if pk in done]
        entered, count = (sum(one[0] for one in counts), sum(one[1] for one in counts))
        made.append(DeskProgress(desk, entered, count, reader in desk.people))
    return made


def figures_of(reports: Collection[Report]) -> dict[int, dict[int, Figure]]:
    """The figures of several reports by indicator: one query."""
    found: dict[int, dict[int, Figure]] = defaultdict(dict)
    for one in Observation.objects.filter(report__in=reports):
        found[one.report_id][one.indicator_id] = one.figure
    return found


def desk_progress(reports: Sequence[Report], reader: User, at: date) -> dict[int, list[DeskProgress]]:
    """How far each desk is, by report, where the criteria are shared out; five queries at most.

    Two of them where nothing is shared out.
    """
    if not any(parts_of(entering({one.unit_id for one in reports}, at)).values()):
        return {}
    mark = Rulebook.objects.values_list("mark", flat=True).first()
    shaped = [(report, structure_of(report.form, report.period, mark)) for report in reports]
    figures, found = figures_of(reports), shared_out(shaped, at)
    return {
        report.pk: progress_of(structure, figures.get(report.pk, {}), found[report.pk].desks, reader)
        for report, structure in shaped
    }


# -- sharing out -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShareRow:
    """One person's line of the grid."""

    membership: Membership
    desk: str
    criteria: frozenset[int]
    covers_all: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """What a role would fill in a new set: the criteria with the numbers of its part in an old one."""

    row: ShareRow
    old_set: CriteriaSet
    criteria: tuple[Criterion, ...]
    lost: tuple[int, ...]
    """Numbers that the new set does not have."""


@dataclass(frozen=True)
class ShareGrid:
    """Criteria × people of one commune under one set."""

    unit: Unit
    criteria_set: CriteriaSet
    criteria: tuple[Criterion, ...]
    rows: tuple[ShareRow, ...]

    @property
    def stranded(self) -> list[ShareRow]:
        """Roles whose part is of other sets only: under this one they fill nothing."""
        own = {one.pk for one in self.criteria}
        return [row for row in self.rows if not row.covers_all and not row.criteria & own]

    @cached_property
    def uncovered(self) -> list[Criterion]:
        """Criteria that nobody fills."""
        if any(row.covers_all for row in self.rows):
            return []
        return [one for one in self.criteria if not any(one.pk in row.criteria for row in self.rows)]

    @property
    def covering_all(self) -> list[ShareRow]:
        return [row for row in self.rows if row.covers_all]

    @property
    def covering_all_names(self) -> str:
        return ", ".join(str(row.membership.user) for row in self.covering_all)


def sets_shared(unit: Unit, at: date) -> list[CriteriaSet]:
    """The sets whose forms the commune owes on that day."""
    rows = Assignment.objects.on(at).filter(unit_kinds=unit.kind_id).exclude(criteria_set=None)
    return list(CriteriaSet.objects.filter(pk__in=rows.values("criteria_set")).order_by("valid_from", "pk"))


def share_grid(unit: Unit, criteria_set: CriteriaSet, reader: User, at: date) -> ShareGrid:
    """What the head of a commune shares out; five queries, however many people."""
    held = [one for one in entering({unit.pk}, at) if one.unit_id == unit.pk]
    parts = parts_of(held)
    rows = tuple(
        ShareRow(
            one,
            desk_name(one),
            frozenset(parts[one.pk] or ()),
            parts[one.pk] is None,
            one.user_id == reader.pk,
        )
        for one in held
    )
    criteria = tuple(Criterion.objects.filter(criteria_set=criteria_set).order_by("number"))
    return ShareGrid(unit, criteria_set, criteria, rows)


def carried_over(grid: ShareGrid) -> list[Carried]:
    """What each stranded role would fill by its criteria's numbers in the set that ended last: one query.

    A role that holds its part as an office's, not as its own, is left to that office.
    """
    stranded = {row.membership.pk: row for row in grid.stranded}
    if not stranded:
        return []
    narrowed: dict[int, list[Criterion]] = defaultdict(list)
    rows = MembershipCriterion.objects.filter(membership__in=stranded)
    for one in rows.select_related("criterion__criteria_set").order_by("pk"):
        narrowed[one.membership_id].append(one.criterion)
    by_number = {one.number: one for one in grid.criteria}
    found = []
    for pk, held in narrowed.items():
        row = stranded[pk]
        last = max((one.criteria_set for one in held), key=lambda one: (one.valid_from, one.pk))
        numbers = sorted(one.number for one in held if one.criteria_set_id == last.pk)
        found.append(
            Carried(
                row,
                last,
                tuple(by_number[number] for number in numbers if number in by_number),
                tuple(number for number in numbers if number not in by_number),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class StrandedShares:
    """People of a commune whose part is of other sets than one that it works by now."""

    unit: Unit
    criteria_set: CriteriaSet
    people: tuple[User, ...]

    @property
    def names(self) -> str:
        return ", ".join(str(one) for one in self.people)


def stranded_shares(units: Sequence[Unit], at: date) -> list[StrandedShares]:
    """Whose part covers nothing of a set that the commune works by now; two queries where nothing is shared
    out, else four for each commune."""
    found = []
    for unit in units:
        held = [one for one in entering({unit.pk}, at) if one.unit_id == unit.pk]
        parts = parts_of(held)
        if not any(parts.values()):
            continue
        sets = sets_shared(unit, at)
        of_set: dict[int, set[int]] = defaultdict(set)
        rows = Criterion.objects.filter(criteria_set__in=sets)
        for criteria_set, criterion in rows.values_list("criteria_set", "pk"):
            of_set[criteria_set].add(criterion)
        for one in sets:
            people = [role.user for role in held if (part := parts[role.pk]) and not part & of_set[one.pk]]
            if people:
                found.append(StrandedShares(unit, one, tuple(dict.fromkeys(people))))
    return found


def desk_names_of(unit: Unit) -> list[str]:
    """The names that desks of the commune bear already."""
    return list(Agency.objects.filter(unit=unit, valid_to=None).values_list("name", flat=True))
