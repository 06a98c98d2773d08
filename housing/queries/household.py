"""One household as its page shows it: who is in it, what the reviews said, its houses, and its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communes.models import Unit, User
from housing.models import (
    Arrival,
    Departure,
    Education,
    EthnicGroup,
    Household,
    HouseholdChange,
    HousingProject,
    Member,
    PovertyReview,
    Relation,
    Schooling,
    Sex,
    Work,
)
from housing.queries.register import Ground, ground_of
from housing.rules.identity import masked
from programs.models import Through

HISTORY_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that changed, in words: what, from what, to what."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a household's history: who, when, through what door, and what changed."""

    kind: str
    at: datetime
    by: str
    through: str
    note: str
    about: str
    values: list[Value]


@dataclass(frozen=True)
class HouseholdPage:
    """A household for who may see it by name; `came_from` and `went_to` are communes, never their people."""

    household: Household
    ground: Ground
    members: list[Member]
    gone: list[Member]
    reviews: list[PovertyReview]
    houses: list[HousingProject]
    steps: list[Step]
    absorbed: list[Household]
    split_off: list[Household]
    went_to: Unit | None

    @property
    def came_from(self) -> Household | None:
        """The row of another commune, or the household of this one that it was split from."""
        return self.household.origin

    @property
    def from_elsewhere(self) -> bool:
        origin = self.household.origin
        return origin is not None and origin.commune_id != self.household.commune_id

    @property
    def may_write(self) -> bool:
        """Whether the reader may change it as it stands."""
        return self.ground.keeps and self.household.ended_on is None

    @property
    def may_restore(self) -> bool:
        return self.ground.keeps and self.household.ended_on is not None


def household_ground(code: str, pk: int, user: User, today: date) -> tuple[Ground | None, Household | None]:
    """The commune of a household's address, and the household if the person may see it by name.

    (None, None) for an outsider; (ground, None) for who reads the commune but not this household.
    """
    rows = Household.objects.readable_by(user, today).filter(pk=pk, commune__code=code)
    related = ("commune__kind", "village", "ethnic_group", "origin__commune", "merged_into", "updated_by")
    household = rows.select_related(*related).first()
    ground = ground_of(code, user, today)
    if household is None or ground is None or ground.unit.pk == household.commune_id:
        return ground, household
    # The household of a predecessor that bore the same code: there to be read.
    return Ground(household.commune, knows=True, keeps=False), household


def household_page(household: Household, ground: Ground, reader: User, today: date) -> HouseholdPage:
    """Everything about a household: nine statements, whatever its history."""
    people = list(household.members.select_related("ethnic_group").order_by("left_on", "pk"))
    absorbed = list(household.absorbed.order_by("ended_on", "pk"))
    offspring = list(household.offspring.select_related("commune").order_by("arrived_on", "pk"))
    own = [household.pk, *(one.pk for one in absorbed)]
    sheets = PovertyReview.objects.readable_by(reader, today).filter(household__in=own)
    houses = HousingProject.objects.readable_by(reader, today).filter(household__in=own)
    moved = (one.commune for one in offspring if one.commune_id != household.commune_id)
    return HouseholdPage(
        household=household,
        ground=ground,
        members=[one for one in people if one.left_on is None],
        gone=[one for one in people if one.left_on is not None],
        reviews=list(sheets.select_related("review__round").order_by("-review__round__ends_on", "-pk")),
        houses=list(houses.select_related("list", "group", "commune").order_by("-proposed_on")),
        steps=history_of(own, reader, today),
        absorbed=absorbed,
        split_off=[one for one in offspring if one.commune_id == household.commune_id],
        went_to=next(moved, None),
    )


