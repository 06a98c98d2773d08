"""What was taken away as a file, for those who inspect and administer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q

from communes.models import Level, Membership, Unit, User
from communes.rules.text import fold
from programs.models import ExportLog
from programs.models.exports import EXPORT_KINDS, WATCHING
from programs.queries.report_list import QuestionError

PER_PAGE = 50


@dataclass(frozen=True)
class ExportList:
    """A page of the list; `watches` is false for whoever sees only what they took themselves."""

    WORDS: ClassVar[tuple[str, ...]] = ("kind", "q", "page")

    kind: str
    q: str
    page: "Page[ExportLog]"
    watches: bool

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(kind, str(words)) for kind, words in EXPORT_KINDS.items()]

    @cached_property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def query(self) -> str:
        words = {"kind": self.kind, "q": self.q}
        return urlencode({name: word for name, word in words.items() if word})


def export_list(reader: User, today: date, words: Mapping[str, str]) -> ExportList:
    """What `reader` may see of what was taken away, the latest first; three queries.

    Raises QuestionError for a word whose value does not exist.
    """
    kind, number = words.get("kind", ""), words.get("page", "1")
    if kind and kind not in EXPORT_KINDS:
        raise QuestionError("kind", kind)
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 6):
        raise QuestionError("page", number)
    q = words.get("q", "").replace("\0", "").strip()[:120]
    rows = ExportLog.objects.readable_by(reader, today).select_related("unit", "by")
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(Q(unit__search_name__contains=fold(q)) | Q(unit__code=q))
    watches = reader.is_superuser or Membership.objects.of(reader, today).filter(role__in=WATCHING).exists()
    return ExportList(kind, q, Paginator(rows, PER_PAGE).get_page(int(number)), watches)


def own_ground(reader: User, today: date) -> Unit | None:
    """The highest unit on which a person holds a role: what 'the whole scope' of a list means."""
    held = Membership.objects.of(reader, today).select_related("unit").order_by("pk")
    tiers = list(Level)
    return min((one.unit for one in held), key=lambda unit: tiers.index(Level(unit.level)), default=None)
