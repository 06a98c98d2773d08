"""Lists of houses and reviews as files: lines of texts and numbers, once by name and once as counts."""

import csv
import io
from collections.abc import Iterable, Iterator

import xlsxwriter
from django.utils.translation import gettext as _

from housing.models import PovertyReview
from housing.queries.house_board import Board
from housing.queries.houses import HouseRow
from housing.queries.review_pages import MOVEMENT_WORDS, LedgerPage, ProvincePage, ReviewPage
from housing.queries.sheets import class_words
from housing.rules.movements import Movement
from programs.rules.cells import neutral

Cell = str | int
Lines = list[list[Cell]]


def lines_csv(lines: Lines) -> bytes:
    """UTF-8 with a mark for Excel; texts that a spreadsheet would compute are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([neutral(one) if isinstance(one, str) else one for one in line])
    return ("\ufeff" + out.getvalue()).encode()


def lines_xlsx(lines: Lines) -> bytes:
    """The same as a workbook with real numbers."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for row, line in enumerate(lines):
            for column, one in enumerate(line):
                style = None if row else bold
                if isinstance(one, str):
                    sheet.write_string(row, column, neutral(one), style)
                else:
                    sheet.write_number(row, column, one, style)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, max(0, len(lines[0]) - 1), 18)
    return out.getvalue()


def houses_by_name(rows: Iterable[HouseRow]) -> Iterator[list[Cell]]:
    """A line a house, for the commune's own people."""
    yield [
        _("Chủ hộ"), _("Mã hộ"), _("Thôn, bản"), _("Loại"), _("Đối tượng"), _("Bước"), _("Ngày của bước"),
        _("Số ngày"), _("Chậm"),
    ]  # fmt: skip
    for row in rows:
        house = row.house
        yield [
            house.household.head_name, house.household.code, house.village.name,
            str(house.get_kind_display()), house.group.title, str(house.get_stage_display()),
            f"{house.stage_since:%d/%m/%Y}", row.days, _("có") if row.slow else "",
        ]  # fmt: skip


def houses_counted(board: Board) -> Iterator[list[Cell]]:
    """A line a commune where the board has them, else a line a stage."""
    if not board.communes:
        yield [_("Bước"), _("Số nhà"), _("Chậm")]
        for stage in board.stages:
            yield [str(stage.stage.label), stage.count, stage.slow]
        return
    yield [
        _("Mã"), _("Xã"), _("Kế hoạch"), _("Hoàn thành"), _("Xây mới"), _("Sửa chữa"), _("Đang làm"),
        _("Chậm"), _("Dừng"), _("Kinh phí đã nhận (đồng)"),
    ]  # fmt: skip
    for line in board.communes:
        yield [
            line.unit.code, line.unit.name, "" if line.target is None else line.target, line.completed,
            line.new, line.repair, line.under_way, line.slow, line.stopped, line.money,
        ]  # fmt: skip


def sheets_by_name(sheets: Iterable[PovertyReview]) -> Iterator[list[Cell]]:
    """A line a household of a review's list, for the commune's own people."""
    yield [
        _("Chủ hộ"), _("Mã hộ"), _("Thôn, bản"), _("Nhân khẩu"), _("Vào danh sách vì"), _("Đầu kỳ"), "B1",
        "B2", _("Kết quả"), _("Chuẩn mới"), _("Biến động"),
    ]  # fmt: skip
    for one in sheets:
        moved = str(MOVEMENT_WORDS[Movement(one.movement)]) if one.movement else ""
        yield [
            one.household.head_name, one.household.code, one.village.name, one.persons,
            str(one.get_listed_display()), class_words(one.opening_class) if one.opening_class else "",
            "" if one.b1_points is None else one.b1_points, "" if one.b2_points is None else one.b2_points,
            class_words(one.poverty_class), class_words(one.next_class) if one.next_class else "", moved,
        ]  # fmt: skip


def villages_counted(page: ReviewPage) -> Iterator[list[Cell]]:
    yield [_("Thôn, bản"), _("Danh sách"), _("Đã rà soát"), _("Hộ nghèo"), _("Cận nghèo")]
    for row in page.villages:
        yield [row.part.village.name, row.listed, row.done, row.poor, row.near]


def communes_counted(page: ProvincePage) -> Iterator[list[Cell]]:
    """A line a commune of a round."""
    yield [
        _("Mã"), _("Xã, phường"), _("Trạng thái"), _("Danh sách"), _("Đã rà soát"), _("Hộ nghèo"),
        _("Cận nghèo"), _("Nghèo, chuẩn mới"), _("Cận nghèo, chuẩn mới"),
    ]  # fmt: skip
    words = {state: word for state, word, _count in page.states}
    for row in page.rows:
        one = row.progress
        yield [
            row.unit.code, row.unit.name, words[row.state], one.listed, one.done, one.poor, one.near,
            one.next_poor, one.next_near,
        ]  # fmt: skip


def ledger_by_name(page: LedgerPage) -> Iterator[list[Cell]]:
    """The households behind one number of the ledgers, for the commune's own people."""
    yield [_("Chủ hộ"), _("Mã hộ"), _("Thôn, bản"), _("Đầu kỳ"), _("Cuối kỳ"), _("Biến động")]
    for home, one, words in page.rows:
        opening, closing = one.course.opening, one.course.closing
        yield [
            home.head_name, home.code, home.village.name, class_words(opening.value) if opening else "",
            class_words(closing.value) if closing else "", words,
        ]  # fmt: skip


def ledger_counted(page: LedgerPage) -> Iterator[list[Cell]]:
    yield [_("Biến động"), _("Dấu"), _("Số hộ")]
    for lines in page.both:
        for line in lines:
            yield [f"— {line.words}" if line.is_part else line.words, line.sign, line.count]
