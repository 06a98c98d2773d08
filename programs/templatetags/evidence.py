"""Evidence on any page: files behind a row or a criterion, where a file is fetched, how large it is."""

from collections.abc import Sequence

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from programs.models import Evidence, Report, StoredFile
from programs.queries.files import Paper, evidence_rows, key_of, paper_of
from programs.queries.structure import Row, Section
from programs.rules.numbers import format_number

register = template.Library()


def _kept(report: Report) -> list[Evidence]:
    """A report's files, read once a page however many rows ask."""
    kept: list[Evidence] | None = report.__dict__.get("_evidence_of_page")
    if kept is None:
        kept = report.__dict__["_evidence_of_page"] = evidence_rows(report)
    return kept


def _behind(report: Report, rows: Sequence[Row]) -> list[Paper]:
    papers = [paper_of(one, rows) for one in _kept(report)]
    return [paper for paper in papers if paper.rows]


@register.simple_tag
def row_evidence(report: Report, row: Row) -> list[Paper]:
    """The files behind one row of a form."""
    return _behind(report, [row])


@register.simple_tag
def section_evidence(report: Report, section: Section) -> list[Paper]:
    """The files behind a criterion, each once, with the numbers of its rows there."""
    return _behind(report, section.rows)


@register.filter
def file_url(file: StoredFile) -> str:
    """Where a stored file is fetched; its reader's scope is asked there again."""
    return reverse("stored_file", args=[file.pk, key_of(file)])


@register.filter
def file_size(size: int) -> str:
    """'340 KB', '2,4 MB': as a phone says it."""
    if size < 1024 * 1024:
        return _("{size} KB").format(size=max(1, round(size / 1024)))
    return _("{size} MB").format(size=format_number(round(size * 10 / 1024 / 1024), 1))
