"""What was sent, each time: the list, one version as it was, and what differs between two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from communes.models import User
from programs.models import Report, ReportVersion, StoredFile
from programs.queries.files import evidence_rows
from programs.queries.official import VERDICT_KINDS
from programs.queries.printed import printed_report
from programs.queries.wording import MISSING
from programs.rules.verdicts import Verdict


@dataclass(frozen=True)
class Versions:
    """A report's versions, the last one first; `lacks` is what the last one's paper still lacks."""

    report: Report
    rows: tuple[ReportVersion, ...]
    may_add: bool

    @property
    def last(self) -> ReportVersion | None:
        return self.rows[0] if self.rows else None

    @property
    def open_one(self) -> ReportVersion | None:
        """The version whose signed paper this person may still add."""
        return self.last if self.may_add and self.last and lacks_paper(self.report, self.last) else None

    def numbered(self, number: int) -> ReportVersion | None:
        return next((one for one in self.rows if one.number == number), None)


def lacks_paper(report: Report, version: ReportVersion) -> bool:
    """The paper came later: number and scan are put beside the last version while the report is sent."""
    if not report.is_sent or report.period.is_locked:
        return False
    return not version.document or version.scan_id is None


def versions_of(report: Report, *, reader: User, today: date) -> Versions:
    """The versions without their content: three queries, however many there are."""
    rows = report.versions.defer("packed").select_related("by", "scan").order_by("-number")
    return Versions(report, tuple(rows), may_add_paper(report, reader, today))


def may_add_paper(report: Report, user: User, today: date) -> bool:
    """Who sends the commune's reports, and its leader."""
    wanted = Report.objects.filter(pk=report.pk)
    writes = Report.objects.writable_by(user, today).filter(pk__in=wanted)
    return writes.exists() or Report.objects.approvable_by(user, today).filter(pk__in=wanted).exists()


def version_of(report: Report, number: int) -> ReportVersion | None:
    """One version with its content."""
    return report.versions.select_related("by", "scan").filter(number=number).first()


def content_now(report: Report) -> Mapping[str, Any]:
    """The report as it stands, to be compared with what was sent."""
    with translation.override("vi"):
        return printed_report(report, papers=evidence_rows(report))


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A file as it stood behind figures when the report was sent; `file` while it is still kept."""

    title: str
    name: str
    kind: str
    size: int
    sha256: str
    numbers: tuple[str, ...]
    file: StoredFile | None


@dataclass(frozen=True)
class FiledSection:
    """One criterion of a version with its files; number None for files behind no criterion."""

    number: int | None
    name: str
    papers: tuple[FiledPaper, ...]


def filed_with(report: Report, content: Mapping[str, Any]) -> tuple[FiledSection, ...] | None:
    """The files sent with a version, by criterion: one query; None of one from before they were kept."""
    if "evidence" not in content:
        return None
    kept = {one.file.sha256: one.file for one in report.evidence.select_related("file")}
    names = {section["number"]: section["name"] for section in content["sections"]}
    found: dict[int | None, list[FiledPaper]] = {number: [] for number in (*names, None)}
    for one in content["evidence"]:
        paper = FiledPaper(
            title=one["title"] or one["name"],
            name=one["name"],
            kind=one["kind"],
            size=one["size"],
            sha256=one["sha256"],
            numbers=tuple(one["numbers"]),
            file=kept.get(one["sha256"]),
        )
        for number in one["criteria"] or [None]:
            found[number].append(paper)
    return tuple(
        FiledSection(number, names.get(number, ""), tuple(papers))
        for number, papers in found.items()
        if papers
    )


# -- what differs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure, verdict, wording or note that is not the same: in words, old and new."""

    number: str
    name: str
    what: str
    old: str
    new: str
    old_kind: str = ""
    new_kind: str = ""


