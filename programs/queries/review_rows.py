"""The lines of a report under review: each figure beside the last one, the verdict then and now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from programs.models import (
    Agency,
    CriterionReview,
    FigureState,
    Indicator,
    Observation,
    Period,
    Requirement,
    ReviewVerdict,
)
from programs.queries.confirming import speaks_for_all
from programs.queries.entry_fields import previous_words
from programs.queries.previous import Previous
from programs.queries.structure import Row, Section, Structure
from programs.queries.thresholds import threshold_words
from programs.queries.wording import (
    ChangeWords,
    FigureWords,
    change_words,
    figure_words,
    shortfall_words,
    verdict_change,
)
from programs.rules.change import jumps
from programs.rules.verdicts import CriterionResult, Figure, Verdict

EMPTY = Figure(None)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: a row's own or a part's, with the last one beside it."""

    row: Row
    part: str
    observation: Observation | None
    previous: Previous | None

    @property
    def indicator(self) -> Indicator:
        return self.row.parts[self.part] if self.part else self.row.indicator

    @property
    def name(self) -> str:
        """The part's name; the row's own figure has its title above it."""
        return self.indicator.title if self.part else ""

    @property
    def figure(self) -> Figure:
        return self.observation.figure if self.observation else EMPTY

    @property
    def value(self) -> FigureWords:
        return figure_words(self.figure, self.indicator, self.row, self.part)

    @property
    def before(self) -> str:
        """The last figure with its period, or what the predecessors had."""
        return previous_words(self.previous, self.indicator, self.row, self.part)

    @property
    def last(self) -> str:
        """The last own figure alone, for a page that names the period once; '' for any other."""
        if self.previous is None or not self.previous.is_own:
            return ""
        text = figure_words(self.previous.figure, self.indicator, self.row, self.part).main
        return text[:1].lower() + text[1:]

    @property
    def last_period(self) -> Period | None:
        return self.previous.period if self.previous else None

    @property
    def comparable(self) -> Figure | None:
        """The last figure where it can be set against this one; of predecessors a yes/no is a count."""
        if self.previous is None or (self.indicator.is_boolean and not self.previous.is_own):
            return None
        return self.previous.figure

    @property
    def change(self) -> ChangeWords | None:
        return change_words(self.figure, self.comparable, self.indicator) if self.comparable else None

    @property
    def jumps(self) -> bool:
        last = self.comparable
        return last is not None and jumps(self.figure, last, self.indicator.kind, self.indicator.jump_percent)

    @property
    def note(self) -> str:
        return self.observation.note if self.observation and not self.figure.not_applicable else ""

    @property
    def kept_from(self) -> str:
        kept = self.observation.copied_from if self.observation else None
        return kept.title if kept else ""


@dataclass
class ReviewRow:
    """One line of the form: its figures, the verdict on them, and why to look at it."""

    row: Row
    lines: tuple[Line, ...]
    verdict: Verdict
    last_verdict: Verdict | None
    entered: bool
    warnings: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"ct-{self.row.number or self.row.indicator.code}"

    @property
    def code(self) -> str:
        return self.row.indicator.code

    @property
    def own(self) -> Line:
        return self.lines[0]

    @property
    def parts(self) -> tuple[Line, ...]:
        return self.lines[1:]

    @property
    def judged(self) -> bool:
        return self.row.requirement is not None

    @property
    def provisional(self) -> bool:
        return self.row.requirement is not None and self.row.requirement.is_provisional

    @property
    def needed(self) -> str:
        return threshold_words(self.row)

    @property
    def shortfalls(self) -> list[str]:
        return shortfall_words(self.row, _by_part(self.lines))

    @property
    def not_applicable(self) -> bool:
        return self.own.figure.not_applicable

    @property
    def reason(self) -> str:
        """Why it does not apply, as the commune says."""
        return self.own.observation.note if self.not_applicable and self.own.observation else ""

    @property
    def confirmed(self) -> bool:
        return self.own.observation is not None and self.own.observation.state == FigureState.ACCEPTED

    @property
    def missing(self) -> bool:
        return not self.entered

    @property
    def jumps(self) -> bool:
        return any(line.jumps for line in self.lines)

    @property
    def not_met(self) -> bool:
        return self.verdict is Verdict.NOT_MET

    @property
    def verdict_words(self) -> str:
        return verdict_change(self.last_verdict, self.verdict)

    @property
    def oddities(self) -> list[str]:
        """Why this row comes first in 'bất thường trước', the heaviest reason first."""
        newly_absent = self.not_applicable and self.last_verdict in (Verdict.MET, Verdict.NOT_MET)
        reasons = [
            self.verdict_words,
            _("thay đổi nhiều") if self.jumps else "",
            _("chưa nhập") if self.missing else "",
            _("kỳ trước có số, nay không áp dụng") if newly_absent else "",
            _("cần xem lại") if self.warnings else "",
        ]
        return [reason for reason in reasons if reason]

    @property
    def weight(self) -> int:
        """How odd: 0 is nothing; a verdict that turned weighs most."""
        return 8 * bool(self.verdict_words) + 4 * self.jumps + 2 * self.missing + bool(self.oddities)


