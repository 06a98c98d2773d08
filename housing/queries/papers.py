"""The papers of a review to print: blank sheets, the posting, minutes, decision, certificates, notices.

Official papers are in Vietnamese, whoever prints them. A paper before its decision says that it is a draft.
Decision 24/2021/QĐ-TTg names them; its wording was not at hand, so each says only what the review holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from communes.models import Unit, User
from housing.models import CommuneReview, Meeting, PovertyClass, PovertyReview, VillageReview, units_of_people
from housing.queries.reviews import GONE, refused_rows, review_rows
from housing.queries.sheets import Questions, questions_of
from housing.rules.identity import masked
from housing.rules.meetings import passes

CLASS_WORDS = {
    PovertyClass.POOR: "hộ nghèo",
    PovertyClass.NEAR_POOR: "hộ cận nghèo",
    PovertyClass.NEITHER: "không thuộc hộ nghèo, hộ cận nghèo",
}
LEFT_WORDS = {PovertyClass.POOR: "thoát nghèo", PovertyClass.NEAR_POOR: "thoát cận nghèo"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper: its name in an address, its title, and what it prints a page for."""

    code: str
    title: str
    short: str
    one_each: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind("sheets", "Phiếu rà soát hộ nghèo, hộ cận nghèo", "Phiếu trắng", one_each=True),
        Kind("posting", "Danh sách niêm yết kết quả rà soát", "Niêm yết"),
        Kind("minutes", "Biên bản họp dân thống nhất kết quả rà soát", "Biên bản họp"),
        Kind("decision", "Quyết định công nhận hộ nghèo, hộ cận nghèo", "Quyết định"),
        Kind(
            "certificates",
            "Giấy chứng nhận hộ nghèo, hộ cận nghèo",
            "Giấy chứng nhận",
            one_each=True,
        ),
        Kind("notices", "Thông báo kết quả rà soát hộ đề nghị", "Thông báo không công nhận", one_each=True),
    )
}


@dataclass(frozen=True, slots=True)
class Line:
    """A household on a paper, with its number in the list."""

    number: int
    sheet: PovertyReview

    @property
    def class_words(self) -> str:
        return CLASS_WORDS.get(PovertyClass(self.sheet.poverty_class), "") if self.sheet.poverty_class else ""

    @property
    def left_words(self) -> str:
        """'thoát nghèo' of a household that was poor at the opening and is not now."""
        before, now = self.sheet.opening_class, self.sheet.poverty_class
        if before not in LEFT_WORDS or not now or now == before or now == PovertyClass.POOR:
            return ""
        return LEFT_WORDS[PovertyClass(before)]

    @property
    def masked_number(self) -> str:
        number = self.sheet.household.identity_number
        return masked(number) if number else ""


@dataclass(frozen=True)
class VillagePart:
    """One village's part of a paper."""

    village: Unit
    lines: tuple[Line, ...]
    part: VillageReview | None = None
    meetings: tuple[Meeting, ...] = ()

    def of(self, *classes: str) -> list[Line]:
        return [line for line in self.lines if line.sheet.poverty_class in classes]

    @property
    def poor(self) -> list[Line]:
        return self.of(PovertyClass.POOR)

    @property
    def near(self) -> list[Line]:
        return self.of(PovertyClass.NEAR_POOR)

    @property
    def left(self) -> list[Line]:
        return [line for line in self.lines if line.left_words]

    @property
    def outcomes(self) -> list[tuple[Meeting, bool]]:
        return [(one, passes(one.present, one.agreed)) for one in self.meetings]


@dataclass(frozen=True)
class ReviewPaper:
    """A paper to print: `villages` in their order; `questions` for the blank sheets."""

    kind: Kind
    review: CommuneReview
    villages: tuple[VillagePart, ...]
    questions: Questions | None = None

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def office(self) -> str:
        return f"UBND {self.review.commune.name.upper()}"

    @property
    def is_draft(self) -> bool:
        """A decision, and what follows from it, holds once it is signed."""
        return self.kind.code in ("decision", "certificates", "notices") and not self.review.is_closed

    @property
    def file_name(self) -> str:
        return f"sonla-{self.review.commune.code}-{self.review.round.code}-{self.kind.code}"

    @cached_property
    def households(self) -> int:
        return sum(len(village.lines) for village in self.villages)

    @property
    def poor(self) -> int:
        return sum(len(village.poor) for village in self.villages)

    @property
    def near(self) -> int:
        return sum(len(village.near) for village in self.villages)

    @property
    def left(self) -> int:
        return sum(len(village.left) for village in self.villages)

    @property
    def number_words(self) -> str:
        number = self.review.decision_number if self.kind.code in ("decision", "certificates") else ""
        return f"Số: {number}" if number else "Số: ………"

    @property
    def place_and_day(self) -> str:
        day = self.review.decided_on if self.kind.code in ("decision", "certificates", "notices") else None
        name = self.review.commune.name.partition(" ")[2]
        if day is None:
            return f"{name}, ngày …… tháng …… năm {self.review.round.ends_on.year}"
        return f"{name}, ngày {day.day} tháng {day.month} năm {day.year}"


def knows_people(review: CommuneReview, user: User, at: date) -> bool:
    """Whether the person may read names of this commune: papers by name are for its own people."""
    return units_of_people(user, at).filter(pk=review.commune_id).exists()


def review_paper(kind: Kind, review: CommuneReview, village: Unit | None = None) -> ReviewPaper:
    """The paper with the households that it names; of one village where one is asked for."""
    rows = refused_rows(review) if kind.code == "notices" else review_rows(review, village).exclude(GONE)
    if kind.code == "certificates":
        rows = rows.filter(poverty_class__in=[PovertyClass.POOR, PovertyClass.NEAR_POOR])
    if kind.code in ("posting", "decision", "minutes"):
        rows = rows.exclude(poverty_class="")
    parts = {
        one.village_id: one for one in review.villages.select_related("village").prefetch_related("meetings")
    }
    villages = tuple(_by_village(list(rows), parts))
    questions = questions_of(review) if kind.code == "sheets" else None
    return ReviewPaper(kind, review, villages, questions)


def _by_village(rows: Sequence[PovertyReview], parts: dict[int, VillageReview]) -> Iterator[VillagePart]:
    found: dict[int, list[PovertyReview]] = {}
    for row in rows:
        found.setdefault(row.village_id, []).append(row)
    number = 0
    for pk, sheets in found.items():
        lines = []
        for sheet in sheets:
            number += 1
            lines.append(Line(number, sheet))
        part = parts.get(pk)
        meetings = tuple(part.meetings.all()) if part is not None else ()
        yield VillagePart(sheets[0].village, tuple(lines), part, meetings)


def villages_of_review(review: CommuneReview) -> list[Unit]:
    """The villages whose households are on the list, by name."""
    rows = Unit.objects.filter(pk__in=review.sheets.values("village"))
    return list(rows.order_by("search_name", "pk"))
