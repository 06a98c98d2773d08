"""The register of households: reading it by name, writing in it, and what happens to whole households."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from communes.models import Unit
from housing.actions.members import member_left, save_member
from housing.actions.moves import (
    mark_gone,
    merge_households,
    move_out,
    move_village,
    restore_household,
    split_household,
)
from housing.actions.register import DuplicatesFound, add_household, edit_household
from housing.models import Departure, Household
from housing.queries.household import history_of
from housing.queries.register import ethnic_groups, search_register, villages_of_commune
from housing.rules.records import Hint
from programs.actions.exports import log_export
from programs.models import Through
from sonla.api import filters
from sonla.api.problems import Problem, at_parameter, at_pointer
from sonla.api.queries.households import (
    household_detail,
    households_asked,
    is_counted,
    knows_anybody,
    named_household,
)
from sonla.api.schema import MUST_MATCH, changing, page_of, problem
from sonla.api.serializers.households import (
    FoundSerializer,
    HouseholdChangeSerializer,
    HouseholdDetailSerializer,
    HouseholdSerializer,
    HouseholdStepSerializer,
    LeaveSerializer,
    MemberChangeSerializer,
    MemberLeftSerializer,
    MemberSerializer,
    MergeSerializer,
    MoveSerializer,
    NewHouseholdSerializer,
    NewMemberSerializer,
    NoteSerializer,
    NumbersSerializer,
    SearchSerializer,
    SplitSerializer,
    duplicate_json,
    household_data,
    member_data,
)
from sonla.api.views.records import Records, etag

NUMBERS_SHOWN = "household-numbers"
CHANGED = changing(HouseholdDetailSerializer)


class Households(Records):
    """What all addresses of households share: the words of a body, and an answer with its tag."""

    def words_of(self, commune: Unit) -> dict[str, Any]:
        """What the codes in a body are read against."""
        return {"villages": villages_of_commune(commune, self.today), "groups": ethnic_groups()}

    def answer(self, pk: int, warnings: list[Hint] | None = None, status: int = 200) -> Response:
        """The household as it stands after an act."""
        household = named_household(self.request.user, self.today, pk)
        if household is None:
            raise NotFound
        detail = household_detail(household, self.request.user, self.today, warnings or ())
        shown = HouseholdDetailSerializer(household, context={"detail": detail})
        return Response(shown.data, status=status, headers={"ETag": etag(household)})

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "today": self.today, "through": Through.API}


class HouseholdsView(Households):
    """GET: by name, for people of the commune. POST: write a household in."""

    question = filters.HouseholdsQuestion

    @extend_schema(
        tags=["households"],
        operation_id="households_list",
        summary=_("Sổ hộ của xã"),
        responses=page_of(HouseholdSerializer),
    )
    def get(self, request: Request) -> Response:
        commune = None
        if "unit" in self.asked:
            commune = self.ground(self.asked["unit"]).unit
        elif not knows_anybody(request.user, self.today):
            raise self.counts_only()
        self.check_village(commune)
        rows = households_asked(
            request.user,
            self.today,
            commune=commune,
            village=self.asked.get("village", ""),
            poverty_class=self.asked.get("class", ""),
            left=self.asked["state"] == "left",
        )
        return self.page(rows, HouseholdSerializer)

    def check_village(self, commune: Unit | None) -> None:
        """A code that no village of the commune bears would otherwise give an empty list."""
        code = self.asked.get("village")
        if code is None:
            return
        if commune is None:
            words = gettext("Ghi kèm mã xã: unit.")
        elif code in [one.code for one in villages_of_commune(commune, self.today).values()]:
            return
        else:
            words = gettext("Không có mã này.")
        raise Problem("invalid_parameter", errors=[at_parameter("village", words)])

    @extend_schema(
        tags=["households"],
        operation_id="households_create",
        summary=_("Thêm hộ vào sổ"),
        request=NewHouseholdSerializer,
        responses={
            201: HouseholdDetailSerializer,
            409: problem(
                _("Có thể hộ đã có; 'candidates' là các hộ đó. Đúng là hộ khác: gửi duplicates_seen.")
            ),
        },
    )
    def post(self, request: Request) -> Response:
        commune = self.kept_commune(gettext("Sổ hộ do cán bộ của xã ghi."))
        sent = self.body(NewHouseholdSerializer, **self.words_of(commune))
        try:
            with self.answering():
                saved = add_household(
                    commune=commune,
                    data=household_data(sent),
                    on=sent.get("on"),
                    arrival=sent["arrival"],
                    duplicates_seen=sent["duplicates_seen"],
                    **self.who,
                )
        except DuplicatesFound as found:
            told = [duplicate_json(one) for one in found.duplicates]
            words = gettext("Có thể hộ này đã có. Xem 'candidates'; đúng là hộ khác thì gửi duplicates_seen.")
            raise Problem("likely_duplicates", words, extra={"candidates": told}) from found
        return self.answer(saved.household.pk, saved.warnings, status=201)


class HouseholdSearchView(Households):
    """By POST, so that no name and no number stands in an address."""

    @extend_schema(
        tags=["households"],
        operation_id="households_search",
        summary=_("Tìm hộ theo tên hoặc số định danh"),
        request=SearchSerializer,
        responses=FoundSerializer,
    )
    def post(self, request: Request) -> Response:
        sent = self.body(SearchSerializer)
        ground = self.ground(sent["unit"])
        found = search_register(request.user, ground.unit, sent["text"], self.today)
        return Response(FoundSerializer(found).data)


class OneHousehold(Households):
    """An address about one household: 404 outside the person's scope, 403 for who may only count it."""

    def household(self, pk: int) -> Household:
        found = named_household(self.request.user, self.today, pk)
        if found is None:
            raise self.counts_only() if is_counted(self.request.user, self.today, pk) else NotFound()
        return found

    def kept(self, pk: int) -> tuple[Household, int]:
        """The household for who keeps its register, and the version that was read. Raises 403, 428, 412."""
        found = self.household(pk)
        rows = Household.objects.writable_by(self.request.user, self.today)
        if not found.commune.lives_on(self.today) or not rows.filter(pk=pk).exists():
            raise self.refuse_write(gettext("Sổ hộ do cán bộ của xã ghi."))
        return found, self.match(found)


