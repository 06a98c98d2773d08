"""'Không áp dụng' leaves the count of what is entered: how many rows of a report it is."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from programs.models import Observation


def absent_count() -> Coalesce:
    """How many rows of a report do not apply, to annotate reports with; parts are not rows."""
    rows = Observation.objects.filter(report=OuterRef("pk"), not_applicable=True, indicator__parent=None)
    counted = rows.order_by().values("report").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def with_absent(words: str, absent: int) -> str:
    """'Đã nhập 44/56, 1 không áp dụng': the words of a count that leaves them out, and how many they are."""
    return _("{words}, {count} không áp dụng").format(words=words, count=absent) if absent else words
