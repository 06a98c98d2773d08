"""Reports: where they stand, what they hold, what is said about them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from programs.models import PeriodState, Report, ReportState, ReportVersion, ReviewVerdict
from programs.queries.structure import Row
from sonla.api.serializers.strict import StrictSerializer


class ReportSerializer(serializers.Serializer):
    """One unit's form for one period; `version` rises with every change."""

    id = serializers.IntegerField(source="pk")
    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    form = serializers.CharField(source="form.code")
    period = serializers.CharField(source="period.code")
    period_state = serializers.ChoiceField(choices=PeriodState.choices, source="period.state")
    deadline = serializers.DateField(source="due_on")
    state = serializers.ChoiceField(choices=ReportState.choices)
    version = serializers.IntegerField()
    entered = serializers.IntegerField()
    sent_at = serializers.DateTimeField(allow_null=True)
    first_sent_at = serializers.DateTimeField(allow_null=True)
    sent_by = serializers.CharField(source="sent_by.username", default=None, allow_null=True)
    on_time = serializers.BooleanField(source="is_on_time")
    incomplete_reason = serializers.CharField()
    updated_at = serializers.DateTimeField()


class MissingSerializer(serializers.Serializer):
    """An indicator that is not entered yet."""

    indicator = serializers.CharField(source="indicator.code")
    number = serializers.CharField()
    title = serializers.SerializerMethodField()

    def get_title(self, row: Row) -> str:
        return str(row.title)


class ReviewSerializer(serializers.Serializer):
    """The last word of one department on one criterion; `agency` is null where none is named."""

    criterion = serializers.IntegerField(source="criterion.number")
    agency = serializers.CharField(source="agency.code", allow_null=True, default=None)
    verdict = serializers.ChoiceField(choices=ReviewVerdict.choices)
    comment = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


class ReportDetailSerializer(ReportSerializer):
    """A report with how many indicators its form has, which are missing, and its reviews.

    Takes the report's `figures` (ReportFigures) from the context.
    """

    expected = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    reviews = serializers.SerializerMethodField()

    def get_expected(self, report: Report) -> int:
        return self.context["figures"].expected

    @extend_schema_field(MissingSerializer(many=True))
    def get_missing(self, report: Report) -> Any:
        return MissingSerializer(self.context["figures"].missing, many=True).data

    @extend_schema_field(ReviewSerializer(many=True))
    def get_reviews(self, report: Report) -> Any:
        return ReviewSerializer(self.context["figures"].reviews, many=True).data


class SubmitSerializer(StrictSerializer):
    """The reason is needed when something is missing."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ReturnSerializer(StrictSerializer):
    """What to correct: of the whole report, or by criterion number: {"17": "…"}."""

    comment = serializers.CharField(max_length=5000, required=False, allow_blank=True, default="")
    comments = serializers.DictField(
        child=serializers.CharField(max_length=5000, allow_blank=True), required=False, default=dict
    )

    def validate_comments(self, comments: Mapping[str, str]) -> dict[int, str]:
        """Keys are criterion numbers."""
        wrong = [key for key in comments if not (key.isascii() and key.isdecimal() and len(key) < 5)]
        if wrong:
            raise serializers.ValidationError({key: [_("Ghi số của tiêu chí, ví dụ 17.")] for key in wrong})
        return {int(key): text for key, text in comments.items()}


class AcceptSerializer(StrictSerializer):
    """Only some criteria, by number; without them the whole report."""

    criteria = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=9999), required=False, allow_empty=False
    )


class ApproveSerializer(StrictSerializer):
    """The signed paper; its scan is put beside the version later, on the page of versions."""

    document = serializers.CharField(max_length=80)
    signed_on = serializers.DateField()
    signatory = serializers.CharField(max_length=120)


class SendBackSerializer(StrictSerializer):
    """What the desks are to mend."""

    comment = serializers.CharField(max_length=2000)


class VersionSerializer(serializers.Serializer):
    """One sending of a report, frozen: its number, its paper, the SHA-256 of its content."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.username")
    document = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    signatory = serializers.CharField()
    has_scan = serializers.SerializerMethodField()
    digest = serializers.CharField()

    def get_has_scan(self, version: ReportVersion) -> bool:
        return version.scan_id is not None


class VersionDetailSerializer(VersionSerializer):
    """With the whole report as it was sent; takes its `content` from the context."""

    content = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_content(self, version: ReportVersion) -> Any:
        return self.context["content"]
