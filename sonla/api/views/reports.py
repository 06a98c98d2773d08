"""Reports: reading them, and what is done with one as a whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communes.models import User
from programs.actions import accept_report, present_report, return_report, send_back, submit_report
from programs.actions.signing import Paper, approve_with_paper
from programs.models import Report
from programs.queries.official import AlteredVersion, sent_content
from programs.queries.versions import version_of
from sonla.api import filters
from sonla.api.problems import KNOWN, Problem, at_pointer
from sonla.api.queries.reports import figures_of, last_touched, readable_reports, reports_asked
from sonla.api.schema import IF_MATCH, page_of, problem
from sonla.api.serializers.reports import (
    AcceptSerializer,
    ApproveSerializer,
    ReportDetailSerializer,
    ReportSerializer,
    ReturnSerializer,
    SendBackSerializer,
    SubmitSerializer,
    VersionDetailSerializer,
    VersionSerializer,
)
from sonla.api.views.base import Resource

# Where in a body the refusals of the report's actions belong.
POINTERS = {"incomplete": "/reason", "comment": "/comment"}


class ReportsView(Resource):
    """Reports of the units one may read, the last period first."""

    question = filters.ReportsQuestion

    @extend_schema(
        tags=["reports"],
        operation_id="reports_list",
        summary=_("Báo cáo"),
        responses=page_of(ReportSerializer),
    )
    def get(self, request: Request) -> Response:
        named = {name: self.asked.get(name, "") for name in ("period", "form", "state")}
        rows = reports_asked(request.user, self.today, unit=self.check_unit(), **named)
        return self.page(rows, ReportSerializer)


class OneReport(Resource):
    """An address about one report: 404 outside the reader's scope, its version as a strong ETag."""

    def report(self, pk: int, *, locked: bool = False) -> Report:
        """The report; `locked` under its row's lock, until the transaction ends."""
        rows = readable_reports(self.request.user, self.today)
        if locked:
            rows = rows.select_for_update(of=("self",))
        found = rows.filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def check_match(self, report: Report) -> bool:
        """Whether If-Match was sent and holds. Raises a 412 problem when it does not."""
        header = self.request.headers.get("If-Match")
        if header is None:
            return False
        tags = [tag.strip() for tag in header.split(",")]
        if "*" in tags or etag(report) in tags:
            return True
        at, person = last_touched(report)
        current = {
            "version": report.version,
            "state": report.state,
            "updated_at": timezone.localtime(at).isoformat(),
            "updated_by": person,
        }
        words = gettext("Báo cáo đang ở phiên bản {version}. Đọc lại rồi sửa tiếp.").format(
            version=report.version
        )
        raise Problem(
            "precondition_failed", words, extra={"current": current}, headers={"ETag": etag(report)}
        )

    def answer(self, report: Report) -> Response:
        shown = ReportDetailSerializer(report, context={"figures": figures_of(report)})
        return Response(shown.data, headers={"ETag": etag(report)})


class ReportView(OneReport):
    """With what is missing and what was said about it; its ETag is its version."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_retrieve",
        summary=_("Một báo cáo"),
        responses=ReportDetailSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(self.report(pk))


class Operation(OneReport):
    """Something done with a report as a whole: the action of the pages, in one transaction."""

    def perform(self, pk: int, body: type[Any], act: Callable[..., Report]) -> Response:
        asked = body(data=self.request.data)
        with transaction.atomic():
            report = self.report(pk, locked=True)
            self.check_match(report)
            asked.is_valid(raise_exception=True)
            try:
                act(report=report, by=self.request.user, today=self.today, **asked.validated_data)
            except ValidationError as refused:
                raise as_problem_of_report(refused) from refused
        return self.answer(self.report(pk))

    def require(self, rows: Any, pk: int) -> None:
        """Before a body is looked at: who may not do this is told so. Raises 404 and 403."""
        self.report(pk)
        if not rows(self.request.user, self.today).filter(pk=pk).exists():
            raise PermissionDenied(gettext("Việc này không thuộc phân công của bạn."))


class SubmitView(Operation):
    """An incomplete report needs a reason; its gaps stay missing."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_submit",
        summary=_("Gửi báo cáo"),
        parameters=[IF_MATCH],
        request=SubmitSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.writable_by, pk)
        return self.perform(pk, SubmitSerializer, submit_report)


