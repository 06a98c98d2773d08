"""Poverty reviews of communes: counts and papers for who reads the unit, steps for whom each belongs to."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from housing.actions.reviews import (
    approve_reviews,
    ask_opinion,
    give_opinion,
    list_managed,
    open_regular_round,
    recognise,
    reopen,
    set_source,
    start_review,
)
from housing.actions.village_steps import add_complaint, add_meeting, answer_complaint, post_list
from housing.models import CommuneReview, ReviewRound, VillageReview
from housing.queries.movements import movements
from housing.queries.review_pages import Reader, reader_of, readers_review, review_page
from programs.models import Through
from sonla.api import filters
from sonla.api.problems import Problem, at_parameter, at_pointer
from sonla.api.queries.households import named_household
from sonla.api.queries.poverty import (
    complaint_of,
    last_hand,
    may_answer_anywhere,
    part_of,
    parts_of,
    reviews_asked,
    round_of,
    with_counts,
)
from sonla.api.schema import IF_MATCH, page_of, problem
from sonla.api.serializers.households import NoteSerializer
from sonla.api.serializers.poverty import (
    AnswerSerializer,
    ApprovedSerializer,
    ApproveReviewsSerializer,
    CommuneReviewDetailSerializer,
    CommuneReviewSerializer,
    LedgersSerializer,
    NewComplaintSerializer,
    NewMeetingSerializer,
    OpinionSerializer,
    PaperSerializer,
    PostingSerializer,
    ReopenSerializer,
    SignedPaperSerializer,
    SourceSerializer,
    StartSerializer,
    VillagePartSerializer,
    papers_in,
)
from sonla.api.views.records import Records, etag, version_problem

STEPPED = {200: CommuneReviewDetailSerializer, 412: problem()}
NOT_YOURS = _("Việc này không thuộc phân công của bạn.")


class Reviews(Records):
    """What all addresses of reviews share."""

    def review(self, pk: int) -> CommuneReview:
        """A review of a unit that the person reads. Raises 404."""
        found = readers_review(pk, self.request.user, self.today)
        if found is None:
            raise NotFound
        return found

    def local(self, pk: int) -> CommuneReview:
        """The review for who knows the commune's people by name. Raises 403 for its other readers."""
        found = self.review(pk)
        if not reader_of(found, self.request.user, self.today).knows:
            raise self.counts_only()
        return found

    def written(self, pk: int) -> CommuneReview:
        """The review for who enters it. Raises 403 for its other readers."""
        found = self.review(pk)
        if not reader_of(found, self.request.user, self.today).writes:
            raise self.refuse_write(gettext("Bạn không rà soát hộ của xã này."))
        return found

    def answer(self, pk: int, status: int = 200) -> Response:
        review = self.review(pk)
        (row,) = with_counts([review])
        page = review_page(review, self.request.user, self.today)
        shown = CommuneReviewDetailSerializer(row, context={"page": page})
        return Response(shown.data, status=status, headers={"ETag": etag(review)})

    def check_review(self, review: CommuneReview) -> None:
        """If-Match, where it was sent, against the review. Raises a 412 problem."""
        header = self.request.headers.get("If-Match")
        tags = [tag.strip() for tag in (header or "*").split(",")]
        if "*" not in tags and etag(review) not in tags:
            raise version_problem(review, last_hand(review))

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.request.user, "today": self.today}


