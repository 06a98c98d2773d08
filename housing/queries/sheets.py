"""The screen of one household's sheets: what is asked, what stands, the class in words, who comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from communes.models import User
from housing.models import (
    Area,
    CommuneReview,
    Deprivation,
    IncomeItem,
    PovertyClass,
    PovertyReason,
    PovertyReview,
    PovertyStandard,
    ReviewState,
    StandardDeprivation,
)
from housing.queries.movements import History
from housing.queries.reviews import review_rows, was_reopened
from housing.rules.classes import Classified, Line, Standard, classify
from programs.rules.numbers import format_number

# -- in words ------------------------------------------------------------------------------------------


def class_words(kind: str) -> str:
    return str(PovertyClass(kind).label) if kind else _("chưa đủ phiếu")


def explained(found: Classified) -> str:
    """'Nông thôn: B1 135 ≤ 140, B2 40 ≥ 30 → hộ nghèo'."""
    area = str(Area(found.area).label).capitalize()
    name = "B1" if found.by_points else _("thu nhập")
    sign = "≤" if found.below_line else ">"
    words = f"{area}: {name} {format_number(found.measured, 0)} {sign} {format_number(found.line, 0)}"
    if found.below_line:
        words += f", B2 {found.b2} {'≥' if found.b2 >= found.cutoff else '<'} {found.cutoff}"
    return f"{words} → {class_words(found.poverty_class.value)}"


def unfinished_words(standard: Standard, area: str, measured: bool, b2_done: bool) -> str:
    """What a class still waits for."""
    by_points = standard.lines[area].points is not None
    lacks = []
    if not measured:
        lacks.append(_("điểm B1") if by_points else _("thu nhập"))
    if not b2_done:
        lacks.append(_("phiếu B2"))
    return _("Chưa phân loại được: còn thiếu {lacks}.").format(lacks=_(" và ").join(lacks))


# -- what is asked -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tick:
    """One deprivation as the screen asks for it; points by either standard, None where it is not in it."""

    code: str
    name: str
    mask: int
    definition: str
    points: int | None
    next_points: int | None


@dataclass(frozen=True, slots=True)
class Service:
    """A basic service with its indicators."""

    name: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Questions:
    """What the sheets of one review ask: by the standard of the round, in a general review by two."""

    area: str
    standard: PovertyStandard
    next_standard: PovertyStandard | None
    rule: Standard
    next_rule: Standard | None
    services: tuple[Service, ...]
    items: tuple[IncomeItem, ...]
    reasons: tuple[PovertyReason, ...]

    @property
    def line(self) -> Line:
        return self.rule.lines[self.area]

    @property
    def next_line(self) -> Line | None:
        return self.next_rule.lines[self.area] if self.next_rule is not None else None

    @property
    def asks_points(self) -> bool:
        lines = (self.line, self.next_line)
        return any(one is not None and one.points is not None for one in lines)

    @property
    def asks_income(self) -> bool:
        lines = (self.line, self.next_line)
        return any(one is not None and one.points is None for one in lines)

    @cached_property
    def item_groups(self) -> list[tuple[str, list[IncomeItem]]]:
        return [(name, list(rows)) for name, rows in groupby(self.items, key=lambda one: one.group)]

    @cached_property
    def masks(self) -> dict[str, int]:
        return {tick.code: tick.mask for service in self.services for tick in service.ticks}

    @property
    def area_words(self) -> str:
        return str(Area(self.area).label)

    @property
    def line_words(self) -> str:
        """'nông thôn: B1 ≤ 140 là dưới chuẩn, B2 ≥ 30 là hộ nghèo'."""
        return _line_words(self.line, self.rule.cutoff)

    @property
    def next_line_words(self) -> str:
        assert self.next_rule is not None
        assert self.next_line is not None
        return _line_words(self.next_line, self.next_rule.cutoff)


def _line_words(line: Line, cutoff: int) -> str:
    if line.points is not None:
        below = _("B1 ≤ {points}").format(points=line.points)
    else:
        below = _("thu nhập ≤ {income} đồng/người/tháng").format(income=format_number(line.income, 0))
    return _("{below} là dưới chuẩn; khi đó B2 ≥ {cutoff} là hộ nghèo, dưới {cutoff} là cận nghèo").format(
        below=below, cutoff=cutoff
    )


def questions_of(review: CommuneReview) -> Questions:
    """The questions of a review's sheets: seven queries at most."""
    standard, later = review.round.standard, review.round.next_standard
    asked = _asked(standard)
    then = _asked(later) if later is not None else {}
    everything = {**then, **asked}
    order = {
        code: place for place, code in enumerate([*asked, *(code for code in then if code not in asked)])
    }
    ticks: dict[str, list[Tick]] = {}
    for code, row in sorted(everything.items(), key=lambda pair: order[pair[0]]):
        kind: Deprivation = row.deprivation
        points = asked[code].points if code in asked else None
        next_points = then[code].points if code in then else None
        words = row.definition or (then[code].definition if code in then else "")
        tick = Tick(code, kind.title, kind.mask, words, points, next_points)
        ticks.setdefault(kind.service_title, []).append(tick)
    return Questions(
        review.area,
        standard,
        later,
        standard.rule(),
        later.rule() if later is not None else None,
        tuple(Service(name, tuple(rows)) for name, rows in ticks.items()),
        tuple(IncomeItem.objects.filter(standard=standard, area=review.area).order_by("order", "pk")),
        tuple(PovertyReason.objects.all()),
    )


