"""What is measured and by which rules; the same for everybody who is signed in."""

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from programs.models import CriteriaSet, Indicator, Period, Requirement
from sonla.api import filters
from sonla.api.schema import page_of
from sonla.api.serializers.programmes import (
    CriteriaSetDetailSerializer,
    CriteriaSetSerializer,
    IndicatorSerializer,
    PeriodSerializer,
)
from sonla.api.views.base import Resource


class IndicatorsView(Resource):
    """An indicator whose kind changed is two rows with one code."""

    question = filters.IndicatorsQuestion

    @extend_schema(
        tags=["rules"],
        operation_id="indicators_list",
        summary=_("Chỉ tiêu"),
        responses=page_of(IndicatorSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = Indicator.objects.select_related("parent")
        if at := self.asked.get("at"):
            rows = rows.measured_on(at)
        if criteria_set := self.one_by_code("set", CriteriaSet.objects.all()):
            required = Requirement.objects.filter(criterion__criteria_set=criteria_set).values("indicator")
            rows = rows.filter(Q(pk__in=required) | Q(parent__in=required))
        for name in ("code", "kind"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows.order_by("code", "valid_from"), IndicatorSerializer)


class CriteriaSetsView(Resource):
    """All sets, those of past years too."""

    question = filters.CriteriaSetsQuestion

    @extend_schema(
        tags=["rules"],
        operation_id="criteria_sets_list",
        summary=_("Bộ tiêu chí"),
        responses=page_of(CriteriaSetSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = CriteriaSet.objects.prefetch_related("kinds")
        if level := self.asked.get("level"):
            rows = rows.filter(level=level)
        return self.page(rows.order_by("valid_from", "code"), CriteriaSetSerializer)


class CriteriaSetView(Resource):
    """The set's criteria with the version of each requirement that is in force on the day."""

    question = filters.CriteriaSetQuestion

    @extend_schema(
        tags=["rules"],
        operation_id="criteria_sets_retrieve",
        summary=_("Một bộ tiêu chí với mức yêu cầu có hiệu lực"),
        responses=CriteriaSetDetailSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        found = CriteriaSet.objects.prefetch_related("kinds").filter(code=code).first()
        if found is None:
            raise NotFound
        at = self.asked.get("at") or self.today
        in_force = Requirement.objects.in_force(at).select_related("indicator").order_by("order")
        criteria = found.criteria.order_by("number").prefetch_related(
            Prefetch("requirements", queryset=in_force, to_attr="in_force")
        )
        shown = CriteriaSetDetailSerializer(found, context={"at": at, "criteria": criteria})
        return Response(shown.data)


class PeriodsView(Resource):
    """All periods, the last one first."""

    question = filters.PeriodsQuestion

    @extend_schema(
        tags=["rules"],
        operation_id="periods_list",
        summary=_("Kỳ báo cáo"),
        responses=page_of(PeriodSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = Period.objects.latest_first().order_by("-ends_on", "starts_on", "code")
        for name in ("kind", "state"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows, PeriodSerializer)
