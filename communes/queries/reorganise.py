"""Who reorganises units, and what the pages about it show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from communes.models import (
    Act,
    HandOver,
    Level,
    Membership,
    Reorganisation,
    ReorganisationFile,
    ReorganisationLine,
    Role,
    Succession,
    Unit,
    User,
)
from communes.queries.findings import Said, act_findings
from communes.queries.providers import Kept, Touch, all_providers
from communes.queries.register import Planned, change_of, ended_without_successor, plan_lines, plan_of
from communes.rules.acts import Line, Weight
from communes.rules.shares import say_share

LINES_A_PAGE = 50


def kept_provinces(user: User, at: date) -> QuerySet[Unit]:
    """The provinces whose register of units the person keeps."""
    provinces = Unit.objects.filter(level=Level.PROVINCE)
    if user.is_active and user.is_superuser:
        return provinces
    return provinces.filter(pk__in=Unit.objects.held_by(user, at, Role.ADMINISTRATOR))


def may_reorganise(user: User, at: date) -> bool:
    """Whether the person keeps the register of some province."""
    if user.is_active and user.is_superuser:
        return True
    held = Membership.objects.of(user, at).filter(role=Role.ADMINISTRATOR, unit__level=Level.PROVINCE)
    return held.exists()


def drafts_of(user: User, at: date) -> QuerySet[Reorganisation]:
    """The drafts that the person sees, the latest day first, each with how many lines it has."""
    rows = Reorganisation.objects.readable_by(user, at).annotate(line_count=Count("lines"))
    return rows.select_related("made_by", "act").order_by("-operative_on", "-pk")


def readers_acts(user: User, at: date) -> QuerySet[Act]:
    """Acts in the register that touched units of the provinces the person keeps."""
    acts = Act.objects.annotate(successions_count=Count("successions"))
    if user.is_active and user.is_superuser:
        return acts
    codes = list(kept_provinces(user, at).values_list("code", flat=True))
    touched = Succession.objects.filter(successor__province__code__in=codes)
    return acts.filter(Q(pk__in=touched.values("act")) | Q(reorganisation__province__code__in=codes))


@dataclass(frozen=True)
class Shown:
    """A line of a draft with what was found about it."""

    row: ReorganisationLine
    findings: Sequence[Said]
    old_name: str = ""

    @property
    def share(self) -> str:
        """'60%', '' when it is unknown."""
        share = self.row.share_millionths
        return "" if share is None else say_share(share)


@dataclass(frozen=True)
class Sums:
    """What the act would make, counted."""

    ended: int
    opened: int
    moved: int
    created: int
    orphans: int
    parts: int


@dataclass
class DraftPage:
    """A draft as its page shows it."""

    draft: Reorganisation
    planned: Planned
    findings: list[Said]
    touches: list[Touch]
    lines: Page[ReorganisationLine]
    shown: list[Shown] = field(default_factory=list)

    @property
    def general(self) -> list[Said]:
        """What was found about the act as a whole."""
        return [one for one in self.findings if one.place == 0]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(one.weight for one in self.findings)

    @property
    def errors(self) -> int:
        return self.counts["error"]

    @property
    def warnings(self) -> int:
        return self.counts["warning"]

    @property
    def unknown(self) -> int:
        """Predecessors that the register lacks and that could be added closed."""
        return sum(one.code == "unknown" for one in self.findings)

    @property
    def sums(self) -> Sums:
        plan = self.planned.plan
        return Sums(
            ended=len(plan.ended) + len(plan.created),
            opened=len(plan.opened),
            moved=len(plan.moves),
            created=len(plan.created),
            orphans=len(plan.orphans),
            parts=sum(not way.whole for way in plan.ways),
        )


def draft_page(draft: Reorganisation, number: str = "1", only: str = "") -> DraftPage:
    """The draft with its checks, what it would touch, and one page of lines (`only` 'found': those with
    findings)."""
    planned = plan_of(draft)
    found = act_findings(planned.plan.findings) if draft.is_open else []
    change = change_of(draft, planned)
    touches = [touch for one in all_providers() for touch in one.touches(change)] if draft.is_open else []
    rows = draft.lines.select_related("kind").order_by("order")
    if only:
        rows = rows.filter(order__in={one.place for one in found if one.place})
    page = Paginator(rows, LINES_A_PAGE).get_page(number)
    result = DraftPage(draft, planned, found, touches, page)
    by_place: dict[int, list[Said]] = {}
    for one in found:
        by_place.setdefault(one.place, []).append(one)
    living, past = planned.register.living, planned.register.past
    for row in page.object_list:
        # What an act has ended stands, on its own day, among the past.
        old = (living if draft.is_open else past).get(row.predecessor_code)
        result.shown.append(Shown(row, by_place.get(row.order, []), old.name if old else ""))
    return result


@dataclass(frozen=True)
class ListLine:
    """A row of a list that was sent in: what it says, what cannot be read, what was found about it."""

    number: int
    text: str
    error: str
    findings: Sequence[Said]

    @property
    def verdict(self) -> str:
        if self.error or any(one.is_error for one in self.findings):
            return "error"
        return "warning" if self.findings else "good"


@dataclass(frozen=True)
class ListPage:
    """A list waiting to be taken into the draft: every row with its verdict."""

    file: ReorganisationFile
    rows: Page[ListLine]
    counts: Counter[str]
    unread: int
    general: Sequence[Said]

    @property
    def good(self) -> int:
        """Rows that can be taken in."""
        return sum(self.counts.values()) - self.unread


def list_page(file: ReorganisationFile, verdict: str, number: str) -> ListPage:
    """The rows of a list with what the checks say of them under the draft's act; nothing is changed."""
    read = [row for row in file.rows if not row["error"]]
    lines = [_list_line(row["number"], row["line"]) for row in read]
    found = act_findings(plan_lines(file.reorganisation, lines).plan.findings)
    by_place: dict[int, list[Said]] = {}
    for one in found:
        if one.weight != Weight.NOTE:
            by_place.setdefault(one.place, []).append(one)
    rows = [
        ListLine(row["number"], _said(row["line"]), row["error"], by_place.get(row["number"], []))
        for row in file.rows
    ]
    counts = Counter(row.verdict for row in rows)
    shown = [row for row in rows if row.verdict == verdict] if verdict else rows
    unread = len(file.rows) - len(read)
    page = Paginator(shown, LINES_A_PAGE).get_page(number)
    return ListPage(file, page, counts, unread, [one for one in found if one.place == 0])


