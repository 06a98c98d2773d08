"""Houses as the API shows them: by name for people of the commune."""

from datetime import date

from django.db.models import QuerySet

from communes.models import Unit, User
from housing.models import BeneficiaryGroup, HousingList, HousingProject, MoneySource, ProjectMoney
from housing.queries.houses import HousePage, house_page

RELATED = ("household", "commune", "village", "list", "group", "updated_by")


def houses_asked(
    user: User, today: date, *, commune: Unit | None = None, **named: str
) -> QuerySet[HousingProject]:
    """The houses that the person sees by name, of one commune (known beforehand) or of all.

    `named`: list, stage, kind, group, village, each by its code; '' narrows nothing.
    """
    rows = HousingProject.objects.filter(commune=commune)
    if commune is None:
        rows = HousingProject.objects.readable_by(user, today)
    paths = {"list": "list__code", "group": "group__code", "village": "village__code"}
    rows = rows.filter(**{paths.get(name, name): value for name, value in named.items() if value})
    return rows.select_related(*RELATED).order_by("-stage_since", "pk")


def named_house(user: User, today: date, pk: int) -> HousePage | None:
    """A house that the person sees by name, with everything about it."""
    rows = HousingProject.objects.readable_by(user, today).filter(pk=pk)
    house = rows.select_related(*RELATED).first()
    return house_page(house, user, today) if house is not None else None


def house_is_counted(user: User, today: date, pk: int) -> bool:
    return HousingProject.objects.counted_by(user, today).filter(pk=pk).exists()


def money_of(house: HousingProject, pk: int) -> ProjectMoney | None:
    return house.money.select_related("source", "project").filter(pk=pk).first()


def codes_known() -> dict[str, dict[str, HousingList | BeneficiaryGroup | MoneySource]]:
    """The lists, groups and sources by code: what a body's codes are read against. Three statements."""
    return {
        "lists": {one.code: one for one in HousingList.objects.all()},
        "groups": {one.code: one for one in BeneficiaryGroup.objects.all()},
        "sources": {one.code: one for one in MoneySource.objects.all()},
    }