class CommuneReviewsView(Reviews):
    """GET: counts and papers of the units one reads. POST: a commune starts its part of a round."""

    question = filters.CommuneReviewsQuestion

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_list",
        summary=_("Rà soát hộ nghèo của các xã"),
        responses=page_of(CommuneReviewSerializer),
    )
    def get(self, request: Request) -> Response:
        code = self.asked.get("round", "")
        if code and round_of(code) is None:
            raise Problem("invalid_parameter", errors=[at_parameter("round", gettext("Không có mã này."))])
        rows = reviews_asked(
            request.user,
            self.today,
            unit=self.check_unit(),
            round_code=code,
            state=self.asked.get("state", ""),
        )
        return self.page(rows, CommuneReviewSerializer, with_counts)

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_create",
        summary=_("Bắt đầu rà soát của xã"),
        request=StartSerializer,
        responses={201: CommuneReviewDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        commune = self.kept_commune(gettext("Bạn không rà soát hộ của xã này."))
        sent = self.body(StartSerializer)
        with self.answering():
            started = start_review(
                round=self.round_meant(sent),
                commune=commune,
                source=sent["source"],
                through=Through.API,
                **self.who,
            )
        return self.answer(started.pk, status=201)

    def round_meant(self, sent: dict[str, Any]) -> ReviewRound:
        if "regular" in sent:
            return open_regular_round(day=sent["regular"], **self.who)
        found = round_of(sent.get("round", ""))
        if found is None:
            raise Problem("invalid", errors=[at_pointer("/round", gettext("Không có mã này."))])
        return found


class ReviewsApproveView(Reviews):
    """The province approves the aggregate of many communes by one decision: all or none."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_approve",
        summary=_("Tỉnh phê duyệt kết quả của nhiều xã"),
        request=ApproveReviewsSerializer,
        responses=ApprovedSerializer,
    )
    def post(self, request: Request) -> Response:
        if not may_answer_anywhere(request.user, self.today):
            raise self.refuse_write(str(NOT_YOURS))
        sent = self.body(ApproveReviewsSerializer)
        wanted = set(sent["reviews"])
        found = list(CommuneReview.objects.readable_by(request.user, self.today).filter(pk__in=wanted))
        missing = wanted - {one.pk for one in found}
        if missing:
            words = gettext("Không có rà soát này.")
            places = [index for index, pk in enumerate(sent["reviews"]) if pk in missing]
            raise Problem("invalid", errors=[at_pointer(f"/reviews/{index}", words) for index in places])
        with self.answering():
            approve_reviews(reviews=found, paper=papers_in(sent), **self.who)
        rows = reviews_asked(request.user, self.today).filter(pk__in=wanted)
        return Response(ApprovedSerializer({"reviews": with_counts(list(rows))}).data)


class CommuneReviewView(Reviews):
    """With what is missing, each village's counts and the steps so far."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_retrieve",
        summary=_("Rà soát của một xã"),
        responses=CommuneReviewDetailSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)


class ReviewLedgerView(Reviews):
    """Movements are derived from the sheets, and must balance."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_ledger",
        summary=_("Biến động hộ nghèo, hộ cận nghèo của xã"),
        responses=LedgersSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(LedgersSerializer(movements(self.review(pk), self.today)).data)


class ReviewStep(Reviews):
    """One step of a review: for whom it is (`may`), and only on the version read where If-Match was sent."""

    def step(
        self, pk: int, may: Callable[[Reader], bool], body: type[Any], act: Callable[..., Any]
    ) -> Response:
        review = self.review(pk)
        if not may(reader_of(review, self.request.user, self.today)):
            raise self.refuse_write(str(NOT_YOURS))
        self.check_review(review)
        sent = self.body(body)
        with self.answering():
            act(review, sent)
        return self.answer(pk)


class ReviewListView(ReviewStep):
    """What was added or moved in since the start is put on the list."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_list_managed",
        summary=_("Cập nhật danh sách rà soát theo sổ hộ"),
        parameters=[IF_MATCH],
        request=NoteSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.writes,
            NoteSerializer,
            lambda review, sent: list_managed(review=review, **self.who),
        )


class ReviewAskView(ReviewStep):
    """Nothing in the review changes while it waits; with everything that is missing, 400 `lacking`."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_ask",
        summary=_("Xã xin ý kiến của tỉnh"),
        parameters=[IF_MATCH],
        request=PaperSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.writes,
            PaperSerializer,
            lambda review, sent: ask_opinion(review=review, paper=papers_in(sent), **self.who),
        )


class ReviewOpinionView(ReviewStep):
    """`send_back` opens the sheets again."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_opinion",
        summary=_("Tỉnh cho ý kiến"),
        parameters=[IF_MATCH],
        request=OpinionSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.answers,
            OpinionSerializer,
            lambda review, sent: give_opinion(
                review=review,
                paper=papers_in(sent),
                words=sent["opinion"],
                send_back=sent["send_back"],
                **self.who,
            ),
        )


