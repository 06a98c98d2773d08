"""Poverty reviews: rounds, each commune's part with its papers, villages, and households' sheets."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from housing.actions.reviews import Papers
from housing.actions.sheets import SheetData
from housing.models import (
    Area,
    Listed,
    Meeting,
    PovertyClass,
    PovertyReview,
    ReviewState,
    RoundKind,
    Source,
)
from housing.queries.review_pages import ReviewPage
from housing.rules.meetings import passes
from housing.rules.movements import Movement
from sonla.api.serializers.strict import StrictSerializer

CLASS = {"choices": PovertyClass.choices, "allow_blank": True}
MOVEMENTS = [(one.value, one.value) for one in Movement]
LISTING = [one for one in Listed.choices if one[0] != Listed.GENERAL]
MOST_SHEETS = 1000
LARGEST_ID = 2**63 - 1


class RoundSerializer(serializers.Serializer):
    """A round with its standard; with a `period` it closes that year."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=RoundKind.choices)
    standard = serializers.CharField(source="standard.code")
    next_standard = serializers.CharField(source="next_standard.code", default=None, allow_null=True)
    period = serializers.CharField(source="period.code", default=None, allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    posting_days = serializers.IntegerField()
    decide_within = serializers.IntegerField(allow_null=True)


class ProgressSerializer(serializers.Serializer):
    """Households listed and reviewed, and the classes found so far; all 0 where the source is 'aggregate'."""

    listed = serializers.IntegerField()
    done = serializers.IntegerField()
    poor = serializers.IntegerField()
    near_poor = serializers.IntegerField(source="near")
    next_poor = serializers.IntegerField()
    next_near_poor = serializers.IntegerField(source="next_near")
    requested = serializers.IntegerField()


class CommuneReviewSerializer(serializers.Serializer):
    """A commune's part of a round: its state, its papers, its counts; never a household's name."""

    id = serializers.IntegerField(source="review.pk")
    round = serializers.CharField(source="review.round.code")
    unit = serializers.CharField(source="review.commune.code")
    unit_name = serializers.CharField(source="review.commune.name")
    unit_valid_from = serializers.DateField(source="review.commune.valid_from")
    area = serializers.ChoiceField(choices=Area.choices, source="review.area")
    source = serializers.ChoiceField(choices=Source.choices, source="review.source")
    state = serializers.ChoiceField(choices=ReviewState.choices, source="review.state")
    asked_number = serializers.CharField(source="review.asked_number")
    asked_on = serializers.DateField(source="review.asked_on", allow_null=True)
    opinion_number = serializers.CharField(source="review.opinion_number")
    opinion_on = serializers.DateField(source="review.opinion_on", allow_null=True)
    opinion = serializers.CharField(source="review.opinion")
    decision_number = serializers.CharField(source="review.decision_number")
    decided_on = serializers.DateField(source="review.decided_on", allow_null=True)
    signatory = serializers.CharField(source="review.signatory")
    approval_number = serializers.CharField(source="review.approval_number")
    approved_on = serializers.DateField(source="review.approved_on", allow_null=True)
    version = serializers.IntegerField(source="review.version")
    updated_at = serializers.DateTimeField(source="review.updated_at")
    counts = ProgressSerializer()


class LackSerializer(serializers.Serializer):
    """One thing that keeps the review in the commune."""

    kind = serializers.CharField()
    detail = serializers.CharField(source="words")
    village = serializers.CharField(source="village.village.code", default=None, allow_null=True)


class LedgerSerializer(serializers.Serializer):
    """closing = opening - out - down - other_decrease + from_poor + again + arisen + other_increase."""

    opening = serializers.IntegerField()
    out = serializers.IntegerField()
    down = serializers.IntegerField()
    other_decrease = serializers.IntegerField()
    from_poor = serializers.IntegerField()
    again = serializers.IntegerField()
    arisen = serializers.IntegerField()
    other_increase = serializers.IntegerField()
    closing = serializers.IntegerField()


class VillageCountSerializer(serializers.Serializer):
    """How far a village's part is, in counts."""

    id = serializers.IntegerField(source="part.pk")
    village = serializers.CharField(source="part.village.code")
    village_name = serializers.CharField(source="part.village.name")
    listed = serializers.IntegerField()
    done = serializers.IntegerField()
    poor = serializers.IntegerField()
    near_poor = serializers.IntegerField(source="near")
    met = serializers.BooleanField(source="passed")
    posted_from = serializers.DateField(source="part.posted_from", allow_null=True)
    posted_to = serializers.DateField(source="part.posted_to", allow_null=True)
    complaints_waiting = serializers.IntegerField(source="waiting")


class ReviewEventSerializer(serializers.Serializer):
    """One step of the review."""

    from_state = serializers.ChoiceField(choices=ReviewState.choices, allow_blank=True)
    to_state = serializers.ChoiceField(choices=ReviewState.choices)
    comment = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


class CommuneReviewDetailSerializer(CommuneReviewSerializer):
    """With what is missing, each village's counts and the steps. Takes the `page` (ReviewPage)."""

    due_on = serializers.SerializerMethodField()
    lacking = serializers.SerializerMethodField()
    villages = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()

    @property
    def shown(self) -> ReviewPage:
        return self.context["page"]

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_due_on(self, row: Any) -> Any:
        return self.shown.due_on

    @extend_schema_field(LackSerializer(many=True))
    def get_lacking(self, row: Any) -> Any:
        return LackSerializer(self.shown.lacks, many=True).data

    @extend_schema_field(VillageCountSerializer(many=True))
    def get_villages(self, row: Any) -> Any:
        return VillageCountSerializer(self.shown.villages, many=True).data

    @extend_schema_field(ReviewEventSerializer(many=True))
    def get_events(self, row: Any) -> Any:
        return ReviewEventSerializer(self.shown.events, many=True).data


class LedgersSerializer(serializers.Serializer):
    """What became of the poor and near-poor since the round `compared_with` (null: nothing was before it).

    `balances`: the review counts what the movements leave. `unsettled`: households whose sheet has no class
    yet, counted as at the opening. `by_area`: movements made by another area's line.
    """

    compared_with = serializers.CharField(source="before.code", default=None, allow_null=True)
    poor = LedgerSerializer()
    near_poor = LedgerSerializer(source="near")
    balances = serializers.BooleanField()
    unsettled = serializers.IntegerField()
    by_area = serializers.IntegerField()


# -- steps ------------------------------------------------------------------------------------------------


class StartSerializer(StrictSerializer):
    """Which round, by its code; or `regular`: a day whose month's regular round is begun."""

    unit = serializers.CharField(max_length=10)
    round = serializers.CharField(max_length=20, required=False)
    regular = serializers.DateField(required=False)
    source = serializers.ChoiceField(choices=Source.choices, default=Source.REGISTER)


class PaperSerializer(StrictSerializer):
    """Number and day of the step's paper."""

    number = serializers.CharField(max_length=80)
    on = serializers.DateField()


class OpinionSerializer(PaperSerializer):
    """`send_back`: the commune is asked to look again, and `opinion` says at what."""

    opinion = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    send_back = serializers.BooleanField(default=False)


class SignedPaperSerializer(PaperSerializer):
    """With who signed it; the scan is added on the page."""

    signatory = serializers.CharField(max_length=120)


class ApproveReviewsSerializer(PaperSerializer):
    """Many communes by one decision: all or none."""

    reviews = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), allow_empty=False, max_length=500
    )


class ReopenSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=4000)


class SourceSerializer(StrictSerializer):
    """With 'aggregate' number and day of its decision."""

    source = serializers.ChoiceField(choices=Source.choices)
    number = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    on = serializers.DateField(required=False, allow_null=True, default=None)
    comment = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ApprovedSerializer(serializers.Serializer):
    """The reviews that were approved."""

    reviews = CommuneReviewSerializer(many=True)


def papers_in(sent: Mapping[str, Any]) -> Papers:
    return Papers(sent["number"], sent["on"], sent.get("signatory", ""))


# -- villages ---------------------------------------------------------------------------------------------


class MeetingSerializer(serializers.Serializer):
    """A village meeting; `passed`: at least half of those present agreed."""

    number = serializers.IntegerField()
    held_on = serializers.DateField()
    present = serializers.IntegerField()
    agreed = serializers.IntegerField()
    passed = serializers.SerializerMethodField()
    chair = serializers.CharField()
    secretary = serializers.CharField()
    minutes = serializers.CharField()

    def get_passed(self, meeting: Meeting) -> bool:
        return passes(meeting.present, meeting.agreed)


class ComplaintSerializer(serializers.Serializer):
    """What somebody said against the posted list, and the re-check's answer."""

    id = serializers.IntegerField(source="pk")
    household = serializers.IntegerField(source="household_id", allow_null=True)
    received_on = serializers.DateField()
    text = serializers.CharField()
    answer = serializers.CharField()
    answered_on = serializers.DateField(allow_null=True)
    upheld = serializers.BooleanField(allow_null=True)


