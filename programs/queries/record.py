"""A commune's whole record, to be taken away: every figure of every report, its history and its papers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from django.db.models import QuerySet

from communes.models import Level, Lineage, Unit, User
from programs.models import (
    Evidence,
    Observation,
    ObservationChange,
    Report,
    ReportVersion,
    Requirement,
)


@dataclass
class UnitRecord:
    """What one unit holds; the commune's own, or a predecessor's."""

    unit: Unit
    is_own: bool
    reports: list[Report] = field(default_factory=list)
    figures: list[Observation] = field(default_factory=list)
    changes: list[ObservationChange] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    versions: list[ReportVersion] = field(default_factory=list)


@dataclass(frozen=True)
class CommuneRecord:
    """A commune and its whole predecessors, every step back, each with its own record."""

    unit: Unit
    units: Sequence[UnitRecord]
    numbers: dict[int, str]

    @property
    def figures(self) -> int:
        return sum(len(one.figures) for one in self.units)

    @property
    def files(self) -> int:
        scans = sum(version.scan is not None for one in self.units for version in one.versions)
        return scans + sum(len(one.evidence) for one in self.units)

    def number_of(self, indicator: int, parent: int | None) -> str:
        """'17.1'; a part bears its row's number."""
        return self.numbers.get(indicator) or self.numbers.get(parent or 0, "")


def record_of(code: str, *, reader: User, today: date) -> CommuneRecord | None:
    """The record of the commune that bears this code, within the reader's scope: nine queries.

    None where there is no such commune for this person.
    """
    scope = Unit.objects.readable_by(reader, today)
    unit = scope.filter(level=Level.COMMUNE).bearer(code)
    if unit is None:
        return None
    line = Lineage.objects.filter(unit=unit, predecessor__in=scope).order_by("depth", "predecessor__code")
    before = [one.predecessor for one in line.select_related("predecessor")]
    found = {one.pk: UnitRecord(one, one == unit) for one in (unit, *before)}
    units = list(found)
    for report in (
        Report.objects.readable_by(reader, today)
        .filter(unit__in=units)
        .select_related("form", "period")
        .order_by("period__ends_on", "form__code")
    ):
        found[report.unit_id].reports.append(report)
    for figure in _figures(reader, today, units):
        found[figure.unit_id].figures.append(figure)
    for change in _changes(reader, today, units):
        found[change.unit_id].changes.append(change)
    evidence = Evidence.objects.filter(report__unit__in=units).select_related(
        "file", "by", "report__period", "report__form"
    )
    for paper in evidence.prefetch_related("indicators").order_by("report__period__ends_on", "at"):
        found[paper.report.unit_id].evidence.append(paper)
    versions = ReportVersion.objects.filter(report__unit__in=units).select_related(
        "scan", "by", "report__period", "report__form"
    )
    for version in versions.order_by("report__period__ends_on", "number"):
        found[version.report.unit_id].versions.append(version)
    numbers = dict(Requirement.objects.order_by("valid_from").values_list("indicator", "number"))
    return CommuneRecord(unit, tuple(found.values()), numbers)


def _figures(reader: User, today: date, units: list[int]) -> "QuerySet[Observation]":
    rows = Observation.objects.readable_by(reader, today).filter(unit__in=units)
    return rows.select_related("period", "indicator", "updated_by", "report__form").order_by(
        "period__ends_on", "indicator__code"
    )


def _changes(reader: User, today: date, units: list[int]) -> "QuerySet[ObservationChange]":
    scope = cast("QuerySet[ObservationChange]", ObservationChange.objects.readable_by(reader, today))
    rows = scope.filter(unit__in=units).select_related("period", "indicator", "by")
    return rows.order_by("at", "pk")
