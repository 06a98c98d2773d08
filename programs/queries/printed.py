"""A report as data to print: the same shape for the live report and for a version that was sent.

Plain lists and numbers, no objects, so that what was sent can be stored, hashed, printed as it was and
compared with what came later.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from programs.models import Evidence, Observation, Report
from programs.queries.deadlines import window_words
from programs.queries.files import evidence_listed
from programs.queries.structure import Row, Section, Structure, structure_of
from programs.queries.thresholds import threshold_words, unit_words
from programs.queries.wording import figure_words
from programs.rules.verdicts import Figure

# Raised when the shape below changes: an old version is read by the number it carries.
SHAPE = 3


def printed_report(
    report: Report,
    structure: Structure | None = None,
    held: Mapping[int, Observation] | None = None,
    papers: Iterable[Evidence] | None = None,
) -> dict[str, Any]:
    """Everything that the official table shows of a report, in the form's order.

    With `papers`, the files behind its figures are listed too: they belong to what is sent, not to the table.
    """
    structure = structure or structure_of(report.form, report.period)
    if held is None:
        held = {one.indicator_id: one for one in report.observations.all()}
    figures = {pk: one.figure for pk, one in held.items()}
    result = structure.judge(figures)
    window = window_words(report.period.data_from, report.period.data_to)
    return {
        "shape": SHAPE,
        "unit": {
            "code": report.unit.code,
            "name": report.unit.name,
            "from": report.unit.valid_from.isoformat(),
        },
        "period": {
            "code": report.period.code,
            "name": report.period.name,
            **({"window": window} if window else {}),
        },
        "form": {"code": report.form.code, "name": report.form.name},
        "set": _set_of(structure),
        "entered": structure.entered(figures),
        "count": structure.count,
        "incomplete_reason": report.incomplete_reason,
        "result": {
            "verdict": int(result.verdict),
            "met": result.met,
            "not_met": result.not_met,
            "unknown": result.unknown,
            "not_applicable": result.not_applicable,
            "provisional": result.provisional,
        },
        "sections": [_section(section, held, figures) for section in structure.sections],
        **({} if papers is None else {"evidence": evidence_listed(papers, structure)}),
    }


def _set_of(structure: Structure) -> dict[str, Any] | None:
    chosen = structure.criteria_set
    if chosen is None:
        return None
    return {"code": chosen.code, "name": chosen.name, "ended": structure.set_has_ended}


def _section(
    section: Section, held: Mapping[int, Observation], figures: Mapping[int, Figure]
) -> dict[str, Any]:
    judged = section.judge(figures)
    criterion = section.criterion
    return {
        "number": criterion.number if criterion else None,
        "name": criterion.name if criterion else "",
        "verdict": int(judged.verdict),
        "met": judged.met,
        "applicable": judged.applicable,
        "total": judged.total,
        "provisional": judged.provisional,
        "rows": [_row(row, held, figures) for row in section.rows],
    }


def _row(row: Row, held: Mapping[int, Observation], figures: Mapping[int, Figure]) -> dict[str, Any]:
    one = held.get(row.indicator.pk)
    return {
        "number": row.number,
        "code": row.indicator.code,
        "name": row.requirement.wording if row.requirement else row.indicator.name,
        "unit": unit_words(row.indicator),
        "threshold": threshold_words(row),
        "verdict": int(row.judge(figures)) if row.requirement else None,
        "note": one.note if one else "",
        "version": one.version if one else 0,
        **_figure(row, "", figures),
        "parts": [
            {"part": name, "code": part.code, "name": part.name, **_figure(row, name, figures)}
            for name, part in row.parts.items()
        ],
    }


def _figure(row: Row, part: str, figures: Mapping[int, Figure]) -> dict[str, Any]:
    indicator = row.parts[part] if part else row.indicator
    figure = figures.get(indicator.pk, Figure(None))
    words = figure_words(figure, indicator, row, part)
    return {
        "value": figure.value,
        "denominator": figure.denominator,
        **({} if figure.percentage is None else {"percentage": int(100 * figure.percentage)}),
        "not_applicable": figure.not_applicable,
        "shown": words.main,
        "detail": words.detail,
        "kind": indicator.kind,
        "decimals": indicator.decimals,
        "scale": indicator.entry_scale,
    }
