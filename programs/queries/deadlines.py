"""When reports are due, in days and in words: working days, and more time that was asked for or granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import DateField, F, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communes.models import User
from programs.models import Extension, ExtensionState, Report
from programs.rules.lateness import lateness


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when a report is to be sent, seen from a day."""

    day: date
    today: date
    is_extended: bool
    asked: Extension | None = None
    hour: time | None = None
    clock: time | None = None

    @property
    def days_left(self) -> int:
        """0 on the day itself; negative once it is over."""
        return (self.day - self.today).days

    @property
    def is_over(self) -> bool:
        return bool(self._late)

    @property
    def _late(self) -> timedelta:
        return lateness(self.day, self.hour, self.today, self.clock)

    @property
    def words(self) -> str:
        """'hạn 15/12, còn 22 ngày', 'gia hạn đến 20/12, còn 5 ngày', 'hạn hôm nay, …', 'quá hạn 3 ngày'.

        Where an hour is set: 'hạn 16:00 hôm nay', 'hạn 16:00 ngày 26/11, còn 2 ngày', 'quá hạn 3 giờ'.
        """
        left = self.days_left
        if self.is_over:
            return _("quá hạn {how_long}").format(how_long=span_words(self._late))
        short = short_day(self.day, self.today)
        if self.hour is not None and left == 0:
            return _("hạn {hour} hôm nay").format(hour=f"{self.hour:%H:%M}")
        if left == 0:
            return _("hạn hôm nay, {day}").format(day=short)
        if self.hour is not None:
            words = _("hạn {hour} ngày {day}, còn {days} ngày")
            return words.format(hour=f"{self.hour:%H:%M}", day=short, days=left)
        words = (
            _("gia hạn đến {day}, còn {days} ngày") if self.is_extended else _("hạn {day}, còn {days} ngày")
        )
        return words.format(day=short, days=left)

    @property
    def asked_words(self) -> str:
        """What became of the last request for more time: '' when there is nothing to say."""
        asked = self.asked
        if asked is None or asked.state == ExtensionState.GRANTED:
            return ""
        day = short_day(asked.until, self.today)
        if asked.state == ExtensionState.ASKED:
            return _("đã xin gia hạn đến {day}, chờ trả lời").format(day=day)
        return _("tỉnh không đồng ý gia hạn đến {day}: {answer}").format(day=day, answer=asked.answer)


def span_words(span: timedelta) -> str:
    """A span in the largest unit that it fills: '2 ngày', '3 giờ', '20 phút'; '' for none."""
    if not span:
        return ""
    if span.days:
        return ngettext("{count} ngày", "{count} ngày", span.days).format(count=span.days)
    minutes = max(span.seconds // 60, 1)
    if minutes >= 60:
        return ngettext("{count} giờ", "{count} giờ", minutes // 60).format(count=minutes // 60)
    return ngettext("{count} phút", "{count} phút", minutes).format(count=minutes)


def late_words(report: Report, today: date, clock: time | None = None) -> str:
    """How late it was first sent, or still is not: '3 giờ'; '' in time."""
    return span_words(report.late_by(today, clock))


def window_words(first: date | None, last: date | None) -> str:
    """'số liệu từ 15/12/2025 đến hết 14/12/2026', where a period has a data window; else ''."""
    if last is None:
        return ""
    if first is None:
        return _("số liệu đến hết {last}").format(last=f"{last:%d/%m/%Y}")
    return _("số liệu từ {first} đến hết {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def short_day(day: date, today: date) -> str:
    """15/12, with the year when it is another one."""
    short = f"{day.day}/{day.month}"
    return short if day.year == today.year else f"{short}/{day.year}"


def due_on(report: Report) -> date:
    """The day by whose end the report is to be sent."""
    return report.due_on


def deadline_for(
    report: Report, today: date, asked: Extension | None = None, clock: time | None = None
) -> Deadline:
    """The report's deadline seen from `today`; `asked` is its last request for more time, if any.

    `clock`: what time it is there, for a deadline with an hour; without it the day counts to its end.
    """
    is_extended = report.due_on > report.period.due_on
    return Deadline(report.due_on, today, is_extended, asked, report.due_hour, clock)


def deadlines_for(reports: Sequence[Report], today: date, clock: time | None = None) -> dict[int, Deadline]:
    """The deadlines of reports (read with their periods) by pk: one query for all requests."""
    last: dict[int, Extension] = {}
    for one in Extension.objects.filter(report__in=[report.pk for report in reports]).order_by("asked_at"):
        last[one.report_id] = one
    return {report.pk: deadline_for(report, today, last.get(report.pk), clock) for report in reports}


def due_expression() -> Greatest:
    """`Report.due_on` as the database computes it, to filter and order by."""
    period = Coalesce(F("period__moved_to"), F("period__deadline"))
    return Greatest(period, Coalesce(F("extended_until"), period), output_field=DateField())


def waiting_extensions(user: User, today: date) -> "QuerySet[Extension]":
    """The requests for more time that this person answers, the day that comes first on top."""
    rows = Extension.objects.filter(
        state=ExtensionState.ASKED, report__in=Report.objects.reviewable_by(user, today)
    )
    return rows.select_related("report__unit", "report__period", "report__form").order_by("until", "asked_at")


def unsent_words(
    unsent: Sequence[str],
    day: date,
    what: str,
    returned: Sequence[str] = (),
    *,
    hour: time | None = None,
    late: str = "",
) -> str:
    """The text to paste into a message group: 'Còn 3 xã chưa gửi …: A, B, C. Hạn 15/12/2026.'

    `returned` are those that were to mend theirs and send it again; `hour` that of the deadline, `late` how
    long it is over ('3 giờ'). '' when nobody is left.
    """
    said = []
    if unsent:
        words = _("Còn {count} xã chưa gửi {what}: {names}.")
        said.append(words.format(count=len(unsent), what=what, names=", ".join(unsent)))
    if returned:
        words = _("{count} xã cần chỉnh sửa và gửi lại: {names}.")
        said.append(words.format(count=len(returned), names=", ".join(returned)))
    if said:
        words = f"{day.day}/{day.month}/{day.year}"
        if hour is not None:
            words = _("{hour} ngày {day}").format(hour=f"{hour:%H:%M}", day=words)
        if late:
            words = _("{day}, đã quá {late}").format(day=words, late=late)
        said.append(_("Hạn {day}.").format(day=words))
    return " ".join(said)