@dataclass(frozen=True, slots=True)
class Word:
    """What one department said last of a criterion; `instead`: those in whose place the office said it."""

    review: CriterionReview
    instead: tuple[Agency, ...] = ()

    @property
    def is_returned(self) -> bool:
        return self.review.verdict == ReviewVerdict.RETURNED

    @property
    def who(self) -> str:
        """'Lò Thị Hoa, Sở Y tế'; 'Hà Văn Hưng, thay Công an tỉnh, Bộ CHQS tỉnh'."""
        who, agency = str(self.review.by), self.review.agency
        words = f"{who}, {agency.short}" if agency and agency.title not in who else who
        if self.instead:
            names = ", ".join(one.short for one in self.instead)
            words = _("{who}, xác nhận thay {names}").format(who=words, names=names)
        return words


def words_on(reviews: Iterable[CriterionReview], instead: tuple[Agency, ...]) -> tuple[Word, ...]:
    """The words on one criterion, the earliest first."""
    return tuple(
        Word(
            one,
            instead if one.verdict == ReviewVerdict.ACCEPTED and speaks_for_all(one.agency) else (),
        )
        for one in reviews
    )


@dataclass
class ReviewSection:
    """The rows of one criterion, the verdict on it, and the departments' last words."""

    section: Section
    all_rows: tuple[ReviewRow, ...]
    result: CriterionResult
    words: tuple[Word, ...] = ()
    missing: tuple[Agency, ...] = ()
    is_confirmed: bool = False
    waits_for_me: bool = False
    is_own: bool = True

    @property
    def due_words(self) -> str:
        """Whom the criterion waits for: 'Sở Y tế', 'Công an tỉnh, Bộ CHQS tỉnh'; '' without a department."""
        return ", ".join(one.short for one in self.missing)

    @property
    def last_word(self) -> Word | None:
        return self.words[-1] if self.words else None

    @property
    def number(self) -> int | None:
        return self.section.criterion.number if self.section.criterion else None

    @property
    def name(self) -> str:
        return self.section.criterion.title if self.section.criterion else _("Số liệu")

    @property
    def is_returned(self) -> bool:
        return any(one.is_returned for one in self.words)

    @property
    def count_words(self) -> str:
        """'đạt 3/5 chỉ tiêu'; where some do not apply 'đạt 4/4 chỉ tiêu áp dụng'."""
        if self.section.criterion is None:
            done = sum(row.entered for row in self.all_rows)
            return _("đã nhập {done}/{all}").format(done=done, all=len(self.all_rows))
        if self.result.verdict is Verdict.NOT_APPLICABLE:
            return _("không chỉ tiêu nào áp dụng")
        if self.result.applicable < self.result.total:
            words = _("đạt {met}/{all} chỉ tiêu áp dụng")
        else:
            words = _("đạt {met}/{all} chỉ tiêu")
        return words.format(met=self.result.met, all=self.result.applicable)

    @property
    def weight(self) -> int:
        return max((row.weight for row in self.all_rows), default=0)


def review_row(
    row: Row,
    held: Mapping[int, Observation],
    before: Mapping[int, Previous],
    earlier: Mapping[str, list[Requirement]],
) -> ReviewRow:
    named = {"": row.indicator, **row.parts}
    lines = tuple(Line(row, part, held.get(one.pk), before.get(one.pk)) for part, one in named.items())
    figures = {line.indicator.pk: line.figure for line in lines if line.observation}
    return ReviewRow(
        row, lines, row.judge(figures), _last_verdict(row, lines, earlier), row.is_entered(figures)
    )


def _by_part(lines: Iterable[Line]) -> dict[str, Figure]:
    return {line.part: line.figure for line in lines if line.observation}


def _last_verdict(
    row: Row, lines: Iterable[Line], earlier: Mapping[str, list[Requirement]]
) -> Verdict | None:
    """The verdict on the last own figures, by what was required then; None where there are none."""
    own = {line.indicator.pk: line.previous for line in lines if line.previous and line.previous.is_own}
    periods = [one.period for one in own.values() if one.period]
    if row.requirement is None or not periods:
        return None
    day = max(period.ends_on for period in periods)
    versions = [row.requirement, *earlier.get(row.number, [])]
    then = [one for one in versions if one.valid_from <= day and (one.valid_to is None or day < one.valid_to)]
    if not then or then[0].indicator_id != row.indicator.pk:
        return None
    figures = {pk: one.figure for pk, one in own.items() if one.period and one.period.ends_on == day}
    return Row(row.indicator, row.parts, then[0]).judge(figures)


def earlier_requirements(
    structure: Structure, before: Mapping[int, Previous]
) -> dict[str, list[Requirement]]:
    """The other versions of the set's requirements, by number: one query, none without earlier figures."""
    if structure.criteria_set is None or not any(one.is_own for one in before.values()):
        return {}
    found: dict[str, list[Requirement]] = {}
    rows = Requirement.objects.filter(
        criterion__criteria_set=structure.criteria_set, valid_to__lte=structure.period.ends_on
    )
    for one in rows:
        found.setdefault(one.number, []).append(one)
    return found
