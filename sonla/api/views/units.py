"""Units on a day, and what they came from and became."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communes.models import Unit
from sonla.api import filters
from sonla.api.queries.units import place, predecessors_of, readable_bearer, step, successors_of, units_asked
from sonla.api.schema import page_of
from sonla.api.serializers.units import SuccessionSerializer, UnitSerializer, succession_rows
from sonla.api.views.base import Resource


class UnitsView(Resource):
    """The units of a day that one may read."""

    question = filters.UnitsQuestion

    @extend_schema(
        tags=["units"],
        operation_id="units_list",
        summary=_("Đơn vị hành chính của một ngày"),
        responses=page_of(UnitSerializer),
    )
    def get(self, request: Request) -> Response:
        asked: dict[str, Any] = dict(self.asked)
        at: date = asked.get("at") or self.today
        ancestor = self.territory("ancestor", at) if "ancestor" in asked else None
        rows = units_asked(
            request.user,
            self.today,
            at,
            ancestor=ancestor,
            level=asked.get("level", ""),
            kind=asked.get("kind", ""),
            q=asked.get("q", ""),
        )
        return self.page(rows, UnitSerializer, lambda units: place(units, at))


class OneUnit(Resource):
    """An address about the bearer of a code: on the day asked, else in force today, else the last one."""

    def unit(self, code: str) -> Unit:
        found = readable_bearer(self.request.user, self.today, code, self.asked.get("at"))
        if found is None:
            raise NotFound
        return found

    @property
    def day(self) -> date:
        return self.asked.get("at") or self.today


class UnitView(OneUnit):
    """On the day asked; without a day the bearer in force today, else the last one."""

    question = filters.UnitQuestion

    @extend_schema(
        tags=["units"],
        operation_id="units_retrieve",
        summary=_("Một đơn vị"),
        responses=UnitSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        (placed,) = place([self.unit(code)], self.day)
        return Response(UnitSerializer(placed).data)


class PredecessorsView(OneUnit):
    """What the unit was made of, one step back; `share` is null where it is not known."""

    question = filters.SuccessionsQuestion

    @extend_schema(
        tags=["units"],
        operation_id="units_predecessors",
        summary=_("Đơn vị cũ hợp thành đơn vị này (một bước)"),
        responses=page_of(SuccessionSerializer),
    )
    def get(self, request: Request, code: str) -> Response:
        rows = predecessors_of(self.unit(code), request.user, self.today)
        return self.page(
            rows, SuccessionSerializer, lambda page: succession_rows(step(page, "predecessor", self.day))
        )


class SuccessorsView(OneUnit):
    """What became of the unit, one step forward; nothing for one that lives."""

    question = filters.SuccessionsQuestion

    @extend_schema(
        tags=["units"],
        operation_id="units_successors",
        summary=_("Đơn vị mới kế thừa đơn vị này (một bước)"),
        responses=page_of(SuccessionSerializer),
    )
    def get(self, request: Request, code: str) -> Response:
        rows = successors_of(self.unit(code), request.user, self.today)
        return self.page(
            rows, SuccessionSerializer, lambda page: succession_rows(step(page, "successor", self.day))
        )
