"""The tables of communes as files that officials open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programs.models import ReportState
from programs.rules.cells import neutral
from programs.sheets.official import OfficialBook
from programs.templatetags.figures import verdict_word
from sonla.dashboards.queries.communes import CommuneRow
from sonla.dashboards.queries.overview import Overview
from sonla.dashboards.queries.poverty import PovertyPage
from sonla.dashboards.queries.restated import RestatedPage
from sonla.dashboards.queries.summary import Summary, level_word

MISSING = "—"


def communes_csv(page: Overview) -> str:
    """One line a commune: who, where it stands, every criterion, its report. UTF-8 with a mark for Excel."""
    return _csv(_lines(page))


def restated_csv(page: RestatedPage) -> str:
    """One line a unit of the boundary day: of what it is made, and how many of those met what."""
    return _csv(_restated_lines(page))


def public_poverty_csv(page: PovertyPage) -> str:
    """One line a commune, for publishing: cells from 1 to 4 are not shown, nor what gives them away."""
    return _csv(_public_poverty_lines(page))


def _public_poverty_lines(page: PovertyPage) -> Iterator[list[object]]:
    yield [
        _("Mã"),
        _("Xã, phường"),
        _("Tổng số hộ"),
        _("Hộ nghèo"),
        _("Hộ cận nghèo"),
        _("Không thuộc hộ nghèo, cận nghèo"),
    ]
    for unit, households, cells in page.public_rows():
        shown = [_("ít hơn 5 hoặc được che") if count is None else count for count in cells.values()]
        yield [unit.code, unit.name, households, *shown]


def _csv(lines: Iterable[list[object]]) -> str:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    for line in lines:
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


def _restated_lines(page: RestatedPage) -> Iterator[list[object]]:
    """Counts as two columns, so that '1/2' is not taken for a date."""
    question = page.question
    criteria = [f"TC {one.number}" for one in question.programme.criteria]
    names = [_("Đủ tiêu chí"), _("Đã công nhận"), *criteria]
    yield [
        _("Mã"),
        _("Đơn vị"),
        _("Huyện, địa bàn huyện cũ"),
        _("Kỳ"),
        _("Số liệu"),
        _("Theo đơn vị ngày"),
        _("Hợp thành từ"),
        *(
            word
            for name in names
            for word in (_("{name}: số đạt").format(name=name), _("{name}: trên").format(name=name))
        ),
    ]
    for row in page.rows:
        counts = [row.met, row.recognised, *row.criteria]
        yield [
            row.unit.code,
            row.unit.name,
            row.district.name if row.district else MISSING,
            question.period.title,
            question.state_words,
            f"{question.boundary:%Y-%m-%d}",
            "; ".join(one.name for one in row.before),
            *(cell for one in counts for cell in ((one.met, one.known) if one.known else (MISSING, MISSING))),
        ]


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


def summary_workbook(summary: Summary, *, demo: bool) -> bytes:
    """The official summary: numbers as numbers, met and applicable criteria in columns of their own."""
    with translation.override("vi"):
        count = len(summary.criteria)
        book = OfficialBook(_("Tổng hợp"), [5, 10, 26, *[4] * count, 8, 9, 22, 26], paper="A3", demo=demo)
        book.halves(summary.office, _("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
        book.halves("", _("Độc lập - Tự do - Hạnh phúc"))
        book.line(summary.title.upper(), "title", height=36)
        for text in (summary.place, summary.period, summary.state_words):
            book.line(text, "center")
        book.row += 1
        numbers = [str(number) for number, _name in summary.criteria]
        head = [_("TT"), _("Mã"), _("Xã"), *numbers, _("TC đạt"), _("TC áp dụng"), _("Mức"), _("Quyết định")]
        book.cells((name, "head") for name in head)
        book.repeat(1)
        for line in summary.lines:
            met = MISSING if line.met is None else line.met
            applicable = MISSING if line.applicable is None else line.applicable
            book.cells(
                [
                    (line.number, "middle"),
                    (line.row.unit.code, "middle"),
                    (line.name, "text"),
                    *((mark, "middle") for mark in line.marks),
                    (met, "middle"),
                    (applicable, "middle"),
                    (line.level, "text"),
                    (line.decision, "text"),
                ]
            )
        ends = [
            (summary.full_words, "group"),
            ("", "group"),
            ("", "group"),
            (summary.recognised_words, "group"),
        ]
        totals = [(total, "head") for total in summary.totals]
        book.cells([("", "group"), ("", "group"), (_("Số xã đạt"), "group"), *totals, *ends])
        book.row += 1
        for note in [*summary.notes, "; ".join(f"{number}. {name}" for number, name in summary.criteria)]:
            book.line(note, "wrap", height=28)
        return book.done()
