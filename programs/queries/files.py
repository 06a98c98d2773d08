"""Evidence of a report: its files by criterion and indicator, and a stored file for who may read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Role, User
from programs.models import Evidence, Report, StoredFile
from programs.queries.desks import part_of
from programs.queries.structure import Row, Section, Structure, structure_of

KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": gettext_lazy("ảnh"),
    "image/png": gettext_lazy("ảnh"),
    "application/msword": "Word",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.ms-excel": "Excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
}


@dataclass(frozen=True)
class Paper:
    """One file behind figures of a report, with the ids of its indicators and what may be done with it."""

    evidence: Evidence
    indicators: frozenset[int]
    rows: tuple[Row, ...]
    is_sent: bool

    @property
    def file(self) -> StoredFile:
        return self.evidence.file

    @property
    def title(self) -> str:
        return self.evidence.title or self.file.name

    @property
    def numbers(self) -> list[str]:
        """The numbers of its rows, in the form's order; where a form has none, their titles."""
        return [row.number or row.title for row in self.rows]

    @property
    def codes(self) -> list[str]:
        return [row.indicator.code for row in self.rows]

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.file.media_type, self.file.media_type))


@dataclass(frozen=True)
class EvidenceSection:
    """One criterion with the files behind its figures; `own` are the rows the reader's desk fills in."""

    section: Section
    papers: tuple[Paper, ...]
    own: bool

    @property
    def number(self) -> str:
        return str(self.section.criterion.number) if self.section.criterion else ""

    @property
    def name(self) -> str:
        return self.section.criterion.title if self.section.criterion else _("Số liệu")

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.section.rows

    @cached_property
    def without(self) -> list[Row]:
        """Rows that no file stands behind."""
        held = {pk for paper in self.papers for pk in paper.indicators}
        return [row for row in self.rows if row.indicator.pk not in held]


@dataclass(frozen=True)
class ReportEvidence:
    """All files of a report, by the form's order."""

    structure: Structure
    papers: tuple[Paper, ...]

    def of_section(self, section: Section) -> tuple[Paper, ...]:
        """Each file once, though several rows of the criterion rest on it."""
        own = {row.indicator.pk for row in section.rows}
        return tuple(paper for paper in self.papers if paper.indicators & own)

    @property
    def loose(self) -> list[Paper]:
        """Files that stand behind no figure yet."""
        return [paper for paper in self.papers if not paper.rows]


@dataclass(frozen=True)
class EvidencePage:
    """The evidence of one report for one reader."""

    report: Report
    evidence: ReportEvidence
    sections: tuple[EvidenceSection, ...]
    why_frozen: str

    @property
    def writable(self) -> bool:
        return not self.why_frozen

    @property
    def count(self) -> int:
        return len(self.evidence.papers)

    @property
    def backed(self) -> int:
        """How many of the form's rows have a file behind them."""
        return sum(len(section.rows) - len(section.without) for section in self.sections)

    @property
    def bare(self) -> list[EvidenceSection]:
        """Criteria without any file."""
        return [section for section in self.sections if not section.papers]

    @property
    def row_count(self) -> int:
        return self.evidence.structure.count


def evidence_of(report: Report) -> ReportEvidence:
    """A report's files by the form's order: four queries, whatever their number."""
    structure = structure_of(report.form, report.period)
    sent_at = report.versions.aggregate(last=Max("at"))["last"]
    return ReportEvidence(
        structure, tuple(paper_of(one, list(structure), sent_at) for one in evidence_rows(report))
    )


def evidence_rows(report: Report) -> list[Evidence]:
    """A report's files with their indicators: one query, two when there are any."""
    rows = report.evidence.select_related("file", "by").prefetch_related("indicators")
    return list(rows.order_by("at", "pk"))


def paper_of(one: Evidence, rows: Sequence[Row], sent_at: datetime | None = None) -> Paper:
    """A file as it stands behind these rows of the form."""
    held = frozenset(indicator.pk for indicator in one.indicators.all())
    behind = tuple(row for row in rows if row.indicator.pk in held)
    return Paper(one, held, behind, is_sent=sent_at is not None and one.at <= sent_at)


def evidence_page(report: Report, *, reader: User, today: date, why_frozen: str) -> EvidencePage:
    """The page of a report's evidence: at most a dozen queries."""
    evidence = evidence_of(report)
    structure = evidence.structure
    part = None if why_frozen else part_of(reader, report.unit, structure.criteria_set, today, [Role.CADRE])
    sections = tuple(
        EvidenceSection(
            section,
            evidence.of_section(section),
            own=part is None or section.criterion is None or section.criterion.pk in part,
        )
        for section in structure.sections
    )
    return EvidencePage(report, evidence, sections, why_frozen)


def evidence_listed(rows: Iterable[Evidence], structure: Structure) -> list[dict[str, object]]:
    """Files as data, for a version that is frozen: what each is called, its kind, size (bytes), SHA-256, and
    the criteria and indicators that it stands behind, in the order they were put."""
    listed = []
    for one in rows:
        paper = paper_of(one, list(structure))
        sections = [structure.section_of[row.indicator.pk].criterion for row in paper.rows]
        listed.append(
            {
                "title": one.title,
                "name": one.file.name,
                "kind": paper.kind,
                "size": one.file.size,
                "sha256": one.file.sha256,
                "criteria": sorted({criterion.number for criterion in sections if criterion is not None}),
                "indicators": [row.indicator.code for row in paper.rows],
                "numbers": paper.numbers,
            }
        )
    return listed


def key_of(file: StoredFile) -> str:
    """The secret half of a file's address: its random name on the disk."""
    return str(file.content.name).rsplit("/", 1)[-1]


def readers_file(pk: int, key: str, *, reader: User, today: date) -> StoredFile | None:
    """A stored file by number and key, if the person may read its unit."""
    found = StoredFile.objects.readable_by(reader, today).filter(pk=pk).first()
    return found if found is not None and key_of(found) == key else None