class VillagePartSerializer(serializers.Serializer):
    """A village's part of the review: meetings, posting, complaints."""

    id = serializers.IntegerField(source="pk")
    village = serializers.CharField(source="village.code")
    village_name = serializers.CharField(source="village.name")
    posted_from = serializers.DateField(allow_null=True)
    posted_to = serializers.DateField(allow_null=True)
    place = serializers.CharField(source="posted_at")
    meetings = MeetingSerializer(many=True)
    complaints = ComplaintSerializer(many=True)


class NewMeetingSerializer(StrictSerializer):
    held_on = serializers.DateField()
    present = serializers.IntegerField(min_value=0, max_value=99999)
    agreed = serializers.IntegerField(min_value=0, max_value=99999)
    chair = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    secretary = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    minutes = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class PostingSerializer(StrictSerializer):
    posted_from = serializers.DateField()
    posted_to = serializers.DateField()
    place = serializers.CharField(max_length=200)


class NewComplaintSerializer(StrictSerializer):
    received_on = serializers.DateField()
    text = serializers.CharField(max_length=4000)
    household = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class AnswerSerializer(StrictSerializer):
    """`upheld`: the complaint was right; the sheet is corrected by itself."""

    answer = serializers.CharField(max_length=4000)
    answered_on = serializers.DateField()
    upheld = serializers.BooleanField()


# -- sheets -----------------------------------------------------------------------------------------------


class ExplanationSerializer(serializers.Serializer):
    """The class by one standard, and why: 'Nông thôn: B1 135 ≤ 140, B2 40 ≥ 30 → hộ nghèo'."""

    standard = serializers.CharField(source="standard.code")
    poverty_class = serializers.ChoiceField(**CLASS, source="kind")
    detail = serializers.CharField(source="words")


