"""What poverty and housing are measured by; the same for everybody who is signed in."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from housing.models import (
    BeneficiaryGroup,
    EthnicGroup,
    HousingList,
    MoneySource,
    PovertyReason,
    PovertyStandard,
    ReviewRound,
)
from sonla.api import filters
from sonla.api.schema import page_of
from sonla.api.serializers.housing_rules import (
    HousingListSerializer,
    MoneySourceSerializer,
    NamedSerializer,
    PovertyStandardSerializer,
)
from sonla.api.serializers.poverty import RoundSerializer
from sonla.api.views.base import Resource


class PovertyStandardsView(Resource):
    """With income lines, deprivations and the scored items of sheet B1."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="poverty_standards_list",
        summary=_("Chuẩn nghèo"),
        responses=page_of(PovertyStandardSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = PovertyStandard.objects.prefetch_related("lines", "deprivations__deprivation", "income_items")
        return self.page(rows.order_by("valid_from", "pk"), PovertyStandardSerializer)


class PovertyReasonsView(Resource):
    """What a sheet's `reasons` are."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="poverty_reasons_list",
        summary=_("Nguyên nhân nghèo"),
        responses=page_of(NamedSerializer),
    )
    def get(self, request: Request) -> Response:
        return self.page(PovertyReason.objects.order_by("order", "code"), NamedSerializer)


class ReviewRoundsView(Resource):
    """The latest first."""

    question = filters.RoundsQuestion

    @extend_schema(
        tags=["rules"],
        operation_id="review_rounds_list",
        summary=_("Đợt rà soát"),
        responses=page_of(RoundSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = ReviewRound.objects.select_related("standard", "next_standard", "period")
        if kind := self.asked.get("kind"):
            rows = rows.filter(kind=kind)
        return self.page(rows.order_by("-ends_on", "-starts_on", "code"), RoundSerializer)


class HousingListsView(Resource):
    """Each with its norms."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="housing_lists_list",
        summary=_("Danh sách nhà ở"),
        responses=page_of(HousingListSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = HousingList.objects.prefetch_related("norms").order_by("order", "code")
        return self.page(rows, HousingListSerializer)


class BeneficiaryGroupsView(Resource):
    """Whom a house is for."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="beneficiary_groups_list",
        summary=_("Nhóm đối tượng nhà ở"),
        responses=page_of(NamedSerializer),
    )
    def get(self, request: Request) -> Response:
        return self.page(BeneficiaryGroup.objects.order_by("order", "code"), NamedSerializer)


class MoneySourcesView(Resource):
    """Where money, materials, land and labour come from."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="money_sources_list",
        summary=_("Nguồn kinh phí nhà ở"),
        responses=page_of(MoneySourceSerializer),
    )
    def get(self, request: Request) -> Response:
        return self.page(MoneySource.objects.order_by("order", "code"), MoneySourceSerializer)


class EthnicGroupsView(Resource):
    """The 54, by the statistics office's codes."""

    question = filters.Paged

    @extend_schema(
        tags=["rules"],
        operation_id="ethnic_groups_list",
        summary=_("Dân tộc"),
        responses=page_of(NamedSerializer),
    )
    def get(self, request: Request) -> Response:
        return self.page(EthnicGroup.objects.order_by("order", "code"), NamedSerializer)
