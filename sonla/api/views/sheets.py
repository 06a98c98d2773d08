"""Households' sheets B1 and B2: read by name, stored one by one or many at once, the class explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from housing.actions.reviews import list_household, unlist_household
from housing.actions.sheets import BadRows, SheetData, record_sheet, record_sheets
from housing.models import CommuneReview, PovertyReview
from programs.models import Through
from sonla.api import filters
from sonla.api.problems import Problem, at_pointer, pointed
from sonla.api.queries.households import named_household
from sonla.api.queries.poverty import (
    ShownSheet,
    named_sheet,
    sheet_is_counted,
    sheets_asked,
    sheets_by_id,
    shown_sheets,
)
from sonla.api.schema import MUST_MATCH, changing, page_of, problem
from sonla.api.serializers.poverty import (
    ListedSheetSerializer,
    ManySheetsSerializer,
    OneSheetChangeSerializer,
    ReasonSerializer,
    RecordedSheetsSerializer,
    RowsSerializer,
    SheetOfManySerializer,
    SheetSerializer,
    sheet_data,
)
from sonla.api.views.poverty import Reviews
from sonla.api.views.records import etag, pointed_errors


@dataclass
class Batch:
    """Many sheets as they were sent: rows that can be tried, where each stood, and what is wrong."""

    rows: list[tuple[PovertyReview, SheetData]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)


class Sheets(Reviews):
    """What all addresses of sheets share."""

    def sheet(self, pk: int) -> PovertyReview:
        found = named_sheet(self.request.user, self.today, pk)
        if found is None:
            seen = sheet_is_counted(self.request.user, self.today, pk)
            raise self.counts_only() if seen else NotFound()
        return found

    def entered(self, pk: int) -> tuple[PovertyReview, int]:
        """The sheet for who enters it, and the version that was read. Raises 403, 428, 412."""
        found = self.sheet(pk)
        self.written(found.review_id)
        return found, self.match(found)

    def show(self, pk: int, warnings: tuple[str, ...] = (), status: int = 200) -> Response:
        sheet = self.sheet(pk)
        (shown,) = shown_sheets([sheet], sheet.review, {pk: warnings})
        return Response(SheetSerializer(shown).data, status=status, headers={"ETag": etag(sheet)})


class SheetsView(Sheets):
    """GET: the list by name. POST: put a household on it. PATCH: store many sheets, all or none."""

    question = filters.SheetsQuestion

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_sheets_list",
        summary=_("Phiếu rà soát của các hộ"),
        responses=page_of(SheetSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        review = self.local(pk)
        rows = sheets_asked(
            review,
            village=self.asked.get("village", ""),
            listed=self.asked.get("listed", ""),
            poverty_class=self.asked.get("class", ""),
            done=self.asked.get("done"),
        )
        return self.page(rows, SheetSerializer, lambda page: shown_sheets(page, review))

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_sheets_create",
        summary=_("Đưa hộ vào danh sách rà soát"),
        request=ListedSheetSerializer,
        responses={201: SheetSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        review = self.written(pk)
        sent = self.body(ListedSheetSerializer)
        household = named_household(request.user, self.today, sent.pop("household"))
        if household is None:
            raise Problem("invalid", errors=[at_pointer("/household", gettext("Không có hộ này."))])
        with self.answering():
            sheet = list_household(review=review, household=household, **sent, **self.who)
        return self.show(sheet.pk, status=201)

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_sheets_update",
        summary=_("Ghi nhiều phiếu: tất cả hoặc không gì cả"),
        request=ManySheetsSerializer,
        responses={
            200: RecordedSheetsSerializer,
            409: problem(_("Có phiếu đã được sửa từ phiên bản đã đọc; 'conflicts' có phiếu hiện nay.")),
        },
    )
    def patch(self, request: Request, pk: int) -> Response:
        review = self.written(pk)
        sent = self.body(RowsSerializer)
        given = sent["sheets"]
        held = sheets_by_id(review, ids_in(given))
        shown = {one.sheet.pk: one for one in shown_sheets(list(held.values()), review)}
        batch = self.read(given, held, shown)
        saved = self.store(review, batch, sent["reason"])
        doubts = {one.sheet.pk: one.warnings for one in saved}
        after = sheets_by_id(review, doubts)
        rows = shown_sheets([after[one.sheet.pk] for one in saved], review, doubts)
        return Response(RecordedSheetsSerializer({"sheets": rows}).data)

    @staticmethod
    def read(given: list[Any], held: Mapping[int, PovertyReview], shown: Mapping[int, ShownSheet]) -> Batch:
        batch, seen = Batch(), set()
        for index, row in enumerate(given):
            asked = SheetOfManySerializer(data=row)
            if not asked.is_valid():
                batch.errors += pointed(asked.errors, f"/sheets/{index}")
                continue
            sent = dict(asked.validated_data)
            sheet = held.get(sent["id"])
            if sheet is None or sheet.pk in seen:
                words = gettext("Không có phiếu này.") if sheet is None else gettext("Chỉ ghi một lần.")
                batch.errors.append(at_pointer(f"/sheets/{index}/id", words))
                continue
            seen.add(sheet.pk)
            stands = shown[sheet.pk]
            if sheet.version != sent["version"]:
                batch.conflicts.append({"sheet": index, "current": SheetSerializer(stands).data})
                continue
            batch.rows.append((sheet, sheet_data(sent, sheet, stands.deprivations, stands.reasons)))
            batch.places.append(index)
        return batch

    def store(self, review: CommuneReview, batch: Batch, reason: str) -> list[Any]:
        """All of them, or a problem that names every bad row, or shows what others stored meanwhile."""
        saved: list[Any] = []
        try:
            with self.answering(), transaction.atomic():
                saved = record_sheets(
                    review=review, rows=batch.rows, through=Through.API, reason=reason, **self.who
                )
                if batch.errors or batch.conflicts:
                    # Read badly in part: the rest was tried only to name its errors too.
                    transaction.set_rollback(True)
        except BadRows as bad:
            for place, refused in bad.errors.items():
                batch.errors += pointed_errors(refused, f"/sheets/{batch.places[place]}")
        if batch.errors:
            raise Problem("invalid", errors=sorted(batch.errors, key=row_of))
        if batch.conflicts:
            words = gettext("Phiếu đã được sửa từ phiên bản đã đọc.")
            places = [at_pointer(f"/sheets/{one['sheet']}/version", words) for one in batch.conflicts]
            raise Problem("stale_sheets", errors=places, extra={"conflicts": batch.conflicts})
        return saved


class SheetView(Sheets):
    """One household's sheets; its ETag is its version, 0 for a blank one."""

    @extend_schema(
        tags=["poverty"],
        operation_id="sheets_retrieve",
        summary=_("Phiếu rà soát của một hộ"),
        responses=SheetSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.show(pk)

    @extend_schema(
        tags=["poverty"],
        operation_id="sheets_update",
        summary=_("Ghi phiếu rà soát của một hộ"),
        parameters=[MUST_MATCH],
        request=OneSheetChangeSerializer,
        responses=changing(SheetSerializer),
    )
    def patch(self, request: Request, pk: int) -> Response:
        sheet, version = self.entered(pk)
        sent = self.body(OneSheetChangeSerializer)
        (stands,) = shown_sheets([sheet], sheet.review)
        with self.answering():
            saved = record_sheet(
                sheet=sheet,
                version=version,
                values=sheet_data(sent, sheet, stands.deprivations, stands.reasons),
                through=Through.API,
                reason=sent["reason"],
                **self.who,
            )
        return self.show(pk, saved.warnings)


class SheetUnlistView(Sheets):
    """A household that was listed by mistake and of which nothing was filled in."""

    @extend_schema(
        tags=["poverty"],
        operation_id="sheets_unlist",
        summary=_("Đưa hộ ra khỏi danh sách rà soát"),
        request=ReasonSerializer,
        responses={204: None},
    )
    def post(self, request: Request, pk: int) -> Response:
        sheet = self.sheet(pk)
        self.written(sheet.review_id)
        sent = self.body(ReasonSerializer)
        with self.answering():
            unlist_household(sheet=sheet, **sent, **self.who)
        return Response(status=204)


def ids_in(given: list[Any]) -> list[int]:
    ids = [row.get("id") for row in given if isinstance(row, Mapping)]
    return [pk for pk in ids if isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk < 2**63]


def row_of(error: Mapping[str, str]) -> tuple[int, str]:
    """Errors in the order of the rows they are about."""
    return int(error["pointer"].split("/")[2]), error["pointer"]
