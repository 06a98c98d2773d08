"""The leader's page: what is about to go out, who typed it, and what waits for the leader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from communes.models import User
from programs.models import Observation, Report, ReportEvent, ReportState, ReportVersion
from programs.queries.entry import SectionView, held_figures, report_title, section_views
from programs.queries.review import entered_words
from programs.queries.structure import Structure, structure_of
from programs.rules.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Typist:
    """Somebody whose figures stand in the report: how many indicators, of which criteria, until when."""

    name: str
    count: int
    criteria: tuple[int, ...]
    last: datetime


@dataclass(frozen=True)
class ApprovalPage:
    """One report before its leader."""

    report: Report
    structure: Structure
    sections: tuple[SectionView, ...]
    typists: tuple[Typist, ...]
    presented: ReportEvent | None

    @property
    def title(self) -> str:
        return report_title(self.report)

    @property
    def waits(self) -> bool:
        return self.report.state == ReportState.WAITING

    @property
    def judged(self) -> bool:
        return self.structure.criteria_set is not None

    @cached_property
    def not_applicable(self) -> int:
        return sum(row.not_applicable for section in self.sections for row in section.rows)

    @property
    def missing(self) -> int:
        return self.structure.count - self.entered

    @cached_property
    def entered(self) -> int:
        return sum(row.entered for section in self.sections for row in section.rows)

    @property
    def entered_words(self) -> str:
        away = self.not_applicable
        return entered_words(self.entered - away, self.structure.count - away, away)

    @property
    def met(self) -> int:
        return sum(one.verdict is Verdict.MET for one in self.sections)

    @property
    def applicable(self) -> int:
        return sum(one.verdict is not Verdict.NOT_APPLICABLE for one in self.sections)

    @property
    def not_met(self) -> list[SectionView]:
        return [one for one in self.sections if one.verdict is Verdict.NOT_MET]

    @property
    def unknown(self) -> list[SectionView]:
        return [one for one in self.sections if one.verdict is Verdict.UNKNOWN]


def approval_page(report: Report) -> ApprovalPage:
    """The leader's page of one report: three queries."""
    structure = structure_of(report.form, report.period)
    held = held_figures(report)
    presented = report.events.filter(to_state=ReportState.WAITING).select_related("by").first()
    return ApprovalPage(
        report, structure, section_views(structure, held), _typists(structure, held), presented
    )


def may_approve(report: Report, user: User, today: date) -> bool:
    return Report.objects.approvable_by(user, today).filter(pk=report.pk).exists()


def last_signatory(report: Report) -> str:
    """Who signed the unit's last paper, to be put beforehand; '' when there is none."""
    rows = ReportVersion.objects.filter(report__unit=report.unit_id).exclude(signatory="").order_by("-at")
    return rows.values_list("signatory", flat=True).first() or ""


def _typists(structure: Structure, held: Mapping[int, Observation]) -> tuple[Typist, ...]:
    """Whose figures they are, the one with the most first; figures that follow from others are nobody's."""
    rows: dict[int, set[int]] = {}
    criteria: dict[int, set[int]] = {}
    people: dict[int, User] = {}
    last: dict[int, datetime] = {}
    for section in structure.sections:
        for row in section.rows:
            for one in (held.get(typed.pk) for typed in row.typed):
                if one is None or not one.figure.given:
                    continue
                key = one.updated_by_id
                people[key] = one.updated_by
                rows.setdefault(key, set()).add(row.indicator.pk)
                last[key] = max(last.get(key, one.updated_at), one.updated_at)
                if section.criterion is not None:
                    criteria.setdefault(key, set()).add(section.criterion.number)
    found = [
        Typist(
            str(people[key]),
            len(rows[key]),
            tuple(sorted(criteria.get(key, ()))),
            timezone.localtime(last[key]),
        )
        for key in people
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))
