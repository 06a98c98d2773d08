"""Ad-hoc forms (biểu đột xuất): whom one may ask, how far the answers are, the table of answers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communes.models import Ancestry, Level, Membership, Role, Tie, Unit, User
from programs.models import (
    SENT_STATES,
    FormField,
    Indicator,
    Observation,
    Period,
    PeriodState,
    Report,
    ReportEvent,
    ReportForm,
    ReportState,
)
from programs.queries.deadlines import late_words, span_words
from programs.queries.thresholds import unit_words
from programs.queries.wording import MISSING, amount_words
from programs.rules.lateness import lateness
from programs.rules.numbers import format_percent
from programs.rules.verdicts import Figure

ASKING = (Role.REVIEWER, Role.ADMINISTRATOR)
ABOVE = (Level.PROVINCE, Level.DISTRICT)


# -- Whom one may ask --------------------------------------------------------------------------------


def askable_units(user: User, at: date) -> QuerySet[Unit]:
    """The living communes that a person may send a form to: as reviewer or administrator of a unit above."""
    communes = Unit.objects.in_force(at).filter(level=Level.COMMUNE)
    if user.is_superuser and user.is_active:
        return communes
    above = Membership.objects.of(user, at).filter(role__in=ASKING, unit__level__in=ABOVE)
    under = Ancestry.objects.on(at).filter(tie=Tie.TREE, ancestor__in=above.values("unit"))
    return communes.filter(pk__in=under.values("unit"))


def may_ask(user: User, at: date) -> bool:
    """Whether the person may make an ad-hoc form at all."""
    return askable_units(user, at).exists()


@dataclass(frozen=True, slots=True)
class Group:
    """The communes of one (former) district, to be ticked together."""

    district: Unit | None
    communes: list[Unit]

    @property
    def word(self) -> str:
        return communes_word(self.communes)


def groups_of(units: QuerySet[Unit], at: date) -> list[Group]:
    """The units by the district that they are in, or were in; two queries."""
    communes = {one.pk: one for one in units.select_related("kind").order_by("code")}
    districts: dict[int, Unit] = {}
    ties = Ancestry.objects.on(at).filter(unit__in=communes, ancestor__level=Level.DISTRICT)
    # A living district comes before a former one.
    for tie in ties.select_related("ancestor").order_by("-tie"):
        if tie.tie == Tie.TREE or tie.unit_id not in districts:
            districts[tie.unit_id] = tie.ancestor
    grouped: dict[int | None, Group] = {}
    for pk, one in communes.items():
        district = districts.get(pk)
        key = district.pk if district else None
        grouped.setdefault(key, Group(district, [])).communes.append(one)
    return sorted(grouped.values(), key=lambda group: group.district.code if group.district else "~")


def communes_word(units: Iterable[Unit]) -> str:
    """'xã', 'phường', or 'xã, phường' when both are among them."""
    kinds = {one.kind.is_urban for one in units}
    if len(kinds) > 1:
        return _("xã, phường")
    return pgettext("loại đơn vị", "phường") if True in kinds else pgettext("loại đơn vị", "xã")


# -- Forms and their deadline ------------------------------------------------------------------------


def period_of(form: ReportForm) -> Period | None:
    """The one period that an ad-hoc form was made for."""
    if not form.is_ad_hoc:
        return None
    return Period.objects.filter(assignments__form=form).first()


def readable_forms(user: User, today: date) -> QuerySet[ReportForm]:
    """Ad-hoc forms that ask a commune whose reports the person reads."""
    own = Report.objects.readable_by(user, today).filter(form__is_ad_hoc=True)
    return ReportForm.objects.filter(
        is_ad_hoc=True, assignments__period__isnull=False, pk__in=own.values("form")
    )


def due_words(period: Period, today: date | None = None) -> str:
    """'16:00 hôm nay' for who reads it today, '16:00 ngày 25/11/2026', 'hết ngày 25/11/2026'."""
    day = period.due_on
    when = _("hôm nay") if day == today else _("ngày {day}").format(day=f"{day.day}/{day.month}/{day.year}")
    if period.deadline_time is None:
        return _("hết {day}").format(day=when)
    return f"{period.deadline_time:%H:%M} {when}"


@dataclass(frozen=True, slots=True)
class ListedForm:
    """One line of the list: the form, by when, who asks, how many of those one reads have sent."""

    form: ReportForm
    period: Period
    author: str
    sent: int
    expected: int
    due: str

    @property
    def is_open(self) -> bool:
        return self.period.state == PeriodState.OPEN

    @property
    def is_complete(self) -> bool:
        return self.sent == self.expected


def listed_forms(forms: Sequence[ReportForm], user: User, today: date) -> list[ListedForm]:
    """The lines of these forms, in their order; three queries."""
    periods = {
        form: period
        for period in Period.objects.filter(assignments__form__in=forms).prefetch_related("assignments")
        for form in (one.form_id for one in period.assignments.all())
    }
    counts = {
        form: (expected, sent)
        for form, expected, sent in Report.objects.readable_by(user, today)
        .filter(form__in=forms)
        .order_by()
        .values_list("form")
        .annotate(expected=Count("pk"), sent=Count("pk", filter=Q(state__in=SENT_STATES)))
    }
    authors = authors_of(forms)
    return [
        ListedForm(
            form,
            periods[form.pk],
            authors.get(form.pk, MISSING),
            counts[form.pk][1],
            counts[form.pk][0],
            due_words(periods[form.pk], today),
        )
        for form in forms
        if form.pk in periods and form.pk in counts
    ]


def authors_of(forms: Collection[ReportForm]) -> dict[int, str]:
    """Who made each form: whoever opened its reports."""
    first = ReportEvent.objects.filter(
        report__form=OuterRef("pk"), from_state="", to_state=ReportState.ENTERING
    ).order_by("at", "pk")
    rows = ReportForm.objects.filter(pk__in=[one.pk for one in forms]).annotate(
        author=Subquery(first.values("by__full_name")[:1]), login=Subquery(first.values("by__username")[:1])
    )
    return {pk: name or login or MISSING for pk, name, login in rows.values_list("pk", "author", "login")}


# -- The table ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure to read, with what stands behind it; in a total also on how many communes it rests."""

    main: str
    detail: str = ""
    figure: Figure | None = None

    @property
    def is_missing(self) -> bool:
        return self.main == MISSING