def history_of(households: Iterable[int], reader: User, today: date) -> list[Step]:
    """The newest steps of these households that the reader may see: three statements."""
    rows = HouseholdChange.objects.readable_by(reader, today).filter(household__in=households)
    changes = list(rows.select_related("by", "household")[:HISTORY_SHOWN])
    places = {pk for one in changes for pk in one.fields.get("village_id", []) if pk}
    names = _Names(
        villages=dict(Unit.objects.filter(pk__in=places).values_list("pk", "name")) if places else {},
        groups={one.pk: one.title for one in EthnicGroup.objects.all()},
    )
    return [_step(one, names) for one in changes]


@dataclass(frozen=True, slots=True)
class _Names:
    villages: Mapping[int, str]
    groups: Mapping[int, str]


def _step(change: HouseholdChange, names: _Names) -> Step:
    whose = change.fields.get("member", [None, ""])[1]
    about = _("Thành viên {name}").format(name=whose) if whose else ""
    return Step(
        kind=change.get_kind_display(),
        at=change.at,
        by=str(change.by),
        through=str(Through(change.through).label) if change.through in Through.values else change.through,
        note=change.note,
        about=about,
        values=[
            Value(str(LABELS[name]), _words(name, pair[0], names), _words(name, pair[1], names))
            for name, pair in change.fields.items()
            if name in LABELS
        ],
    )


def _words(name: str, value: Any, names: _Names) -> str:
    """A stored value as a person reads it; an identity number only as much as to recognise it."""
    if value in (None, ""):
        return "—"
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if name == "identity_number":
        return masked(str(value))
    if name == "village_id":
        return names.villages.get(value, "—")
    if name == "ethnic_group_id":
        return names.groups.get(value, "—")
    if name in DAYS:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    return str(value)


DAYS = ("ended_on", "left_on", "birth_date")
CHOICES: Mapping[str, dict[Any, Any]] = {
    "head_sex": dict(Sex.choices),
    "sex": dict(Sex.choices),
    "departure": dict(Departure.choices),
    "arrival": dict(Arrival.choices),
    "relation": dict(Relation.choices),
    "schooling": dict(Schooling.choices),
    "education": dict(Education.choices),
    "work": dict(Work.choices),
}
LABELS = {
    "village_id": gettext_lazy("thôn, bản"),
    "head_name": gettext_lazy("họ và tên chủ hộ"),
    "head_sex": gettext_lazy("giới tính chủ hộ"),
    "head_birth_year": gettext_lazy("năm sinh chủ hộ"),
    "identity_number": gettext_lazy("số định danh"),
    "ethnic_group_id": gettext_lazy("dân tộc"),
    "address": gettext_lazy("địa chỉ"),
    "persons": gettext_lazy("số nhân khẩu"),
    "no_labour": gettext_lazy("không có khả năng lao động"),
    "merit": gettext_lazy("có người có công"),
    "social_protection": gettext_lazy("có người hưởng bảo trợ xã hội"),
    "note": gettext_lazy("ghi chú"),
    "poverty_class": gettext_lazy("loại hộ"),
    "ended_on": gettext_lazy("ra khỏi sổ từ ngày"),
    "departure": gettext_lazy("ra khỏi sổ vì"),
    "merged_into": gettext_lazy("nhập vào hộ"),
    "absorbed": gettext_lazy("nhận hộ"),
    "split_off": gettext_lazy("hộ mới"),
    "name": gettext_lazy("họ và tên"),
    "relation": gettext_lazy("quan hệ với chủ hộ"),
    "birth_date": gettext_lazy("ngày sinh"),
    "birth_year": gettext_lazy("năm sinh"),
    "sex": gettext_lazy("giới tính"),
    "schooling": gettext_lazy("đi học"),
    "education": gettext_lazy("trình độ"),
    "insured": gettext_lazy("có bảo hiểm y tế"),
    "work": gettext_lazy("việc làm"),
    "allowance": gettext_lazy("hưởng trợ cấp xã hội, khuyết tật"),
    "left_on": gettext_lazy("không còn trong hộ từ ngày"),
}
