"""What the figures add up to, what they say about each unit, and what was decided."""

from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from communes.models import Unit, first_day
from programs.models import CriteriaSet, FigureState, Period
from programs.queries.totals import AS_WAS, QuestionError, Rollup, boundary_of, rollup
from sonla.api import filters
from sonla.api.problems import Problem, at_parameter
from sonla.api.queries.results import assess_page, names_of, recognitions_asked, units_assessed
from sonla.api.schema import page_of
from sonla.api.serializers.totals import AssessmentSerializer, RecognitionSerializer, RollupSerializer
from sonla.api.views.base import Resource


class DatedQuestion(Resource):
    """A question for a period or at a date, never both; neither means today, open periods included."""

    def period_or_day(self) -> tuple[Period | None, date | None, date]:
        """What was asked, and the day that decides the territory. Raises a 400 problem."""
        period, at = self.one_by_code("period", Period.objects.all()), self.asked.get("at")
        if period is not None and at is not None:
            words = gettext("Chỉ hỏi theo period hoặc at, không cả hai.")
            raise Problem(
                "invalid_parameter", errors=[at_parameter("period", words), at_parameter("at", words)]
            )
        return period, at, period.ends_on if period else at or self.today


class RollupView(DatedQuestion):
    """One row for the territory, or one for each of its communes or (former) districts; unpaged."""

    question = filters.RollupQuestion

    @extend_schema(
        tags=["results"],
        operation_id="rollup_retrieve",
        summary=_("Tổng hợp một chỉ tiêu trên một địa bàn"),
        responses=RollupSerializer,
    )
    def get(self, request: Request) -> Response:
        period, at, day = self.period_or_day()
        boundaries = self.asked.get("boundaries", AS_WAS)
        try:
            answer = rollup(
                indicator=self.asked["indicator"],
                unit=self.territory("unit", boundary_of(boundaries, self.today) or day),
                boundaries=boundaries,
                by=self.asked["by"],
                period=period,
                at=at,
                state=self.asked.get("state", FigureState.ENTERED),
                today=self.today,
                scope=Unit.objects.readable_by(request.user, self.today),
            )
        except QuestionError as refused:
            raise self._problem_of(refused) from refused
        return Response(RollupSerializer(answer, context={"names": self._missing(answer)}).data)

    def _missing(self, answer: Rollup) -> dict:
        lacking = {pk for row in answer.rows for pk in row.missing}
        return names_of(self.request.user, self.today, sorted(lacking))

    @staticmethod
    def _problem_of(refused: QuestionError) -> Problem:
        words = {
            "indicator": ("indicator", gettext("Không có chỉ tiêu mang mã này vào ngày đó.")),
            "before_register": (
                "at",
                gettext("Sổ đơn vị bắt đầu từ {day}.").format(day=first_day.isoformat()),
            ),
        }
        name, detail = words.get(refused.code, ("at", gettext("Câu hỏi này không có câu trả lời.")))
        return Problem("invalid_parameter", errors=[at_parameter(name, detail)])


class AssessmentsView(DatedQuestion):
    """Of a period its own results; at a date each unit's last determined one."""

    question = filters.AssessmentsQuestion

    @extend_schema(
        tags=["results"],
        operation_id="assessments_list",
        summary=_("Đánh giá từng đơn vị theo một bộ tiêu chí"),
        responses=page_of(AssessmentSerializer),
    )
    def get(self, request: Request) -> Response:
        criteria_set = self.one_by_code("set", CriteriaSet.objects.all())
        period, at, day = self.period_or_day()
        units = units_assessed(request.user, self.today, self.territory("unit", day), criteria_set, day)
        state = self.asked.get("state", FigureState.ENTERED)
        return self.page(
            units,
            AssessmentSerializer,
            lambda page: assess_page(page, criteria_set, state=state, today=self.today, period=period, at=at),
        )


class RecognitionsView(Resource):
    """Decisions in force on a day, each at its own level."""

    question = filters.RecognitionsQuestion

    @extend_schema(
        tags=["results"],
        operation_id="recognitions_list",
        summary=_("Quyết định công nhận có hiệu lực trong một ngày"),
        responses=page_of(RecognitionSerializer),
    )
    def get(self, request: Request) -> Response:
        at = self.asked.get("at") or self.today
        rows = recognitions_asked(
            request.user,
            self.today,
            at,
            unit=self.check_unit(),
            level=self.asked.get("level", ""),
            end_reason=self.asked.get("end_reason", ""),
        )
        return self.page(rows, RecognitionSerializer)
