"""The table of communes as a file that officials open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import ReportState
from programs.templatetags.figures import LEVELS, verdict_word
from sonla.dashboards.queries.communes import CommuneRow
from sonla.dashboards.queries.overview import Overview

# A spreadsheet takes a cell that begins with one of these for a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
MISSING = "—"


def neutral(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def communes_csv(page: Overview) -> str:
    """One line a commune: who, where it stands, every criterion, its report. UTF-8 with a mark for Excel."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for line in _lines(page):
        writer.writerow([neutral(str(cell)) for cell in line])
    return out.getvalue()


def _lines(page: Overview) -> Iterator[list[object]]:
    question = page.question
    criteria = [f"TC {one.number}" for one in question.programme.criteria]
    yield [
        _("Mã"),
        _("Xã"),
        _("Huyện, địa bàn huyện cũ"),
        _("Kỳ"),
        _("Số liệu"),
        _("Mức"),
        _("Tiêu chí đạt"),
        _("Tiêu chí áp dụng"),
        *criteria,
        _("Báo cáo"),
        _("Gửi lần đầu"),
    ]
    for row in page.rows:
        yield _line(row)


def _line(row: CommuneRow) -> list[object]:
    question, report = row.question, row.report
    sent = report.first_sent_at if report else None
    return [
        row.unit.code,
        row.unit.name,
        row.district.name if row.district else MISSING,
        question.period.title,
        question.state_words,
        level_word(row.level),
        row.met if row.is_known else MISSING,
        row.applicable if row.is_known else MISSING,
        *[MISSING if cell.verdict is None else verdict_word(cell.verdict) for cell in row.cells],
        ReportState(report.state).label if report else MISSING,
        f"{timezone.localdate(sent):%Y-%m-%d}" if sent else MISSING,
    ]


def level_word(level: str) -> str:
    """The word of a commune's level, those that only these pages have included."""
    own = {"eligible": _("đủ tiêu chí, chưa công nhận"), "insufficient": _("chưa đủ số liệu")}
    return str(own.get(level) or LEVELS[level])