class PresentView(Operation):
    """Nobody writes in it until the leader has approved it or given it back."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_present",
        summary=_("Trình lãnh đạo xã"),
        parameters=[IF_MATCH],
        request=SubmitSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.writable_by, pk)
        return self.perform(pk, SubmitSerializer, present_report)


class ApproveView(Operation):
    """With number, day and signatory of the signed paper; the report goes out and is kept as a version."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_approve",
        summary=_("Lãnh đạo xã duyệt và gửi"),
        parameters=[IF_MATCH],
        request=ApproveSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.approvable_by, pk)
        return self.perform(pk, ApproveSerializer, approve_by_program)


class SendBackView(Operation):
    """To the desks, before it ever goes to the province."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_send_back",
        summary=_("Lãnh đạo xã trả lại bộ phận lập"),
        parameters=[IF_MATCH],
        request=SendBackSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.approvable_by, pk)
        return self.perform(pk, SendBackSerializer, send_back)


class VersionsView(OneReport):
    """Every sending, the last one first."""

    question = filters.Paged

    @extend_schema(
        tags=["reports"],
        operation_id="reports_versions_list",
        summary=_("Các bản đã gửi"),
        responses=page_of(VersionSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = self.report(pk).versions.defer("packed").select_related("by").order_by("-number")
        return self.page(rows, VersionSerializer)


class VersionView(OneReport):
    """As it was sent, byte for byte: `digest` is the SHA-256 of the content's canonical JSON."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_versions_retrieve",
        summary=_("Một bản đã gửi"),
        responses=VersionDetailSerializer,
    )
    def get(self, request: Request, pk: int, number: int) -> Response:
        version = version_of(self.report(pk), number)
        if version is None:
            raise NotFound
        try:
            content = sent_content(version)
        except AlteredVersion as altered:
            raise Problem("altered") from altered
        return Response(VersionDetailSerializer(version, context={"content": content}).data)


class ReturnView(Operation):
    """With a comment, for the whole report or for each criterion by its number."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_return",
        summary=_("Trả lại để chỉnh sửa"),
        parameters=[IF_MATCH],
        request=ReturnSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.reviewable_by, pk)
        return self.perform(pk, ReturnSerializer, return_report)


class AcceptView(Operation):
    """The report is accepted when all its criteria are."""

    @extend_schema(
        tags=["reports"],
        operation_id="reports_accept",
        summary=_("Xác nhận báo cáo, hay từng tiêu chí"),
        parameters=[IF_MATCH],
        request=AcceptSerializer,
        responses={200: ReportDetailSerializer, 412: problem()},
    )
    def post(self, request: Request, pk: int) -> Response:
        self.require(Report.objects.reviewable_by, pk)
        return self.perform(pk, AcceptSerializer, accept_report)


def approve_by_program(
    *, report: Report, by: User, today: date, document: str, signed_on: date, signatory: str
) -> Report:
    """The leader's approval with a paper without scan."""
    paper = Paper(document, signed_on, signatory)
    return approve_with_paper(report=report, by=by, today=today, paper=paper)


def etag(report: Report) -> str:
    """A strong tag: a weak one never matches If-Match (RFC 9110)."""
    return f'"{report.version}"'


def as_problem_of_report(refused: ValidationError) -> Problem:
    """What a report's action refused, under its own code where it has one."""
    code = getattr(refused, "code", None) or "invalid"
    words = " ".join(refused.messages)
    if hasattr(refused, "error_dict"):
        fields = refused.message_dict.items()
        return Problem("invalid", errors=[at_pointer(f"/{name}", " ".join(said)) for name, said in fields])
    pointer = POINTERS.get(code)
    return Problem(
        code if code in KNOWN else "invalid", words, errors=[at_pointer(pointer, words)] if pointer else []
    )