def _list_line(number: int, line: Mapping[str, Any]) -> Line:
    return Line(
        place=number,
        predecessor=line["predecessor_code"],
        predecessor_name=line["predecessor_name"],
        create_closed=line["create_closed"],
        successor=line["successor_code"],
        name=line["name"],
        kind=line["kind"],
        parent=line["parent_code"],
        whole=line["whole"],
        share=line["share_millionths"],
        base=line["share_base"],
        villages=tuple(line["villages"].split()),
        note=line["note"],
    )


def _said(line: Mapping[str, Any]) -> str:
    """'03703 Xã A → 03688 Xã B'."""
    old = f"{line['predecessor_code']} {line['predecessor_name']}".strip()
    new = f"{line['successor_code']} {line['name']}".strip()
    return f"{old or '—'} → {new or '—'}"


@dataclass(frozen=True)
class Proposal:
    """A role on a successor that is proposed to a person who held it on a predecessor.

    `given`: the person holds it on the successor already. `proposed`: the role ends with the predecessor,
    so ticking it is the rule.
    """

    person: User
    old: Membership
    given: bool
    proposed: bool

    @property
    def key(self) -> str:
        return str(self.old.pk)


@dataclass(frozen=True)
class Successor:
    """A successor with the people of its predecessors."""

    unit: Unit
    predecessors: Sequence[Unit]
    proposals: Sequence[Proposal]


