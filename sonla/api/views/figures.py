"""Figures: of one report, read and written; of everywhere, read; and each one's history."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from programs.actions import Recorded, StaleFigures, record_observations
from programs.models import FigureState, Report, Through
from programs.queries.structure import structure_of
from sonla.api import filters
from sonla.api.problems import Problem, at_pointer
from sonla.api.queries.reports import (
    Change,
    ReportFigures,
    figures_of,
    history_of,
    observations_asked,
)
from sonla.api.schema import IF_MATCH, page_of, problem
from sonla.api.serializers.figures import (
    ChangeSerializer,
    FiguresInputSerializer,
    ObservationSerializer,
    RecordedSerializer,
    ReportFiguresSerializer,
    figure_json,
)
from sonla.api.serializers.figures_in import Sent, name_errors, read_figures
from sonla.api.views.base import Resource
from sonla.api.views.reports import OneReport, as_problem_of_report, etag


class ReportFiguresView(OneReport):
    """GET: every row of the report. PATCH: what GET gave, changed; all of it or nothing."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_observations_list",
        summary=_("Số liệu của một báo cáo"),
        responses=ReportFiguresSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        report = self.report(pk)
        shown = ReportFiguresSerializer(figures_of(report))
        return Response(shown.data, headers={"ETag": etag(report)})

    @extend_schema(
        tags=["reports"],
        operation_id="reports_observations_update",
        summary=_("Ghi số liệu: tất cả hoặc không gì cả"),
        parameters=[IF_MATCH],
        request=FiguresInputSerializer,
        responses={
            200: RecordedSerializer,
            409: problem(_("Số liệu đã được sửa từ phiên bản đã đọc; 'conflicts' có cả hai số.")),
            412: problem(),
            428: problem(_("Không có If-Match, và có số liệu không ghi version.")),
        },
    )
    def patch(self, request: Request, pk: int) -> Response:
        with transaction.atomic():
            report = self.report(pk, locked=True)
            if not Report.objects.writable_by(request.user, self.today).filter(pk=pk).exists():
                raise PermissionDenied(gettext("Bạn không nhập số liệu cho đơn vị này."))
            matched = self.check_match(report)
            figures = figures_of(report)
            sent = read_figures(request.data, figures)
            if sent.without_version and not matched:
                raise self._unversioned(sent)
            recorded = self._record(report, sent, figures)
        after = figures_of(recorded.report, figures.structure)
        shown = RecordedSerializer(after, context={"warnings": recorded.warnings})
        return Response(shown.data, headers={"ETag": etag(recorded.report)})

    def _record(self, report: Report, sent: Sent, figures: ReportFigures) -> Recorded:
        """Store what was sent. Raises a problem that names every bad item, or shows both of two values."""
        try:
            with transaction.atomic():
                recorded = record_observations(
                    report=report,
                    items=sent.items,
                    by=self.request.user,
                    through=Through.API,
                    today=self.today,
                )
                if sent.errors:
                    # Read badly in part: the rest was tried only to name its errors too.
                    transaction.set_rollback(True)
        except ValidationError as refused:
            if not hasattr(refused, "error_dict"):
                raise as_problem_of_report(refused) from refused
            name_errors(sent, refused, figures.structure.by_code)
        except StaleFigures as stale:
            if not sent.errors:
                raise self._stale(stale, sent, figures) from stale
        if sent.errors:
            sent.errors.sort(key=_place)
            raise Problem("invalid", errors=sent.errors)
        return recorded

    def _stale(self, stale: StaleFigures, sent: Sent, figures: ReportFigures) -> Problem:
        conflicts, errors = [], []
        for item, current in stale.conflicts:
            index = sent.places[item.indicator]
            conflicts.append(
                {
                    "indicator": item.indicator,
                    "sent": _echo(sent.given[index]),
                    "current": figure_json(figures.row_of(current.indicator_id)),
                }
            )
            words = gettext("Số liệu đang ở phiên bản {current}, không phải {sent}.").format(
                current=current.version, sent=item.version
            )
            errors.append(at_pointer(f"/observations/{index}/version", words))
        return Problem("stale_figures", errors=errors, extra={"conflicts": conflicts})

    @staticmethod
    def _unversioned(sent: Sent) -> Problem:
        words = gettext(
            "Ghi version của số liệu đã đọc (0 khi chưa có), hoặc gửi If-Match với ETag của báo cáo."
        )
        places = [at_pointer(f"/observations/{index}/version", words) for index in sent.without_version]
        return Problem("precondition_required", words, errors=places)


class FigureHistoryView(OneReport):
    """Who, when, through what, from what to what; the last change first."""

    question = filters.Paged

    @extend_schema(
        tags=["reports"],
        operation_id="reports_observations_history",
        summary=_("Lịch sử của một số liệu"),
        responses=page_of(ChangeSerializer),
    )
    def get(self, request: Request, pk: int, indicator: str) -> Response:
        report = self.report(pk)
        found = structure_of(report.form, report.period).by_code.get(indicator)
        if found is None:
            raise NotFound
        return self.page(
            history_of(report, found), ChangeSerializer, lambda page: [Change(one) for one in page]
        )


class ObservationsView(Resource):
    """Figures of all reports one may read, emptied ones (null) too."""

    question = filters.ObservationsQuestion

    @extend_schema(
        tags=["figures"],
        operation_id="observations_list",
        summary=_("Số liệu của mọi báo cáo trong phạm vi"),
        responses=page_of(ObservationSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = observations_asked(
            request.user,
            self.today,
            unit=self.check_unit(),
            period=self.asked.get("period", ""),
            indicator=self.asked.get("indicator", ""),
            state=self.asked.get("state", FigureState.ENTERED),
        )
        return self.page(rows, ObservationSerializer)


def _place(error: Mapping[str, str]) -> tuple[int, str]:
    """Errors in the order of the items they are about."""
    index = error["pointer"].split("/")[2]
    return int(index), error["pointer"]


def _echo(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, as it can be shown again."""
    names = ("value", "numerator", "denominator", "not_applicable", "version", "note")
    return {name: given[name] for name in names if name in given}
