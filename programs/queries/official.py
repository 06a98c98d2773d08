"""The official table of one report: what stands on paper, from a printed report that is live or was sent.

An official document is in Vietnamese whatever the reader's language.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from programs.models import (
    CriterionReview,
    IndicatorKind,
    Report,
    ReportEvent,
    ReportState,
    ReportVersion,
    ReviewVerdict,
)
from programs.queries.printed import printed_report
from programs.queries.review import entered_words
from programs.queries.wording import MISSING
from programs.rules.numbers import format_number, format_scaled, round_half_up
from programs.rules.verdicts import Verdict

# In a cell where the kind of indicator has no such figure, as statistical forms have it.
NO_FIGURE = "x"
DATE = ("day", "month", "year")
VERDICT_KINDS = {
    Verdict.NOT_MET: "not_met",
    Verdict.MET: "met",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "not_applicable",
}


class AlteredVersion(Exception):
    """What is stored of a version is not what was sent."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure to print, and the same as a number for a workbook; `places` are its decimals there."""

    text: str = MISSING
    number: Decimal | None = None
    places: int = 0
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a criterion, an indicator or a part of one."""

    kind: str
    number: str
    name: str
    unit: str = ""
    threshold: str = ""
    numerator: Amount = Amount("")
    denominator: Amount = Amount("")
    result: Amount = Amount("")
    verdict: int | None = None
    verdict_words: str = ""
    note: str = ""

    @property
    def verdict_kind(self) -> str:
        return "" if self.verdict is None else VERDICT_KINDS[Verdict(self.verdict)]


@dataclass(frozen=True, slots=True)
class Paper:
    """Who made and who signed it: the number, day and signatory of the document, where there is one."""

    state: str
    document: str = ""
    signed_on: date | None = None
    signatory: str = ""
    preparer: str = ""
    number: int | None = None


@dataclass(frozen=True)
class OfficialReport:
    """Everything on the sheet."""

    content: Mapping[str, Any]
    paper: Paper
    remarks: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=())

    @property
    def unit_name(self) -> str:
        return str(self.content["unit"]["name"])

    @property
    def office(self) -> str:
        return _("ỦY BAN NHÂN DÂN {unit}").format(unit=self.unit_name.upper())

    @property
    def number_words(self) -> str:
        return _("Số: {document}").format(document=self.paper.document or "……/BC-UBND")

    @property
    def place_and_day(self) -> str:
        """'Xã Quỳnh Nhai, ngày 24 tháng 11 năm 2026'; dots where nobody has signed."""
        day = self.paper.signed_on
        words = {"day": day.day, "month": day.month, "year": day.year} if day else dict.fromkeys(DATE, "……")
        return _("{place}, ngày {day} tháng {month} năm {year}").format(place=self.unit_name, **words)

    @property
    def columns(self) -> list[str]:
        return [
            _("TT"),
            _("Tiêu chí, chỉ tiêu") if self.judged else _("Chỉ tiêu"),
            _("Đơn vị tính"),
            _("Mức đạt chuẩn"),
            _("Tử số"),
            _("Mẫu số"),
            _("Kết quả"),
            _("Đánh giá"),
            _("Ghi chú"),
        ]

    @property
    def notes(self) -> list[str]:
        """What the foot of the table explains."""
        lines = [
            _(
                "Tỷ lệ % tính từ tử số và mẫu số, làm tròn 2 chữ số; kết luận đạt/chưa đạt tính trên số chưa "
                "làm tròn. Khi làm tròn 2 chữ số trái với kết luận thì ghi thêm chữ số thập phân."
            ),
            _("Dấu “—”: chưa có số liệu (không phải bằng 0). Dấu “x”: chỉ tiêu không có tử số, mẫu số."),
        ]
        if any("percentage" in figure for figure in _figures(self.content)):
            lines.append(
                _("“Chỉ có tỷ lệ”: kỳ cũ không còn tử số, mẫu số; được xét đạt, không vào tổng của tỉnh.")
            )
        if self.content["result"]["provisional"]:
            lines.append(_("(tạm): mức yêu cầu của kỳ này chưa được quy định, đang dùng mức của kỳ trước."))
        return lines

    @property
    def title(self) -> str:
        return str(self.content["form"]["name"])

    @property
    def period(self) -> str:
        return str(self.content["period"]["name"])

    @property
    def window(self) -> str:
        """'(số liệu từ 15/12/2025 đến hết 14/12/2026)'; '' where the period has no data window."""
        words = self.content["period"].get("window", "")
        return f"({words})" if words else ""

    @property
    def set_words(self) -> str:
        chosen = self.content["set"]
        if chosen is None:
            return ""
        if chosen["ended"]:
            return _("{name} (đã hết giai đoạn, kỳ này vẫn đánh giá theo bộ này)").format(name=chosen["name"])
        return str(chosen["name"])

    @property
    def judged(self) -> bool:
        return self.content["set"] is not None

    @property
    def state_words(self) -> str:
        """'Đã gửi 24/11/2026, số 123/BC-UBND; 55/57 chỉ tiêu'."""
        paper = self.paper
        words = paper.state
        if paper.document:
            words = _("{state}, số {document}").format(state=words, document=paper.document)
        return f"{words}; {self.coverage_words}"

    @property
    def coverage_words(self) -> str:
        """'56/56 chỉ tiêu, 1 không áp dụng'."""
        away = sum(row["not_applicable"] for section in self.content["sections"] for row in section["rows"])
        return entered_words(self.content["entered"] - away, self.content["count"] - away, away)

    @property
    def result_words(self) -> str:
        """'Đạt 18/18 tiêu chí áp dụng, 1 tiêu chí không áp dụng'."""
        if not self.judged:
            return ""
        result = self.content["result"]
        applicable = result["met"] + result["not_met"] + result["unknown"]
        if result["not_applicable"]:
            words = _("Đạt {met}/{all} tiêu chí áp dụng, {away} tiêu chí không áp dụng").format(
                met=result["met"], all=applicable, away=result["not_applicable"]
            )
        else:
            words = _("Đạt {met}/{all} tiêu chí").format(met=result["met"], all=applicable)
        return _("{words} (tạm)").format(words=words) if result["provisional"] else words

    @property
    def incomplete_reason(self) -> str:
        return str(self.content["incomplete_reason"])

    @property
    def file_name(self) -> str:
        """'bao-cao-03703-2026', with the version's number for one that was sent."""
        name = f"bao-cao-{self.content['unit']['code']}-{self.content['period']['code']}"
        return f"{name}-lan-{self.paper.number}" if self.paper.number else name