@dataclass(frozen=True, slots=True)
class TableRow:
    """One commune's answers."""

    report: Report
    cells: list[Cell]
    late: str
    """How late it was sent, or still is not: '3 giờ'; '' in time."""

    @property
    def is_late(self) -> bool:
        return bool(self.late)

    @property
    def unit(self) -> Unit:
        return self.report.unit


@dataclass(frozen=True)
class Table:
    """Communes × columns of one form, as far as its reader sees them."""

    form: ReportForm
    period: Period
    author: str
    columns: list[Indicator]
    rows: list[TableRow]
    totals: list[Cell]
    state: int
    today: date
    clock: time
    may_close: bool

    @cached_property
    def sent(self) -> int:
        return sum(row.report.is_sent for row in self.rows)

    @property
    def expected(self) -> int:
        return len(self.rows)

    @cached_property
    def unsent(self) -> list[TableRow]:
        """Those whose report the province does not hold: never sent, or returned and not sent again."""
        return [row for row in self.rows if not row.report.is_sent]

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.rows if row.report.is_sent)

    @property
    def is_open(self) -> bool:
        return self.period.state == PeriodState.OPEN

    @property
    def due(self) -> str:
        return due_words(self.period, self.today)

    @cached_property
    def word(self) -> str:
        return communes_word(row.unit for row in self.rows)

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Each column's label and unit of measure."""
        return [(one.title, unit_words(one)) for one in self.columns]

    @property
    def reminder(self) -> str:
        """What to paste into a message group; '' when everybody has sent."""
        if not self.unsent:
            return ""
        words = _("Còn {count} {word} chưa gửi “{form}” (hạn {due}): {names}.")
        names = ", ".join(row.unit.name for row in self.unsent)
        # Whoever reads it tomorrow must not take it for that day.
        due = due_words(self.period)
        if late := span_words(
            lateness(self.period.due_on, self.period.deadline_time, self.today, self.clock)
        ):
            due = _("{day}, đã quá {late}").format(day=due, late=late)
        return words.format(
            count=len(self.unsent), word=self.word, form=self.form.title, due=due, names=names
        )


