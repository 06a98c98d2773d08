"""What a requirement's version decides: the periods and reports that are judged by it."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from programs.models import CriteriaSet, Period, Requirement


def judged_periods(criteria_set: CriteriaSet, since: date, until: date | None) -> QuerySet[Period]:
    """Periods with reports against the set whose last day lies from `since` to before `until`.

    Each with `judged`, how many reports that is; the latest first.
    """
    days = Q(ends_on__gte=since) if until is None else Q(ends_on__gte=since, ends_on__lt=until)
    of_set = Q(reports__form__assignments__criteria_set=criteria_set)
    counted = Period.objects.filter(days).annotate(judged=Count("reports", filter=of_set, distinct=True))
    return counted.filter(judged__gt=0).latest_first()


def kinds_on(requirement: Requirement, day: date) -> dict[str, str]:
    """The kind of a requirement's indicator ('') and of each of its parts, as `check_rule` wants them."""
    parts = requirement.indicator.parts.measured_on(day)
    return {"": requirement.indicator.kind} | {part.part: part.kind for part in parts}
