"""What the form's script is told about each figure that it sent."""

from typing import Any

from django.utils import timezone

from programs.forms import Outcome, Saved
from programs.models import Observation
from programs.queries.entry import RowView, SectionView, progress_words, touched_sections
from programs.queries.entry_fields import Field, shown_figure, typed_text
from programs.rules.verdicts import Verdict


def answer(saved: Saved) -> dict[str, Any]:
    """Each figure with its status; the rows, criteria and counts that follow from what was stored."""
    if saved.recorded is None:
        return {"items": [_item(outcome, None) for outcome in saved.outcomes], "frozen": saved.frozen}
    recorded, structure = saved.recorded, saved.recorded.structure
    sent = {outcome.typed.indicator for outcome in saved.outcomes}
    sections = touched_sections(structure, recorded.observations, sent)
    touched = [
        row for section in sections for row in section.rows if sent & {one.code for one in row.refusable}
    ]
    figures = {pk: one.figure for pk, one in recorded.observations.items()}
    fields = {one.code: one for row in touched for one in row.refusable}
    return {
        "items": [_item(outcome, fields.get(outcome.typed.indicator)) for outcome in saved.outcomes],
        "frozen": saved.frozen,
        "rows": {row.anchor: _row(row) for row in touched},
        "sections": {section.anchor: section.count_words for section in sections if _holds(section, touched)},
        "progress": {
            "entered": recorded.report.entered,
            "count": structure.count,
            "words": progress_words(
                recorded.report.entered,
                structure.count,
                sum(
                    row.indicator.pk in figures and figures[row.indicator.pk].not_applicable
                    for row in structure
                ),
            ),
            "notMet": sum(row.judge(figures) == Verdict.NOT_MET for row in structure),
        },
    }


def _holds(section: SectionView, rows: list[RowView]) -> bool:
    return any(row in section.rows for row in rows)


def _row(row: RowView) -> dict[str, Any]:
    return {
        "verdict": row.verdict.name.lower(),
        "result": row.result or "—",
        "entered": row.entered,
        "own": row.own.version,
    }


def _item(outcome: Outcome, field: Field | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "indicator": outcome.typed.indicator,
        "status": outcome.status,
        "errors": outcome.errors,
        "warnings": outcome.warnings,
    }
    if outcome.theirs is not None:
        told["theirs"] = _theirs(outcome.theirs)
    elif field is not None and outcome.status in ("saved", "unchanged"):
        told |= {
            "version": field.version,
            "value": field.stored,
            "denominator": typed_text(field.figure.denominator, field.indicator),
            "not_applicable": field.figure.not_applicable,
            "note": field.note,
            "result": field.result or "—",
            "kept": field.kept_from,
        }
        if field.alone is not None:
            told["alone"] = field.alone
    return told


def _theirs(one: Observation) -> dict[str, Any]:
    """The figure that stands, as it was stored meanwhile: whose, when, and its texts for the boxes."""
    return {
        "version": one.version,
        "shown": shown_figure(one.figure, one.indicator),
        "value": typed_text(one.value, one.indicator),
        "denominator": typed_text(one.denominator, one.indicator),
        "not_applicable": one.not_applicable,
        "note": one.note,
        "who": str(one.updated_by) if one.updated_by_id else "",
        "when": timezone.localtime(one.updated_at).strftime("%H:%M %d/%m/%Y"),
    }