class SheetSerializer(serializers.Serializer):
    """A household's sheets B1 and B2 in one round; `deprivations` null: B2 is not filled in."""

    id = serializers.IntegerField(source="sheet.pk")
    review = serializers.IntegerField(source="sheet.review_id")
    household = serializers.IntegerField(source="sheet.household_id")
    household_code = serializers.CharField(source="sheet.household.code")
    head_name = serializers.CharField(source="sheet.household.head_name")
    village = serializers.CharField(source="sheet.village.code")
    village_name = serializers.CharField(source="sheet.village.name")
    listed = serializers.ChoiceField(choices=Listed.choices, source="sheet.listed")
    requested_on = serializers.DateField(source="sheet.requested_on", allow_null=True)
    reviewed_on = serializers.DateField(source="sheet.reviewed_on", allow_null=True)
    b1_points = serializers.IntegerField(source="sheet.b1_points", allow_null=True)
    b1_items = serializers.ListField(child=serializers.IntegerField(), source="sheet.b1_items")
    income = serializers.IntegerField(source="sheet.income", allow_null=True)
    deprivations = serializers.ListField(child=serializers.CharField(), allow_null=True)
    b2_points = serializers.IntegerField(source="sheet.b2_points", allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    persons = serializers.IntegerField(source="sheet.persons")
    no_labour = serializers.BooleanField(source="sheet.no_labour")
    ethnic_group = serializers.CharField(source="sheet.ethnic_group.code", default=None, allow_null=True)
    note = serializers.CharField(source="sheet.note")
    opening_class = serializers.ChoiceField(**CLASS, source="sheet.opening_class")
    poverty_class = serializers.ChoiceField(**CLASS, source="sheet.poverty_class")
    next_class = serializers.ChoiceField(**CLASS, source="sheet.next_class")
    movement = serializers.ChoiceField(choices=MOVEMENTS, allow_blank=True, source="sheet.movement")
    area_changed = serializers.BooleanField(source="sheet.area_changed")
    explanations = ExplanationSerializer(many=True, source="outcomes")
    warnings = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField(source="sheet.version")
    updated_at = serializers.DateTimeField(source="sheet.updated_at")
    updated_by = serializers.CharField(source="sheet.updated_by.username")


class ListedSheetSerializer(StrictSerializer):
    """A household to be listed: on request, with the day of its paper."""

    household = serializers.IntegerField(min_value=1)
    requested_on = serializers.DateField(required=False, allow_null=True, default=None)
    listed = serializers.ChoiceField(choices=LISTING, default=Listed.REQUESTED)


def points(most: int) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=most, required=False, allow_null=True)


class SheetChangeSerializer(StrictSerializer):
    """What was filled in; what is not sent stays. `b2_points`, when sent, is checked against the ticks."""

    b1_points = points(100_000)
    b1_items = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=500
    )
    income = points(2_000_000_000)
    deprivations = serializers.ListField(
        child=serializers.CharField(max_length=30), required=False, allow_null=True, max_length=50
    )
    b2_points = points(1000)
    reasons = serializers.ListField(child=serializers.CharField(max_length=30), required=False, max_length=50)
    reviewed_on = serializers.DateField(required=False)
    persons = serializers.IntegerField(min_value=0, max_value=9999, required=False)
    no_labour = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class OneSheetChangeSerializer(SheetChangeSerializer):
    """`reason` is needed in a review that was opened again."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class SheetOfManySerializer(SheetChangeSerializer):
    """One of many sheets, with the version that was read."""

    id = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=0)


class ManySheetsSerializer(StrictSerializer):
    """Many sheets of one review: all or none."""

    sheets = SheetOfManySerializer(many=True, max_length=MOST_SHEETS, allow_empty=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RowsSerializer(StrictSerializer):
    """The same with its rows unread: what is wrong in each is told together with what the rules say."""

    sheets = serializers.ListField(child=serializers.DictField(), max_length=MOST_SHEETS, allow_empty=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RecordedSheetsSerializer(serializers.Serializer):
    """The sheets as they stand now, in the order in which they were sent."""

    sheets = SheetSerializer(many=True)


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500)


def sheet_data(sent: Mapping[str, Any], sheet: PovertyReview, deprivations: Any, reasons: Any) -> SheetData:
    """The sheet as it is to stand: what was sent over what stands (its ticks as codes)."""
    chosen = sent.get("b1_items", () if "b1_points" in sent else sheet.b1_items)
    total = sent.get("b1_points", None if chosen else sheet.b1_points)
    ticks = sent.get("deprivations", deprivations)
    return SheetData(
        b1_points=total,
        b1_items=tuple(chosen),
        income=sent.get("income", sheet.income),
        deprivations=None if ticks is None else frozenset(ticks),
        reasons=frozenset(sent.get("reasons", reasons)),
        reviewed_on=sent.get("reviewed_on", sheet.reviewed_on),
        persons=sent.get("persons", sheet.persons),
        no_labour=sent.get("no_labour", sheet.no_labour),
        note=sent.get("note", sheet.note),
        b2_points=sent.get("b2_points"),
    )
