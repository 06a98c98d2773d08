"""Keeping it honest: what stands behind a figure, and which figures moved after the province's word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar, cast
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from communes.models import User
from communes.rules.text import fold
from programs.models import (
    ChangedAfter,
    CriterionReview,
    Observation,
    ObservationChange,
    Period,
    ReasonKind,
    Recognition,
    Report,
    ReportVersion,
    Requirement,
)
from programs.queries.files import Paper, evidence_rows, paper_of
from programs.queries.report_list import ALL, QuestionError
from programs.queries.structure import Row
from programs.queries.wording import FigureWords, figure_words

PER_PAGE = 50


@dataclass(frozen=True)
class Backing:
    """What stands behind one figure: papers, the last words on its criterion, versions sent, decisions."""

    papers: tuple[Paper, ...]
    reviews: Sequence[CriterionReview]
    versions: list[ReportVersion]
    recognitions: list[Recognition]

    @property
    def is_empty(self) -> bool:
        return not (self.papers or self.reviews or self.versions or self.recognitions)


def backing_of(
    report: Report, row: Row, reviews: Sequence[CriterionReview], *, reader: User, today: date
) -> Backing:
    """Everything on paper about a figure, `reviews` being those of its criterion: three queries."""
    papers = tuple(paper for one in evidence_rows(report) if (paper := paper_of(one, [row])).rows)
    versions = report.versions.select_related("scan", "by").defer("packed").order_by("-number")
    decisions = Recognition.objects.readable_by(reader, today).in_force(report.period.ends_on)
    own = decisions.filter(unit=report.unit_id)
    said = sorted(reviews, key=lambda one: (one.at, one.pk))
    return Backing(papers, said, list(versions), list(own))


@dataclass(frozen=True, slots=True)
class LateQuestion:
    """What the list was asked: None for every period, '' for every unit, kind and moment."""

    WORDS: ClassVar[tuple[str, ...]] = ("period", "q", "kind", "after", "page")

    period: Period | None
    q: str
    kind: str
    after: str
    page: int

    def query(self, **changes: str) -> str:
        """The list's own address with some words changed, the page always dropped."""
        words = {
            "period": self.period.code if self.period else "",
            "q": self.q,
            "kind": self.kind,
            "after": self.after,
        }
        return urlencode({name: word for name, word in (words | changes).items() if word})


@dataclass(frozen=True, slots=True)
class LateChange:
    """One figure that moved after it was confirmed or its period was closed or locked."""

    change: ObservationChange
    number: str
    old: FigureWords
    new: FigureWords
    report: int | None

    @property
    def title(self) -> str:
        return self.change.indicator.title

    @property
    def code(self) -> str:
        return self.change.indicator.code

    @property
    def after_words(self) -> str:
        return late_words(self.change.after)

    @property
    def kind_words(self) -> str:
        return str(self.change.get_reason_kind_display()) if self.change.reason_kind else "—"


@dataclass(frozen=True)
class LateList:
    """A page of the list, with what it can be narrowed to."""

    question: LateQuestion
    page: "Page[ObservationChange]"
    rows: list[LateChange]
    periods: list[Period]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(one.value, str(one.label)) for one in ReasonKind]

    @property
    def afters(self) -> list[tuple[str, str]]:
        return [(one.value, late_words(one.value)) for one in ChangedAfter]

    @cached_property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def query(self) -> str:
        return self.question.query()


def late_words(after: str) -> str:
    """'sửa sau khi xác nhận', the mark of such a change; '' for any other."""
    words = {
        ChangedAfter.ACCEPTED: _("sửa sau khi xác nhận"),
        ChangedAfter.LOCKED: _("sửa sau khi đóng, khóa kỳ"),
    }
    return words[ChangedAfter(after)] if after else ""


def late_list(reader: User, today: date, words: Mapping[str, str]) -> LateList:
    """Changes after confirmation or lock that `reader` may read, the latest first; half a dozen queries.

    Raises QuestionError for a word whose value does not exist.
    """
    periods = list(Period.objects.started(today).latest_first())
    question = _read(words, periods)
    page = Paginator(_found(reader, today, question), PER_PAGE).get_page(question.page)
    return LateList(question, page, list(_late(page.object_list)), periods)


def late_changes(reader: User, today: date, words: Mapping[str, str]) -> tuple[int, Iterator[LateChange]]:
    """How many there are, and the same list whole, row by row, for a file. Raises QuestionError."""
    question = _read(words, list(Period.objects.started(today)))
    found = _found(reader, today, question)
    return found.count(), _late(found.iterator(chunk_size=1000))


def _read(words: Mapping[str, str], periods: list[Period]) -> LateQuestion:
    code, kind, after = words.get("period", ""), words.get("kind", ""), words.get("after", "")
    number = words.get("page", "1")
    chosen = {one.code: one for one in periods}
    if code not in ("", ALL) and code not in chosen:
        raise QuestionError("period", code)
    if kind and kind not in ReasonKind.values:
        raise QuestionError("kind", kind)
    if after and after not in ChangedAfter.values:
        raise QuestionError("after", after)
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 6):
        raise QuestionError("page", number)
    q = words.get("q", "").replace("\0", "").strip()[:120]
    return LateQuestion(chosen.get(code), q, kind, after, int(number))


def _found(reader: User, today: date, question: LateQuestion) -> "QuerySet[ObservationChange]":
    scope = cast("QuerySet[ObservationChange]", ObservationChange.objects.readable_by(reader, today))
    rows = scope.filter(after=question.after) if question.after else scope.exclude(after="")
    if question.period is not None:
        rows = rows.filter(period=question.period)
    if question.kind:
        rows = rows.filter(reason_kind=question.kind)
    if question.q:
        rows = rows.filter(Q(unit__search_name__contains=fold(question.q)) | Q(unit__code=question.q))
    report = Observation.objects.filter(
        unit=OuterRef("unit"), indicator=OuterRef("indicator"), period=OuterRef("period")
    )
    return rows.annotate(report=Subquery(report.values("report")[:1])).select_related(
        "unit", "period", "indicator", "indicator__parent", "by"
    )


def _late(changes: Iterable[ObservationChange]) -> Iterator[LateChange]:
    numbers = dict(Requirement.objects.order_by("valid_from").values_list("indicator", "number"))
    for one in changes:
        row = Row(one.indicator)
        yield LateChange(
            change=one,
            number=numbers.get(one.indicator_id) or numbers.get(one.indicator.parent_id or 0, ""),
            old=figure_words(one.old_figure, one.indicator, row),
            new=figure_words(one.figure, one.indicator, row),
            report=one.report,  # type: ignore[attr-defined]
        )