def successors_of(act: Act, user: User, at: date) -> list[Successor]:
    """For each successor of an act who served its predecessors on their last day, with the role each had."""
    ways = act.successions.select_related("predecessor", "successor").order_by(
        "successor__code", "predecessor__code"
    )
    if not (user.is_active and user.is_superuser):
        codes = list(kept_provinces(user, at).values_list("code", flat=True))
        ways = ways.filter(successor__province__code__in=codes)
    origins: dict[Unit, list[Unit]] = {}
    for way in ways:
        origins.setdefault(way.successor, []).append(way.predecessor)
    held: dict[int, list[Membership]] = {}
    olds = {unit.pk for units in origins.values() for unit in units}
    for row in (
        Membership.objects.filter(unit__in=olds).select_related("user", "unit").order_by("user", "role")
    ):
        ended = row.unit.valid_to
        if row.user.is_active and (row.valid_to is None or ended is None or row.valid_to >= ended):
            held.setdefault(row.unit_id, []).append(row)
    serving: dict[tuple[int, int], set[str]] = {}
    new = Membership.objects.filter(unit__in=[unit.pk for unit in origins])
    for person, unit_id, role in new.values_list("user", "unit", "role"):
        serving.setdefault((person, unit_id), set()).add(role)
    return [
        Successor(unit, predecessors, _proposals(unit, predecessors, held, serving))
        for unit, predecessors in origins.items()
    ]


def _proposals(
    unit: Unit,
    predecessors: Sequence[Unit],
    held: dict[int, list[Membership]],
    serving: Mapping[tuple[int, int], set[str]],
) -> list[Proposal]:
    """Each person and role once, though held on several predecessors; another role there is an answer too."""
    before: dict[int, set[str]] = {}
    for one in (one for old in predecessors for one in held.get(old.pk, ())):
        before.setdefault(one.user_id, set()).add(one.role)
    seen: set[tuple[int, str]] = set()
    rows = []
    for old in predecessors:
        for one in held.get(old.pk, ()):
            key = (one.user_id, one.role)
            if key in seen:
                continue
            seen.add(key)
            roles = serving.get((one.user_id, unit.pk), set())
            given = one.role in roles or bool(roles - before[one.user_id])
            rows.append(Proposal(one.user, one, given, not given))
    return rows


@dataclass(frozen=True)
class HandOverPage:
    """What ended units left: what waits for a keeper, what has one, and what is not on the list yet."""

    waiting: list[HandOver]
    settled: list[HandOver]
    unlisted: int
    keepers: list[Unit]

    @property
    def count(self) -> int:
        return len(self.waiting)


def hand_over_page(user: User, at: date) -> HandOverPage:
    """The hand-over list of the provinces that the person keeps."""
    rows = HandOver.objects.readable_by(user, at).select_related("unit", "keeper", "settled_by")
    items = list(rows.order_by("unit__code", "kind", "pk"))
    listed = {(one.unit_id, one.kind, one.ref) for one in items}
    fresh = [kept for kind, kept in left_behind(user, at) if (kept.unit, kind, kept.ref) not in listed]
    keepers = Unit.objects.in_force(at).filter(level__in=[Level.PROVINCE, Level.DISTRICT, Level.COMMUNE])
    if not (user.is_active and user.is_superuser):
        keepers = keepers.filter(pk__in=Unit.objects.held_by(user, at, Role.ADMINISTRATOR))
    return HandOverPage(
        [one for one in items if one.settled_at is None],
        [one for one in items if one.settled_at is not None],
        len(fresh),
        list(keepers.order_by("level", "name")),
    )


def left_behind(user: User, at: date) -> list[tuple[str, Kept]]:
    """What districts that ended without successor left, of each room, in the provinces the person keeps."""
    ended = Unit.objects.filter(pk__in=ended_without_successor(), valid_to__lte=at)
    if not (user.is_active and user.is_superuser):
        ended = ended.filter(pk__in=Unit.objects.held_by(user, at, Role.ADMINISTRATOR))
    units = list(ended.values_list("pk", flat=True))
    return [(one.kind, kept) for one in all_providers() for kept in one.left_by(units)]
