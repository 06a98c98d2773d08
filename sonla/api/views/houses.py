"""Houses: by name for people of the commune, with steps, money and pictures; counts for those above."""

from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from housing.actions.house_money import Gift, add_money, remove_money
from housing.actions.houses import AlreadyHelped, Step, edit_house, propose_house, take_step, undo_step
from housing.actions.photos import add_photo, remove_photo
from housing.models import HousingProject, ProjectPhoto
from housing.queries.house_board import house_board
from housing.queries.houses import HousePage, chosen_list, houses_unit, may_propose, readers_photo
from programs.models import Through
from sonla.api import filters
from sonla.api.problems import Problem, at_parameter
from sonla.api.queries.households import is_counted, knows_anybody, named_household
from sonla.api.queries.houses import codes_known, house_is_counted, houses_asked, money_of, named_house
from sonla.api.schema import MUST_MATCH, changing, page_of, problem
from sonla.api.serializers.houses import (
    HouseChangeSerializer,
    HouseDetailSerializer,
    HouseEventSerializer,
    HouseSerializer,
    HousesSummarySerializer,
    NewHouseSerializer,
    NewMoneySerializer,
    NewPhotoSerializer,
    StepSerializer,
    UndoSerializer,
)
from sonla.api.views.records import Records, etag

NOT_YOURS = _("Bạn không nhập số liệu cho đơn vị này.")


class Houses(Records):
    """What all addresses of houses share."""

    def page_of_house(self, pk: int) -> HousePage:
        """The house by name. Raises 403 for who may only count it, 404 for outsiders."""
        found = named_house(self.request.user, self.today, pk)
        if found is None:
            seen = house_is_counted(self.request.user, self.today, pk)
            raise self.counts_only() if seen else NotFound()
        return found

    def entered(self, pk: int) -> HousingProject:
        """The house for who enters its commune's data. Raises 403 for its other readers."""
        found = self.page_of_house(pk)
        if not found.writable:
            raise self.refuse_write(str(NOT_YOURS))
        return found.house

    def answer(self, pk: int, status: int = 200) -> Response:
        page = self.page_of_house(pk)
        shown = HouseDetailSerializer(page.house, context={"page": page})
        return Response(shown.data, status=status, headers={"ETag": etag(page.house)})

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "today": self.today, "through": Through.API}


class HousesView(Houses):
    """GET: by name, for people of the commune. POST: propose a house for a household of the register."""

    question = filters.HousesQuestion

    @extend_schema(
        tags=["houses"],
        operation_id="houses_list",
        summary=_("Nhà ở của các hộ"),
        responses=page_of(HouseSerializer),
    )
    def get(self, request: Request) -> Response:
        commune = None
        if "unit" in self.asked:
            commune = self.ground(self.asked["unit"]).unit
        elif not knows_anybody(request.user, self.today):
            raise self.counts_only()
        self.check_codes()
        named = {name: self.asked.get(name, "") for name in ("list", "stage", "kind", "group", "village")}
        rows = houses_asked(request.user, self.today, commune=commune, **named)
        return self.page(rows, HouseSerializer)

    def check_codes(self) -> None:
        """A misspelt code would otherwise give an empty list."""
        known = codes_known()
        for name, rows in (("list", known["lists"]), ("group", known["groups"])):
            if name in self.asked and self.asked[name] not in rows:
                raise Problem("invalid_parameter", errors=[at_parameter(name, gettext("Không có mã này."))])

    @extend_schema(
        tags=["houses"],
        operation_id="houses_create",
        summary=_("Đề nghị nhà ở cho một hộ"),
        request=NewHouseSerializer,
        responses={
            201: HouseDetailSerializer,
            409: problem(_("Hộ đã được hỗ trợ; 'houses' là các nhà đó. Hỗ trợ lần nữa: ghi repeat_reason.")),
        },
    )
    def post(self, request: Request) -> Response:
        sent = self.body(NewHouseSerializer, **codes_known())
        pk = sent.pop("household")
        household = named_household(request.user, self.today, pk)
        if household is None:
            if is_counted(request.user, self.today, pk):
                raise self.counts_only()
            raise NotFound
        if not may_propose(household.commune, request.user, self.today):
            raise self.refuse_write(str(NOT_YOURS))
        try:
            with self.answering():
                house = propose_house(household=household, **sent, **self.who)
        except AlreadyHelped as helped:
            told = [{"id": one.pk, "list": one.list.code, "stage": one.stage} for one in helped.houses]
            words = gettext("Hộ đã được hỗ trợ nhà ở. Hỗ trợ lần nữa thì ghi repeat_reason.")
            raise Problem("already_helped", words, extra={"houses": told}) from helped
        return self.answer(house.pk, status=201)


class HousesSummaryView(Houses):
    """Counts of one list in a commune or the province; never a name."""

    question = filters.HousesSummaryQuestion

    @extend_schema(
        tags=["houses"],
        operation_id="houses_summary",
        summary=_("Số đếm nhà ở của xã, của tỉnh"),
        responses=HousesSummarySerializer,
    )
    def get(self, request: Request) -> Response:
        unit = houses_unit(self.asked["unit"], request.user, self.today)
        if unit is None:
            self.refuse_unit("unit")
        at = self.asked.get("at") or self.today
        house_list = chosen_list(self.asked.get("list", ""), at)
        if house_list is None:
            raise Problem("invalid_parameter", errors=[at_parameter("list", gettext("Không có mã này."))])
        board = house_board(unit, house_list, request.user, self.today, at)
        return Response(HousesSummarySerializer(board).data)


