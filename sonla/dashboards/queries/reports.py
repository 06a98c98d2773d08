"""Who has sent the period's report, who is late, what was returned and what was confirmed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import SENT_STATES, ReportState
from programs.queries.deadlines import unsent_words
from sonla.dashboards.queries.communes import CommuneRow, Province, province_of
from sonla.dashboards.queries.question import Question


def _is_unsent(row: CommuneRow) -> bool:
    return row.report is None or row.report.state in (ReportState.ENTERING, ReportState.WAITING)


def _in_state(*states: str) -> Callable[[CommuneRow], bool]:
    return lambda row: row.report is not None and row.report.state in states


def _is_late(row: CommuneRow) -> bool:
    """Sent after the deadline, or not sent though the deadline is over."""
    return row.is_overdue or (row.report is not None and row.report.is_late)


# What the list is narrowed to: the name in the address, its words, and who is in it.
SHOWN: dict[str, tuple[object, Callable[[CommuneRow], bool]]] = {
    "all": (_("Tất cả"), lambda row: True),
    "unsent": (_("Chưa gửi"), _is_unsent),
    "returned": (_("Cần chỉnh sửa"), _in_state(ReportState.RETURNED)),
    "sent": (_("Chờ xác nhận"), _in_state(ReportState.SENT)),
    "accepted": (_("Đã xác nhận"), _in_state(ReportState.ACCEPTED, ReportState.LOCKED)),
    "late": (_("Chậm hạn"), _is_late),
}


@dataclass(frozen=True)
class ReportsPage:
    """The list, narrowed to `shown`."""

    question: Question
    province: Province
    shown: str

    @cached_property
    def rows(self) -> list[CommuneRow]:
        belongs = SHOWN[self.shown][1]
        return [row for row in self.province.rows if belongs(row)]

    @property
    def choices(self) -> list[tuple[str, object, int]]:
        """The pills: name, words, how many."""
        return [
            (name, words, sum(belongs(row) for row in self.province.rows))
            for name, (words, belongs) in SHOWN.items()
        ]

    @property
    def message(self) -> str:
        """Who has not sent, as a text to paste into a message group; '' when all have."""
        names: dict[str, list[str]] = {"unsent": [], "returned": []}
        for row in self.province.rows:
            for shown, listed in names.items():
                if SHOWN[shown][1](row):
                    listed.append(row.unit.name.removeprefix(f"{row.unit.kind_name.capitalize()} "))
        period = self.question.period
        what = gettext("báo cáo nông thôn mới {period}").format(period=period.title.lower())
        return unsent_words(names["unsent"], period.due_on, what, names["returned"])

    @property
    def sent(self) -> int:
        """Communes whose report lies with the province: sent, confirmed or locked."""
        return sum(row.report is not None and row.report.state in SENT_STATES for row in self.province.rows)


def reports_page(question: Question, shown: str) -> ReportsPage:
    """The reports of the question's period."""
    return ReportsPage(question, province_of(question), shown)
