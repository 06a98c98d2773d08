"""Lists of houses with their norms; whom houses are for; where money comes from."""

from django.contrib import admin

from communes.admin.base import Marked, ModelAdmin, PlainFields, SuperuserOnly
from housing.admin.poverty import ShortListAdmin
from housing.models import BeneficiaryGroup, HousingList, MoneySource, SupportNorm


class NormInline(PlainFields, SuperuserOnly, admin.TabularInline):
    model = SupportNorm
    extra = 0
    max_num = 2
    fields = ["kind", "amount", "decision", "mark"]


@admin.register(HousingList)
class HousingListAdmin(Marked, ModelAdmin):
    section = "houses"
    list_display = ["name", "code", "first_day", "last_day", "slow_after", "mark_word"]
    list_display_links = ["name", "code"]
    search_fields = ["code"]
    folded_fields = ["code", "name"]
    goes_along = ["norms"]
    inlines = [NormInline]


@admin.register(BeneficiaryGroup)
class BeneficiaryGroupAdmin(ShortListAdmin):
    section = "houses"
    list_display = ["order", "name", "code", "figures", "mark_word"]


@admin.register(MoneySource)
class MoneySourceAdmin(ShortListAdmin):
    section = "houses"
    list_display = ["order", "name", "code", "is_state", "ceiling", "mark_word"]