def live_sheet(report: Report) -> OfficialReport:
    """The report as it stands now, with the reviewers' remarks: six queries, whatever its length."""
    with translation.override("vi"):
        content = printed_report(report)
        last = report.versions.defer("packed").first() if report.is_sent else None
        paper = Paper(
            state=_state_words(report),
            document=last.document if last else "",
            signed_on=last.signed_on if last else None,
            signatory=last.signatory if last else "",
            preparer=_preparer(report, last),
        )
        return _sheet(content, paper, _remarks(report))


def version_sheet(report: Report, version: ReportVersion) -> OfficialReport:
    """A version as it was sent. Raises AlteredVersion."""
    with translation.override("vi"):
        day = _day(timezone.localdate(version.at))
        paper = Paper(
            state=_("Đã gửi {day}").format(day=day),
            document=version.document,
            signed_on=version.signed_on,
            signatory=version.signatory,
            preparer=_preparer(report, version),
            number=version.number,
        )
        return _sheet(sent_content(version), paper)


def sent_content(version: ReportVersion) -> Mapping[str, Any]:
    """The printed report as it was sent. Raises AlteredVersion when the stored bytes are other ones."""
    try:
        return version.content
    except (ValueError, zlib.error) as error:
        raise AlteredVersion from error


def _sheet(content: Mapping[str, Any], paper: Paper, remarks: Sequence[str] = ()) -> OfficialReport:
    return OfficialReport(content, paper, tuple(remarks), tuple(_lines(content)))


def _state_words(report: Report) -> str:
    if report.is_sent and report.sent_at is not None:
        day = _day(timezone.localdate(report.sent_at))
        words = _("Đã gửi {day}").format(day=day)
        if report.state == ReportState.ACCEPTED:
            return _("{sent}, đã xác nhận").format(sent=words)
        return words
    words = str(ReportState(report.state).label)
    return words[:1].upper() + words[1:]


def _preparer(report: Report, version: ReportVersion | None) -> str:
    """Who put the report before the leader, else who sent it; nobody yet while it is being entered."""
    events = report.events.filter(to_state=ReportState.WAITING).select_related("by")
    if version is not None:
        events = events.filter(at__lte=version.at)
    elif report.state != ReportState.WAITING:
        return ""
    event: ReportEvent | None = events.first()
    if event is not None:
        return str(event.by)
    return str(version.by) if version is not None else ""