@dataclass(frozen=True)
class Comparison:
    """An earlier and a later state of one report."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @cached_property
    def counts(self) -> list[Difference]:
        """How many are entered and how many criteria are met; empty where both stand."""
        pairs = [
            (_("Chỉ tiêu đã nhập"), _entered(self.old), _entered(self.new)),
            (_("Tiêu chí đạt"), _met(self.old), _met(self.new)),
        ]
        return [Difference("", name, "count", old, new) for name, old, new in pairs if old != new]

    @cached_property
    def criteria(self) -> list[Difference]:
        """Criteria whose verdict is another."""
        return list(_pairs_of(_criteria(self.old), _criteria(self.new), "criterion"))

    @cached_property
    def rows(self) -> list[Difference]:
        """Figures, verdicts, requirements and notes of the rows and their parts."""
        old, new = dict(_rows(self.old)), dict(_rows(self.new))
        order = [*new, *(code for code in old if code not in new)]
        return [one for code in order for one in _row_differences(old.get(code), new.get(code))]

    @cached_property
    def evidence(self) -> list[Difference]:
        """Files that came, went, or stand behind other figures; none where one of the two kept no list."""
        if not self.knows_evidence:
            return []
        old, new = (_papers(content) for content in (self.old, self.new))
        return [
            Difference("", one["title"] or one["name"], _("minh chứng"), _behind(was), _behind(now))
            for key, one in {**old, **new}.items()
            if _behind(was := old.get(key)) != _behind(now := new.get(key))
        ]

    @property
    def knows_evidence(self) -> bool:
        """Both states say which files stood behind their figures."""
        return "evidence" in self.old and "evidence" in self.new

    @property
    def same(self) -> bool:
        return not (self.counts or self.criteria or self.rows or self.evidence)


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """What changed from an earlier printed report to a later one."""
    return Comparison(old, new)


def _entered(content: Mapping[str, Any]) -> str:
    return f"{content['entered']}/{content['count']}"


def _met(content: Mapping[str, Any]) -> str:
    result = content["result"]
    if content["set"] is None:
        return MISSING
    return f"{result['met']}/{result['met'] + result['not_met'] + result['unknown']}"


def _criteria(content: Mapping[str, Any]) -> dict[str, tuple[str, str, int]]:
    return {
        str(one["number"]): (str(one["number"]), one["name"], one["verdict"])
        for one in content["sections"]
        if one["number"] is not None
    }


def _pairs_of(
    old: Mapping[str, tuple[str, str, int]], new: Mapping[str, tuple[str, str, int]], what: str
) -> Iterator[Difference]:
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        was, now = (one[2] if one else None for one in (before, after))
        if was != now:
            number, name, _verdict = after or before or ("", "", 0)
            yield Difference(
                number, name, what, verdict_words(was), verdict_words(now), _kind(was), _kind(now)
            )


def _rows(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every row and part by its indicator's code; a part bears its row's number."""
    for section in content["sections"]:
        for row in section["rows"]:
            yield row["code"], {**row, "number": row["number"]}
            for part in row["parts"]:
                yield part["code"], {"number": row["number"], **part}


def _papers(content: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The files of a printed report: the same content under the same name is the same file."""
    return {(one["sha256"], one["name"]): one for one in content["evidence"]}


def _behind(paper: Mapping[str, Any] | None) -> str:
    """What a file stands behind, in words: 'của 17.1, 17.2'."""
    if paper is None:
        return MISSING
    if not paper["numbers"]:
        return _("có, chưa gắn chỉ tiêu")
    return _("của {numbers}").format(numbers=", ".join(paper["numbers"]))


def _row_differences(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Difference]:
    known = new or old or {}
    number, name = known["number"], known["name"]
    if old is None or new is None:
        yield Difference(number, name, _("chỉ tiêu"), _shown(old), _shown(new))
        return
    keys = ("value", "denominator", "percentage", "not_applicable")
    if any(old.get(key) != new.get(key) for key in keys):
        yield Difference(number, name, _("số liệu"), _shown(old), _shown(new))
    was, now = old.get("verdict"), new.get("verdict")
    if was != now:
        words = (verdict_words(was), verdict_words(now))
        yield Difference(number, name, _("đánh giá"), *words, _kind(was), _kind(now))
    for key, what in (("name", _("tên")), ("threshold", _("mức đạt chuẩn")), ("note", _("ghi chú"))):
        if old.get(key, "") != new.get(key, ""):
            yield Difference(number, name, what, old.get(key) or MISSING, new.get(key) or MISSING)


def _shown(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return _("không có trong biểu")
    return f"{figure['shown']} ({figure['detail']})" if figure["detail"] else str(figure["shown"])


def _kind(verdict: int | None) -> str:
    return VERDICT_KINDS[Verdict(verdict)] if verdict is not None else ""


def verdict_words(verdict: int | None) -> str:
    """A verdict in the middle of a line; an em dash where there is none."""
    if verdict is None:
        return MISSING
    return {
        Verdict.MET: _("đạt"),
        Verdict.NOT_MET: _("chưa đạt"),
        Verdict.UNKNOWN: _("chưa đủ số liệu"),
        Verdict.NOT_APPLICABLE: _("không áp dụng"),
    }[Verdict(verdict)]