class HouseView(Houses):
    """With money, pictures, the next step; its ETag is its version."""

    @extend_schema(
        tags=["houses"],
        operation_id="houses_retrieve",
        summary=_("Một nhà"),
        responses=HouseDetailSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)

    @extend_schema(
        tags=["houses"],
        operation_id="houses_update",
        summary=_("Sửa loại, đối tượng, ghi chú của nhà"),
        parameters=[MUST_MATCH],
        request=HouseChangeSerializer,
        responses=changing(HouseDetailSerializer),
    )
    def patch(self, request: Request, pk: int) -> Response:
        house = self.entered(pk)
        version = self.match(house)
        sent = self.body(HouseChangeSerializer, **codes_known())
        stands = {"kind": house.kind, "group": house.group, "note": house.note}
        with self.answering():
            edit_house(house=house, version=version, **{**stands, **sent}, **self.who)
        return self.answer(pk)


class HouseStepsView(Houses):
    """The next step on the way, or a stop with its reason."""

    @extend_schema(
        tags=["houses"],
        operation_id="houses_step",
        summary=_("Ghi bước tiếp theo của nhà"),
        parameters=[MUST_MATCH],
        request=StepSerializer,
        responses=changing(HouseDetailSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        house = self.entered(pk)
        version = self.match(house)
        step = Step(**self.body(StepSerializer))
        with self.answering():
            take_step(house=house, version=version, step=step, **self.who)
        return self.answer(pk)


class HouseUndoView(Houses):
    """Take the last step back."""

    @extend_schema(
        tags=["houses"],
        operation_id="houses_undo",
        summary=_("Hoàn tác bước cuối của nhà"),
        parameters=[MUST_MATCH],
        request=UndoSerializer,
        responses=changing(HouseDetailSerializer),
    )
    def post(self, request: Request, pk: int) -> Response:
        house = self.entered(pk)
        version = self.match(house)
        sent = self.body(UndoSerializer)
        with self.answering():
            undo_step(house=house, version=version, **sent, **self.who)
        return self.answer(pk)


class HouseHistoryView(Houses):
    """Every step, change, entry of money and picture; the last first."""

    question = filters.Paged

    @extend_schema(
        tags=["houses"],
        operation_id="houses_history",
        summary=_("Lịch sử của nhà"),
        responses=page_of(HouseEventSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.page(self.page_of_house(pk).house.events.select_related("by"), HouseEventSerializer)


class HouseMoneyView(Houses):
    """What a source gave: money, or materials, land and labour with their value."""

    @extend_schema(
        tags=["houses"],
        operation_id="houses_money_create",
        summary=_("Ghi kinh phí của nhà"),
        request=NewMoneySerializer,
        responses={201: HouseDetailSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        house = self.entered(pk)
        gift = Gift(**self.body(NewMoneySerializer, **codes_known()))
        with self.answering():
            add_money(house=house, gift=gift, **self.who)
        return self.answer(pk, status=201)


class OneMoneyView(Houses):
    """An entry made by mistake is taken back; the history keeps it."""

    @extend_schema(
        tags=["houses"],
        operation_id="houses_money_delete",
        summary=_("Xóa dòng kinh phí ghi nhầm"),
        responses={204: None},
    )
    def delete(self, request: Request, pk: int, money: int) -> Response:
        found = money_of(self.entered(pk), money)
        if found is None:
            raise NotFound
        remove_money(money=found, **self.who)
        return Response(status=204)


class HousePhotosView(Houses):
    """Read by content, made smaller, freed of what the camera wrote into it."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        tags=["houses"],
        operation_id="houses_photos_create",
        summary=_("Tải ảnh của nhà lên"),
        request={"multipart/form-data": NewPhotoSerializer},
        responses={201: HouseDetailSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        house = self.entered(pk)
        sent = self.body(NewPhotoSerializer)
        with self.answering():
            add_photo(house=house, upload=sent.pop("file"), **sent, **self.who)
        return self.answer(pk, status=201)


class HousePhotoView(Houses):
    """The picture itself, to be saved or drawn, never to be run as a page."""

    def photo(self, house: HousingProject, pk: int) -> ProjectPhoto:
        found = readers_photo(house, pk)
        if found is None:
            raise NotFound
        return found

    @extend_schema(
        tags=["houses"],
        operation_id="houses_photos_retrieve",
        summary=_("Ảnh của nhà"),
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int, photo: int) -> FileResponse:
        kept = self.photo(self.page_of_house(pk).house, photo)
        try:
            content = kept.file.content.open("rb")
        except FileNotFoundError as error:
            raise NotFound from error
        answer = FileResponse(
            content, as_attachment=True, filename=kept.file.name, content_type=kept.file.media_type
        )
        answer["Content-Length"] = str(kept.file.size)
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    @extend_schema(
        tags=["houses"],
        operation_id="houses_photos_delete",
        summary=_("Xóa ảnh của nhà"),
        responses={204: None},
    )
    def delete(self, request: Request, pk: int, photo: int) -> Response:
        remove_photo(photo=self.photo(self.entered(pk), photo), **self.who)
        return Response(status=204)
