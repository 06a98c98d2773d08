"""Who keeps the standard, what became of it after an act, and the decision that revokes."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communes.models import Unit
from programs.actions.recognitions import revoke_recognition
from programs.models import FigureState, Recognition
from programs.queries.after_act import acts_in, after_act
from programs.queries.keeping import keeping
from sonla.api import filters
from sonla.api.problems import Problem, at_parameter, at_pointer
from sonla.api.serializers.standing import AfterActSerializer, RevokeSerializer, StandingSerializer
from sonla.api.serializers.totals import RecognitionSerializer
from sonla.api.views.base import Resource


class StandingView(Resource):
    """Recognitions in force on the day beside the last assessment, and what the rule of revocation says."""

    question = filters.StandingQuestion

    @extend_schema(
        tags=["results"],
        operation_id="standing_retrieve",
        summary=_("Đơn vị đã công nhận có giữ đủ tiêu chí không"),
        responses=StandingSerializer,
    )
    def get(self, request: Request) -> Response:
        at = self.asked.get("at") or self.today
        unit = self.territory("unit", at)
        here = Unit.objects.readable_by(request.user, self.today).territory_of(unit, at)
        rows = keeping(here, at, self.today, self.asked.get("state", FigureState.ENTERED))
        return Response(StandingSerializer({"rows": rows}).data)


class AfterActView(Resource):
    """The successors of an act, the latest one where none is named."""

    question = filters.AfterActQuestion

    @extend_schema(
        tags=["results"],
        operation_id="after_act_retrieve",
        summary=_("Chuẩn của các xã sau một lần sắp xếp"),
        responses=AfterActSerializer,
    )
    def get(self, request: Request) -> Response:
        unit = self.territory("unit", self.today)
        readable = Unit.objects.readable_by(request.user, self.today)
        acts = acts_in(readable.filter(province=unit.province or unit))
        number = self.asked.get("act", "")
        act = next((one for one in acts if one.number == number), None) if number else next(iter(acts), None)
        if number and act is None:
            words = gettext("Không có văn bản sắp xếp mang số này.")
            raise Problem("invalid_parameter", errors=[at_parameter("act", words)])
        state = self.asked.get("state", FigureState.ENTERED)
        rows = after_act(act, unit, readable, self.today, state) if act else []
        return Response(AfterActSerializer({"act": act and act.number, "rows": rows}).data)


class RevokeView(Resource):
    """A decision of the province; only another decision recognises the unit again."""

    @extend_schema(
        tags=["results"],
        operation_id="recognitions_revoke",
        summary=_("Ghi quyết định thu hồi công nhận"),
        request=RevokeSerializer,
        responses=RecognitionSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        rows = Recognition.objects.readable_by(request.user, self.today)
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        if not rows.revocable_by(request.user, self.today).filter(pk=pk).exists():
            raise PermissionDenied(gettext("Việc này không thuộc phân công của bạn."))
        asked = RevokeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            revoke_recognition(recognition=row, by=request.user, today=self.today, **asked.validated_data)
        except ValidationError as refused:
            raise _as_problem(refused) from refused
        done = rows.select_related("unit", "carries").get(pk=pk)
        return Response(RecognitionSerializer(done).data)


def _as_problem(refused: ValidationError) -> Problem:
    if hasattr(refused, "error_dict"):
        said = refused.message_dict.items()
        return Problem("invalid", errors=[at_pointer(f"/{name}", " ".join(texts)) for name, texts in said])
    return Problem("invalid", " ".join(refused.messages))