def _asked(standard: PovertyStandard) -> dict[str, StandardDeprivation]:
    rows = standard.deprivations.select_related("deprivation").order_by("order", "pk")
    return {row.deprivation.code: row for row in rows}


# -- what stands ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """A sheet's answers as the screen holds them: texts as typed, codes as ticked."""

    b1: str = ""
    items: frozenset[int] = frozenset()
    income: str = ""
    deprivations: frozenset[str] = frozenset()
    nothing: bool = False
    reasons: frozenset[str] = frozenset()
    reviewed_on: str = ""
    persons: str = ""
    no_labour: bool = False
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def answers_of(sheet: PovertyReview, asked: Questions, day: date) -> Answers:
    """The stored answers, ready to be shown; a blank sheet is dated on the day it is opened."""
    ticked = frozenset(code for code, mask in asked.masks.items() if sheet.deprived & mask)
    return Answers(
        b1="" if sheet.b1_points is None else str(sheet.b1_points),
        items=frozenset(sheet.b1_items),
        income="" if sheet.income is None else format_number(sheet.income, 0),
        deprivations=ticked,
        nothing=sheet.b2_done and not ticked,
        reasons=frozenset(one.code for one in asked.reasons if sheet.reasons & one.mask),
        reviewed_on=(sheet.reviewed_on or day).isoformat(),
        persons=str(sheet.persons),
        no_labour=sheet.no_labour,
        note=sheet.note,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One standard's verdict on a sheet."""

    standard: PovertyStandard
    kind: str
    words: str


def outcomes_of(sheet: PovertyReview, asked: Questions) -> list[Outcome]:
    """The class by the round's standard, in a general review by both, each with its reason."""
    ticked = None
    if sheet.b2_done:
        ticked = [code for code, mask in asked.masks.items() if sheet.deprived & mask]
    found = []
    for standard, rule in ((asked.standard, asked.rule), (asked.next_standard, asked.next_rule)):
        if standard is None or rule is None:
            continue
        one = classify(rule, asked.area, b1_points=sheet.b1_points, income=sheet.income, deprivations=ticked)
        if one is not None:
            found.append(Outcome(standard, one.poverty_class.value, explained(one)))
        else:
            measured = sheet.b1_points if rule.lines[asked.area].points is not None else sheet.income
            words = unfinished_words(rule, asked.area, measured is not None, ticked is not None)
            found.append(Outcome(standard, "", words))
    return found


# -- the screen ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """What a household was in an earlier round."""

    round: str
    kind: str
    decision: str


@dataclass(frozen=True)
class SheetPage:
    """Everything the screen of one household shows."""

    sheet: PovertyReview
    review: CommuneReview
    asked: Questions
    outcomes: list[Outcome]
    past: list[Past]
    opening_words: str
    place: int
    count: int
    left: int
    previous: int | None
    following: int | None
    next_open: int | None
    may_write: bool
    reopened: bool


def readers_sheet(pk: int, review: int, user: User, at: date) -> PovertyReview | None:
    """A sheet of the review, for who knows the commune's people by name."""
    rows = PovertyReview.objects.readable_by(user, at).select_related(
        "review__round__standard",
        "review__round__next_standard",
        "review__round__period",
        "review__commune__kind",
        "household__ethnic_group",
        "village",
        "updated_by",
    )
    return rows.filter(pk=pk, review=review).first()


def sheet_page(sheet: PovertyReview, user: User, at: date) -> SheetPage:
    """The screen of a household: a dozen queries, however long the list."""
    review = sheet.review
    asked = questions_of(review)
    two = review.round.next_standard_id is not None
    order = [
        (pk, ended is not None or (bool(kind) and (bool(later) or not two)))
        for pk, kind, later, ended in review_rows(review).values_list(
            "pk", "poverty_class", "next_class", "household__ended_on"
        )
    ]
    ids = [pk for pk, _done in order]
    place = ids.index(sheet.pk)
    waiting = [pk for pk, done in [*order[place + 1 :], *order[:place]] if not done]
    writes = review.state == ReviewState.REVIEWING and (
        CommuneReview.objects.writable_by(user, at).filter(pk=review.pk).exists()
    )
    return SheetPage(
        sheet,
        review,
        asked,
        outcomes_of(sheet, asked),
        _past(sheet),
        _opening_words(sheet),
        place + 1,
        len(ids),
        sum(not done for _pk, done in order),
        ids[place - 1] if place else None,
        ids[place + 1] if place + 1 < len(ids) else None,
        waiting[0] if waiting else None,
        writes,
        was_reopened(review),
    )


def _past(sheet: PovertyReview) -> list[Past]:
    """The household's recognised sheets of earlier rounds, in whatever commune it lived, the last first."""
    line = History(sheet.review, sheet.review.round.starts_on).line_of(sheet.household)
    rows = PovertyReview.objects.counted().filter(
        household__in=line, review__round__ends_on__lt=sheet.review.round.ends_on
    )
    rows = rows.select_related("review__round").order_by("-review__round__ends_on")
    return [
        Past(one.review.round.title, class_words(one.poverty_class), one.review.decision_number)
        for one in rows
    ]


def _opening_words(sheet: PovertyReview) -> str:
    if not sheet.opening_class:
        return _("Đầu kỳ: chưa có trong sổ của xã")
    return _("Đầu kỳ: {kind}").format(kind=class_words(sheet.opening_class))


def changed_by_others(mine: Answers, theirs: Answers, asked: Questions) -> list[tuple[str, str, str]]:
    """What differs between what was typed and what somebody stored meanwhile: name, mine, theirs."""
    names: list[tuple[str, Any, Any]] = [
        (_("Điểm B1"), mine.b1, theirs.b1),
        (_("Thu nhập (đồng/người/tháng)"), mine.income, theirs.income),
        (_("Phiếu B2"), _ticks(mine, asked), _ticks(theirs, asked)),
        (_("Nguyên nhân"), _reasons(mine, asked), _reasons(theirs, asked)),
        (_("Ngày rà soát"), mine.reviewed_on, theirs.reviewed_on),
        (_("Số nhân khẩu"), mine.persons, theirs.persons),
        (_("Không có khả năng lao động"), _yes(mine.no_labour), _yes(theirs.no_labour)),
        (_("Ghi chú"), mine.note, theirs.note),
    ]
    return [(name, own or "—", other or "—") for name, own, other in names if own != other]


def _ticks(one: Answers, asked: Questions) -> str:
    if not one.deprivations:
        return _("không thiếu hụt gì") if one.nothing else ""
    names = [
        tick.name for service in asked.services for tick in service.ticks if tick.code in one.deprivations
    ]
    return ", ".join(names)


def _reasons(one: Answers, asked: Questions) -> str:
    return ", ".join(reason.title for reason in asked.reasons if reason.code in one.reasons)


def _yes(value: bool) -> str:
    return _("có") if value else _("không")
