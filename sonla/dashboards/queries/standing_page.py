"""'Giữ chuẩn': the recognised units of a territory, those that fell below first."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from communes.models import Unit
from programs.models import Recognition, RevocationRule
from programs.queries.keeping import Keeping, keeping
from sonla.dashboards.queries.question import Question


@dataclass(frozen=True)
class StandingPage:
    """Every recognition in force on the question's day, with what the unit meets then.

    `revoked` were ended by a decision by that day; `may_revoke` are those the reader may record one for.
    """

    question: Question
    rows: list[Keeping]
    revoked: list[Recognition]
    may_revoke: frozenset[int]
    rules: list[RevocationRule]

    @cached_property
    def proposed(self) -> list[Keeping]:
        return [row for row in self.rows if row.is_proposed]

    @cached_property
    def below(self) -> list[Keeping]:
        """No longer met, and not so far that the rule proposes anything."""
        return [row for row in self.rows if row.is_below and not row.is_proposed]

    @cached_property
    def fallen(self) -> list[Keeping]:
        return self.proposed + self.below

    @cached_property
    def silent(self) -> list[Keeping]:
        """Nothing determined in this state."""
        return [row for row in self.rows if row.assessment is None and not row.is_proposed]

    @cached_property
    def keeps(self) -> list[Keeping]:
        return [row for row in self.rows if row.assessment is not None and not row.is_below]

    @property
    def others(self) -> list[tuple[list[Keeping], str]]:
        """The lists that are folded, each with its words."""
        keeps, silent = len(self.keeps), len(self.silent)
        return [
            (self.keeps, _("{count} đơn vị giữ đủ tiêu chí").format(count=keeps)),
            (self.silent, _("{count} đơn vị chưa có số liệu để đánh giá").format(count=silent)),
        ]


def standing_page(question: Question) -> StandingPage:
    """The page; the number of queries grows with nothing."""
    reader, day = question.reader, question.day
    units = Unit.objects.territory_of(question.unit, day).filter(pk__in=reader.scope.values("pk"))
    rows = keeping(units, day, question.today, question.state)
    may = Recognition.objects.revocable_by(reader.user, reader.today)
    ids = [row.recognition.pk for row in rows]
    revoked = Recognition.objects.revoked_by(day).filter(unit__in=units).select_related("unit")
    return StandingPage(
        question,
        rows,
        list(revoked.order_by("-valid_to", "unit__code")),
        frozenset(may.filter(pk__in=ids).values_list("pk", flat=True)),
        list(RevocationRule.objects.in_force(day)),
    )
