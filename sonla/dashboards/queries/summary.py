"""The province's summary on paper: communes × criteria, how many they meet, level and decision.

An official document is in Vietnamese whatever the reader's language.
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from programs.queries.entry_fields import lowered
from programs.rules.numbers import format_percent
from programs.templatetags.figures import LEVELS
from sonla.dashboards.queries.communes import CommuneRow
from sonla.dashboards.queries.overview import Overview, standing_in

MISSING = "—"
# What stands in a cell, explained below the table; 'chưa báo cáo' and 'chưa đạt' are different things.
MARKS = {"met": "Đ", "not_met": "C", "insufficient": "T", "unknown": MISSING, "not_applicable": "K"}


@dataclass(frozen=True)
class SummaryLine:
    """One commune's line."""

    number: int
    row: CommuneRow

    @property
    def name(self) -> str:
        return self.row.unit.name

    @property
    def marks(self) -> list[str]:
        return [MARKS[standing_in(self.row, one.number)] for one in self.row.question.programme.criteria]

    @property
    def met(self) -> int | None:
        return self.row.met if self.row.is_known else None

    @property
    def applicable(self) -> int | None:
        return self.row.applicable if self.row.is_known else None

    @property
    def met_words(self) -> str:
        """'18/18': of the criteria that apply."""
        if not self.row.is_known:
            return MISSING
        return f"{self.row.met}/{self.row.applicable}"

    @property
    def level(self) -> str:
        words = level_word(self.row.level)
        return _("{words} (tạm)").format(words=words) if self.row.is_provisional else words

    @property
    def decision(self) -> str:
        """'123/QĐ-UBND, 5/3/2025'."""
        held = self.row.decision
        if held is None:
            return MISSING
        day = held.decided_on
        return f"{held.number}, {day.day}/{day.month}/{day.year}"


@dataclass(frozen=True)
class Summary:
    """Everything on the sheet."""

    page: Overview

    @property
    def office(self) -> str:
        unit = self.page.question.unit
        province = unit.province or unit
        return _("ỦY BAN NHÂN DÂN {unit}").format(unit=province.name.upper())

    @property
    def title(self) -> str:
        return _("Tổng hợp kết quả thực hiện {name}").format(name=self.page.question.programme.set_name)

    @property
    def place(self) -> str:
        return self.page.question.place

    @property
    def period(self) -> str:
        """In the middle of a line: 'năm 2025'."""
        return lowered(self.page.question.period.title)

    @property
    def set_has_ended(self) -> bool:
        return self.page.question.programme.set_has_ended

    @property
    def state_words(self) -> str:
        """'Số liệu đã gửi; 64/67 xã đã gửi, 98,30% số hộ'."""
        question, coverage = self.page.question, self.page.province.coverage
        words = _("Số liệu: {state}; {reported}/{expected} xã {word}").format(
            state=question.state_words,
            reported=coverage.reported,
            expected=coverage.expected,
            word=question.reported_words,
        )
        if coverage.households and coverage.reported_households is not None:
            share = format_percent(coverage.reported_households, coverage.households)
            words = _("{words}, {share} số hộ").format(words=words, share=share)
        return words

    @property
    def columns(self) -> list[str]:
        criteria = [str(one.number) for one in self.page.question.programme.criteria]
        return [_("TT"), _("Xã"), *criteria, _("Tiêu chí đạt"), _("Mức"), _("Quyết định công nhận")]

    @cached_property
    def lines(self) -> list[SummaryLine]:
        return [SummaryLine(number, row) for number, row in enumerate(self.page.by_district, start=1)]

    @property
    def totals(self) -> list[int]:
        """How many communes meet each criterion."""
        return [one.met for one in self.page.criteria_in_order]

    @property
    def full_words(self) -> str:
        """'37/67 xã': meet all their criteria in this period."""
        full = sum(row.is_full for row in self.page.rows)
        return _("{full}/{all} xã đạt đủ").format(full=full, all=self.page.expected)

    @property
    def recognised_words(self) -> str:
        return _("{count} xã đã công nhận").format(count=self.page.recognised)

    @property
    def criteria(self) -> list[tuple[int, str]]:
        return [(one.number, one.name) for one in self.page.question.programme.criteria]

    @property
    def notes(self) -> list[str]:
        lines = [
            _(
                "Đ: đạt. C: chưa đạt. T: chưa đủ số liệu. K: không áp dụng. —: chưa có báo cáo ở mức số liệu "
                "này (không tính là chưa đạt)."
            ),
            _(
                "Tỷ lệ % tính từ tử số và mẫu số, làm tròn 2 chữ số; kết luận đạt/chưa đạt tính trên số chưa "
                "làm tròn. Mẫu số của cột “Tiêu chí đạt” là số tiêu chí áp dụng."
            ),
        ]
        if self.page.is_provisional:
            lines.append(_("(tạm): mức yêu cầu của kỳ này chưa được quy định, đang dùng mức của kỳ trước."))
        return lines

    @property
    def file_name(self) -> str:
        question = self.page.question
        return f"tong-hop-{question.unit.code}-{question.period.code}-{question.state_name}"


def level_word(level: str) -> str:
    """The word of a commune's level, those that only these pages have included."""
    own = {"eligible": _("đủ tiêu chí, chưa công nhận"), "insufficient": _("chưa đủ số liệu")}
    return str(own.get(level) or LEVELS[level])