def _remarks(report: Report) -> list[str]:
    """What reviewers said beside confirming: 'cơ bản đạt' is a remark and no verdict."""
    rows: Sequence[CriterionReview] = list(
        report.reviews.filter(verdict=ReviewVerdict.ACCEPTED)
        .select_related("criterion", "agency")
        .order_by("criterion__number", "at", "pk")
    )
    remarks = []
    for one in rows:
        words = _("cơ bản đạt") if one.nearly else ""
        said = "; ".join(text for text in (words, one.comment.strip()) if text)
        if said:
            who = f" ({one.agency})" if one.agency else ""
            remarks.append(
                _("Tiêu chí {number}: {text}").format(number=one.criterion.number, text=said) + who
            )
    return remarks


def _figures(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every row's figure and those of its parts."""
    for section in content["sections"]:
        for row in section["rows"]:
            yield from (row, *row["parts"])


# -- the lines ---------------------------------------------------------------------------------------


def _lines(content: Mapping[str, Any]) -> Iterator[Line]:
    for section in content["sections"]:
        if section["number"] is not None:
            yield _criterion(section)
        for row in section["rows"]:
            yield _row(row, judged=content["set"] is not None)
            for part in row["parts"]:
                yield Line("part", "", part["name"], **_cells(part, row["unit"]))


def _criterion(section: Mapping[str, Any]) -> Line:
    verdict = Verdict(section["verdict"])
    if verdict is Verdict.NOT_APPLICABLE:
        count = ""
    elif section["applicable"] < section["total"]:
        count = _("{met}/{all} chỉ tiêu áp dụng").format(met=section["met"], all=section["applicable"])
    else:
        count = _("{met}/{all} chỉ tiêu").format(met=section["met"], all=section["applicable"])
    words = _verdict_words(verdict)
    if section["provisional"]:
        words = _("{words} (tạm)").format(words=words)
    return Line(
        "criterion",
        str(section["number"]),
        section["name"],
        result=Amount(count),
        verdict=section["verdict"],
        verdict_words=words,
    )


def _row(row: Mapping[str, Any], *, judged: bool) -> Line:
    note = row["note"]
    if row["not_applicable"]:
        note = _("Không áp dụng: {reason}").format(reason=note)
    verdict = row["verdict"]
    return Line(
        "row",
        row["number"],
        row["name"],
        threshold=(row["threshold"] or MISSING) if judged else "",
        verdict=verdict,
        verdict_words=_verdict_words(Verdict(verdict)) if verdict is not None else "",
        note=note,
        **_cells(row, row["unit"]),
    )


def _cells(figure: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Unit, numerator, denominator and result of one figure."""
    kind = figure["kind"]
    if kind == IndicatorKind.PERCENT:
        return {
            "unit": f"% ({unit})" if unit else "%",
            "numerator": _amount(figure["value"], figure),
            "denominator": _amount(figure["denominator"], figure),
            "result": _percentage(figure),
        }
    words = {"numerator": Amount(NO_FIGURE), "denominator": Amount(NO_FIGURE)}
    if kind == IndicatorKind.BOOLEAN or figure["not_applicable"]:
        return {
            "unit": _("có/chưa") if kind == IndicatorKind.BOOLEAN else unit,
            "result": Amount(figure["shown"]),
            **words,
        }
    return {"unit": unit, "result": _amount(figure["value"], figure), **words}


def _amount(value: int | None, figure: Mapping[str, Any]) -> Amount:
    """A stored number on the scale it is typed in."""
    if value is None:
        return Amount()
    decimals, scale = figure["decimals"], figure["scale"]
    text = format_scaled(value, decimals, scale) if scale else format_number(value, decimals)
    return Amount(text, Decimal(value).scaleb(-decimals - scale), len(text.partition(",")[2]))


def _percentage(figure: Mapping[str, Any]) -> Amount:
    """The percentage as it was shown, with the decimals it was shown with."""
    shown = str(figure["shown"])
    if figure["value"] is None or not figure["denominator"]:
        return Amount(shown)
    places = len(shown.removesuffix("%").partition(",")[2])
    steps = round_half_up(Fraction(100 * figure["value"], figure["denominator"]), places)
    return Amount(shown, Decimal(steps).scaleb(-places), places, is_percent=True)


def _verdict_words(verdict: Verdict) -> str:
    return {
        Verdict.MET: _("Đạt"),
        Verdict.NOT_MET: _("Chưa đạt"),
        Verdict.UNKNOWN: _("Chưa đủ số liệu"),
        Verdict.NOT_APPLICABLE: _("Không áp dụng"),
    }[verdict]


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