class ReviewRecogniseView(ReviewStep):
    """The commune's leader recognises by name; each household gets its class."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_recognise",
        summary=_("Xã công nhận kết quả rà soát"),
        parameters=[IF_MATCH],
        request=SignedPaperSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.leads,
            SignedPaperSerializer,
            lambda review, sent: recognise(
                review=review, paper=papers_in(sent), through=Through.API, **self.who
            ),
        )


class ReviewReopenView(ReviewStep):
    """A closed review changes only after this; the reason stays on it."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_reopen",
        summary=_("Tỉnh mở lại rà soát đã đóng"),
        parameters=[IF_MATCH],
        request=ReopenSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.answers,
            ReopenSerializer,
            lambda review, sent: reopen(review=review, reason=sent["reason"], **self.who),
        )


class ReviewSourceView(ReviewStep):
    """Register or approved aggregate, never both; the comparison of the two is kept."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_source",
        summary=_("Đổi nguồn số liệu của xã"),
        parameters=[IF_MATCH],
        request=SourceSerializer,
        responses=STEPPED,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.step(
            pk,
            lambda reader: reader.writes,
            SourceSerializer,
            lambda review, sent: set_source(
                review=review,
                source=sent["source"],
                comment=sent["comment"],
                decision=papers_in(sent),
                **self.who,
            ),
        )


# -- villages ---------------------------------------------------------------------------------------------


class VillagePartsView(Reviews):
    """Meetings, posting and complaints of each village, for the commune's own people."""

    question = filters.Paged

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_villages_list",
        summary=_("Phần của từng thôn, bản trong rà soát"),
        responses=page_of(VillagePartSerializer),
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.page(parts_of(self.local(pk)), VillagePartSerializer)


class OnePart(Reviews):
    """Something kept about one village's part; the answer is the part as it stands."""

    def part(self, pk: int, part: int) -> VillageReview:
        found = part_of(self.written(pk), part)
        if found is None:
            raise NotFound
        return found

    def shown(self, pk: int, part: int, status: int = 201) -> Response:
        return Response(VillagePartSerializer(part_of(self.review(pk), part)).data, status=status)


class MeetingsView(OnePart):
    """One that fewer than half agreed at stays on record; the next is its second."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_meetings_create",
        summary=_("Ghi cuộc họp dân"),
        request=NewMeetingSerializer,
        responses={201: VillagePartSerializer},
    )
    def post(self, request: Request, pk: int, part: int) -> Response:
        found = self.part(pk, part)
        sent = self.body(NewMeetingSerializer)
        with self.answering():
            add_meeting(part=found, **sent, **self.who)
        return self.shown(pk, part)


class PostingView(OnePart):
    """After the meeting that passed the list."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_posting",
        summary=_("Ghi niêm yết danh sách"),
        request=PostingSerializer,
        responses={200: VillagePartSerializer},
    )
    def post(self, request: Request, pk: int, part: int) -> Response:
        found = self.part(pk, part)
        sent = self.body(PostingSerializer)
        with self.answering():
            post_list(part=found, **sent, **self.who)
        return self.shown(pk, part, status=200)


class ComplaintsView(OnePart):
    """What somebody said against the posted list."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_complaints_create",
        summary=_("Ghi ý kiến sau niêm yết"),
        request=NewComplaintSerializer,
        responses={201: VillagePartSerializer},
    )
    def post(self, request: Request, pk: int, part: int) -> Response:
        found = self.part(pk, part)
        sent = self.body(NewComplaintSerializer)
        about = sent.pop("household")
        household = named_household(request.user, self.today, about) if about else None
        if about and household is None:
            raise Problem("invalid", errors=[at_pointer("/household", gettext("Không có hộ này."))])
        with self.answering():
            add_complaint(part=found, household=household, **sent, **self.who)
        return self.shown(pk, part)


class ComplaintAnswerView(OnePart):
    """The re-check's result."""

    @extend_schema(
        tags=["poverty"],
        operation_id="commune_reviews_complaints_answer",
        summary=_("Ghi kết quả phúc tra"),
        request=AnswerSerializer,
        responses={200: VillagePartSerializer},
    )
    def post(self, request: Request, pk: int, part: int, complaint: int) -> Response:
        found = complaint_of(self.part(pk, part), complaint)
        if found is None:
            raise NotFound
        sent = self.body(AnswerSerializer)
        with self.answering():
            answer_complaint(complaint=found, **sent, **self.who)
        return self.shown(pk, part, status=200)