class HouseholdView(OneHousehold):
    """With its people, reviews and houses; its ETag is its version."""

    @extend_schema(
        tags=["households"],
        operation_id="households_retrieve",
        summary=_("Một hộ"),
        responses=HouseholdDetailSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(self.household(pk).pk)

    @extend_schema(
        tags=["households"],
        operation_id="households_update",
        summary=_("Sửa hộ"),
        parameters=[MUST_MATCH],
        request=HouseholdChangeSerializer,
        responses=CHANGED,
    )
    def patch(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(HouseholdChangeSerializer, **self.words_of(household.commune))
        with self.answering():
            saved = edit_household(
                household=household, version=version, data=household_data(sent, household), **self.who
            )
        return self.answer(pk, saved.warnings)


class HouseholdSplitView(OneHousehold):
    """Some of the household begin one of their own; the answer is the new household."""

    @extend_schema(
        tags=["households"],
        operation_id="households_split",
        summary=_("Tách hộ"),
        parameters=[MUST_MATCH],
        request=SplitSerializer,
        responses=changing(HouseholdDetailSerializer, 201),
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(SplitSerializer, **self.words_of(household.commune))
        with self.answering():
            saved = split_household(
                household=household,
                version=version,
                members=sent["members"],
                data=household_data(sent),
                on=sent["on"],
                **self.who,
            )
        return self.answer(saved.household.pk, saved.warnings, status=201)


class HouseholdMergeView(OneHousehold):
    """Another household of the commune becomes part of this one."""

    @extend_schema(
        tags=["households"],
        operation_id="households_merge",
        summary=_("Nhập hộ"),
        parameters=[MUST_MATCH],
        request=MergeSerializer,
        responses=CHANGED,
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(MergeSerializer)
        other = named_household(request.user, self.today, sent.pop("other"))
        if other is None:
            raise Problem("invalid", errors=[at_pointer("/other", gettext("Không có hộ này."))])
        with self.answering():
            merge_households(keep=household, version=version, other=other, **sent, **self.who)
        return self.answer(pk)


class HouseholdMoveView(OneHousehold):
    """To another village of the commune."""

    @extend_schema(
        tags=["households"],
        operation_id="households_move",
        summary=_("Chuyển bản trong xã"),
        parameters=[MUST_MATCH],
        request=MoveSerializer,
        responses=CHANGED,
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        words = self.words_of(household.commune)
        sent = self.body(MoveSerializer, **words)
        village = words["villages"][sent.pop("village")]
        with self.answering():
            move_village(household=household, version=version, village=village, **sent, **self.who)
        return self.answer(pk)


class HouseholdLeaveView(OneHousehold):
    """Moved out of the commune, nobody left, or written down by mistake."""

    @extend_schema(
        tags=["households"],
        operation_id="households_leave",
        summary=_("Hộ ra khỏi sổ"),
        parameters=[MUST_MATCH],
        request=LeaveSerializer,
        responses=CHANGED,
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(LeaveSerializer)
        how = sent.pop("how")
        given = {"household": household, "version": version, **sent, **self.who}
        with self.answering():
            if how == Departure.MOVED_OUT:
                move_out(**given)
            else:
                mark_gone(mistake=how == Departure.MISTAKE, **given)
        return self.answer(pk)


class HouseholdRestoreView(OneHousehold):
    """Take back that the household left, where that is true."""

    @extend_schema(
        tags=["households"],
        operation_id="households_restore",
        summary=_("Đưa hộ trở lại sổ"),
        parameters=[MUST_MATCH],
        request=NoteSerializer,
        responses=CHANGED,
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(NoteSerializer)
        with self.answering():
            restore_household(household=household, version=version, **sent, **self.who)
        return self.answer(pk)


class HouseholdNumbersView(OneHousehold):
    """Who looked is written down first."""

    @extend_schema(
        tags=["households"],
        operation_id="households_numbers",
        summary=_("Số định danh đầy đủ của hộ"),
        request=None,
        responses=NumbersSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        household = self.household(pk)
        borne = [(None, household.identity_number)]
        borne += [(one.pk, one.identity_number) for one in household.members.order_by("pk")]
        numbers = [{"member": who, "identity_number": number} for who, number in borne if number]
        log_export(
            kind=NUMBERS_SHOWN,
            unit=household.commune,
            rows=len(numbers),
            by=request.user,
            at=timezone.now(),
            note=household.code,
        )
        return Response({"numbers": numbers})


class HouseholdHistoryView(OneHousehold):
    """Who, when, through what, from what to what; the last step first."""

    question = filters.Paged

    @extend_schema(
        tags=["households"],
        operation_id="households_history",
        summary=_("Lịch sử của hộ"),
        responses=page_of(HouseholdStepSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        steps = history_of([self.household(pk).pk], request.user, self.today)
        return self.page(steps, HouseholdStepSerializer)


class MembersView(OneHousehold):
    """The people of a household, those who left last."""

    question = filters.Paged

    @extend_schema(
        tags=["households"],
        operation_id="households_members_list",
        summary=_("Thành viên của hộ"),
        responses=page_of(MemberSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        people = self.household(pk).members.select_related("ethnic_group")
        return self.page(people.order_by("left_on", "pk"), MemberSerializer)

    @extend_schema(
        tags=["households"],
        operation_id="households_members_create",
        summary=_("Thêm thành viên"),
        parameters=[MUST_MATCH],
        request=NewMemberSerializer,
        responses=changing(HouseholdDetailSerializer, 201),
    )
    def post(self, request: Request, pk: int) -> Response:
        household, version = self.kept(pk)
        sent = self.body(NewMemberSerializer, groups=ethnic_groups())
        with self.answering():
            saved = save_member(household=household, version=version, data=member_data(sent), **self.who)
        return self.answer(pk, saved.warnings, status=201)


class OneMember(OneHousehold):
    """An address about a person of a household; the version is the household's."""

    def member(self, household: Household, who: int) -> Any:
        found = household.members.filter(pk=who).first()
        if found is None:
            raise NotFound
        return found


class MemberView(OneMember):
    """Correct what is written of a person."""

    @extend_schema(
        tags=["households"],
        operation_id="households_members_update",
        summary=_("Sửa thành viên"),
        parameters=[MUST_MATCH],
        request=MemberChangeSerializer,
        responses=CHANGED,
    )
    def patch(self, request: Request, pk: int, who: int) -> Response:
        household, version = self.kept(pk)
        member = self.member(household, who)
        sent = self.body(MemberChangeSerializer, groups=ethnic_groups())
        data = member_data(sent, member)
        with self.answering():
            saved = save_member(household=household, version=version, data=data, member=member, **self.who)
        return self.answer(pk, saved.warnings)


class MemberLeaveView(OneMember):
    """Died, married away or moved: the row stays, with the day."""

    @extend_schema(
        tags=["households"],
        operation_id="households_members_leave",
        summary=_("Thành viên không còn trong hộ"),
        parameters=[MUST_MATCH],
        request=MemberLeftSerializer,
        responses=CHANGED,
    )
    def post(self, request: Request, pk: int, who: int) -> Response:
        household, version = self.kept(pk)
        member = self.member(household, who)
        sent = self.body(MemberLeftSerializer)
        with self.answering():
            saved = member_left(member=member, version=version, **sent, **self.who)
        return self.answer(pk, saved.warnings)