def ad_hoc_table(form: ReportForm, reader: User, at: datetime, state: int) -> Table | None:
    """The answers at or above `state`, of the communes that the reader may read; None without any."""
    local = timezone.localtime(at)
    today = local.date()
    period = period_of(form)
    if period is None:
        return None
    asked = Report.objects.filter(form=form, period=period)
    reports = list(
        asked.filter(pk__in=Report.objects.readable_by(reader, today).values("pk"))
        .select_related("unit__kind", "period")
        .order_by("unit__code")
    )
    fields = FormField.objects.filter(form=form).select_related("indicator").order_by("order", "pk")
    columns = [one.indicator for one in fields]
    held: dict[tuple[int, int], Figure] = {
        (one.report_id, one.indicator_id): one.figure
        for one in Observation.objects.at_least(state).filter(report__in=reports, indicator__in=columns)
    }
    rows = [
        TableRow(
            one,
            [_cell(held.get((one.pk, column.pk)), column) for column in columns],
            late_words(one, today, local.time()),
        )
        for one in reports
    ]
    totals = [_total(column, [row.cells[index] for row in rows]) for index, column in enumerate(columns)]
    reviewed = Report.objects.reviewable_by(reader, today).filter(form=form, period=period)
    may_close = bool(reports) and not asked.exclude(pk__in=reviewed.values("pk")).exists()
    author = authors_of([form]).get(form.pk, MISSING)
    return Table(form, period, author, columns, rows, totals, state, today, local.time(), may_close)


def _cell(figure: Figure | None, column: Indicator) -> Cell:
    if figure is None or not figure.given:
        return Cell(MISSING)
    if figure.not_applicable:
        return Cell(_("không áp dụng"), figure=figure)
    if column.is_boolean:
        return Cell(_("Có") if figure.value else _("Chưa"), figure=figure)
    amount = amount_words(figure.value, column)
    if not column.is_ratio:
        return Cell(amount, figure=figure)
    return Cell(_percent(figure), f"{amount}/{amount_words(figure.denominator, column)}", figure)


def _percent(figure: Figure) -> str:
    if figure.value is None or not figure.denominator:
        return MISSING
    return format_percent(figure.value, figure.denominator)


def _total(column: Indicator, cells: Sequence[Cell]) -> Cell:
    """The column added up: sums, the ratio of sums, or how many say yes; a gap is a gap, never zero."""
    owed = [one for one in cells if one.figure is None or not one.figure.not_applicable]
    figures = [one.figure for one in owed if one.figure is not None and one.figure.value is not None]
    if not figures:
        return Cell(MISSING, f"0/{len(owed)}")
    cover = f"{len(figures)}/{len(owed)}"
    value = sum(one.value or 0 for one in figures)
    if column.is_boolean:
        return Cell(_("{count} có").format(count=value), cover, Figure(value, len(figures)))
    if not column.is_ratio:
        return Cell(amount_words(value, column), cover, Figure(value))
    whole = Figure(value, sum(one.denominator or 0 for one in figures))
    pair = f"{amount_words(whole.value, column)}/{amount_words(whole.denominator, column)}"
    return Cell(_percent(whole), f"{pair} · {cover}", whole)
