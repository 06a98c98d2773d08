"""'Sau sắp xếp': the successors of one act, by what became of the standard, and by former district."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Act, Unit
from programs.models import RevocationRule
from programs.queries.after_act import After, Fate, acts_in, after_act
from sonla.dashboards.queries.question import Question

WORDS = {
    Fate.LOST: (
        gettext_lazy("Mất chuẩn"),
        gettext_lazy("có đơn vị cũ đã được công nhận, nay thiếu đến mức phải xem xét thu hồi"),
    ),
    Fate.REGAIN: (
        gettext_lazy("Có thể lấy lại"),
        gettext_lazy("có đơn vị cũ đã được công nhận, nay đủ hoặc thiếu ít hơn mức đó"),
    ),
    Fate.KEPT: (gettext_lazy("Giữ được"), gettext_lazy("đã được công nhận lại sau sắp xếp")),
    Fate.NEVER: (gettext_lazy("Trước đó chưa đạt"), gettext_lazy("không đơn vị cũ nào được công nhận")),
}


@dataclass(frozen=True)
class Group:
    """The successors with one fate."""

    name: str
    words: str
    rows: list[After]


@dataclass(frozen=True)
class AfterPage:
    """`wrong` names a parameter that names no act or former district, `allowed` what it could have been."""

    question: Question
    acts: list[Act]
    act: Act | None
    every: list[After]
    district: Unit | None
    wrong: str = ""

    @cached_property
    def districts(self) -> list[Unit]:
        """The former districts that the successors' land was in."""
        found = {one.pk: one for row in self.every for one in row.districts}
        return sorted(found.values(), key=lambda one: one.code)

    @property
    def allowed(self) -> list[str]:
        if self.wrong == "act":
            return [one.number for one in self.acts]
        return [one.code for one in self.districts]

    @cached_property
    def rows(self) -> list[After]:
        if self.district is None:
            return self.every
        return [row for row in self.every if self.district in row.districts]

    @cached_property
    def groups(self) -> list[Group]:
        found = []
        for fate, (name, words) in WORDS.items():
            rows = [row for row in self.rows if row.fate is fate]
            if rows:
                found.append(Group(str(name), str(words), rows))
        return found

    @property
    def waiting(self) -> int:
        return sum(row.awaits for row in self.rows)

    @property
    def had(self) -> int:
        """Successors with a predecessor that was recognised."""
        return sum(bool(row.had) for row in self.rows)

    @property
    def place(self) -> str:
        """'địa bàn huyện Sốp Cộp cũ', or the unit."""
        if self.district is None:
            return self.question.place
        name = self.district.name
        return _("Địa bàn {district} cũ").format(district=name[:1].lower() + name[1:])

    @property
    def rule(self) -> RevocationRule | None:
        return self.every[0].rule if self.every else None


def after_page(question: Question, number: str, code: str) -> AfterPage:
    """The page of one act, the latest where none is asked for; the number of queries grows with nothing."""
    scope = question.reader.scope
    acts = acts_in(scope.filter(province=question.unit.province or question.unit))
    act = next((one for one in acts if one.number == number), None) if number else next(iter(acts), None)
    if number and act is None:
        return AfterPage(question, acts, None, [], None, "act")
    every = after_act(act, question.unit, scope, question.today, question.state) if act else []
    page = AfterPage(question, acts, act, every, None)
    if not code:
        return page
    district = next((one for one in page.districts if one.code == code), None)
    return AfterPage(question, acts, act, every, district, "" if district else "district")
