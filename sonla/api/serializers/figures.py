"""Figures as they are given out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from programs.models import FigureState, Observation, ReasonKind, ReportState, Through
from sonla.api.queries.reports import FigureRow, PlainFigure, state_name

STATES = [(state.name.lower(), state.label) for state in FigureState]
VALUE = {
    "type": ["string", "boolean", "null"],
    "description": "Số thập phân dạng chữ, true hay false; null khi chưa có, và ở chỉ tiêu tỷ lệ.",
}


@extend_schema_field(VALUE)
class ValueField(serializers.Field):
    """A decimal as text, or true and false."""

    def to_representation(self, value: Any) -> Any:
        return value


class PlainFigureSerializer(serializers.Serializer):
    """A figure by itself; a percentage is its numerator and denominator, `percent` is computed.

    `percentage` is one that stands alone, known of a past period without numerator and denominator.
    """

    value = ValueField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    percent = serializers.CharField(allow_null=True)
    percentage = serializers.CharField(allow_null=True)
    not_applicable = serializers.BooleanField(source="figure.not_applicable")


class FigureSerializer(serializers.Serializer):
    """One row of a report; version 0 until its first save. A derived one follows from its parts."""

    indicator = serializers.CharField(source="indicator.code")
    number = serializers.CharField(source="row.number")
    kind = serializers.CharField(source="indicator.kind")
    derived = serializers.BooleanField()
    value = ValueField(source="plain.value", allow_null=True)
    numerator = serializers.CharField(source="plain.numerator", allow_null=True)
    denominator = serializers.CharField(source="plain.denominator", allow_null=True)
    percent = serializers.CharField(source="plain.percent", allow_null=True)
    percentage = serializers.CharField(source="plain.percentage", allow_null=True)
    not_applicable = serializers.BooleanField()
    from_records = serializers.BooleanField()
    version = serializers.IntegerField()
    note = serializers.CharField()
    copied_from = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    updated_at = serializers.DateTimeField(allow_null=True)
    updated_by = serializers.CharField(allow_null=True)
    through = serializers.ChoiceField(choices=Through.choices, allow_null=True)


class ReportFiguresSerializer(serializers.Serializer):
    """All rows of a report's form, entered or not."""

    report = serializers.IntegerField(source="report.pk")
    state = serializers.ChoiceField(choices=ReportState.choices, source="report.state")
    version = serializers.IntegerField(source="report.version")
    observations = FigureSerializer(many=True, source="rows")


class WarningSerializer(serializers.Serializer):
    """Something to look at again; it was stored."""

    indicator = serializers.CharField()
    detail = serializers.CharField()


class RecordedSerializer(ReportFiguresSerializer):
    """The report's rows after writing, with warnings."""

    warnings = serializers.SerializerMethodField()

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, figures: Any) -> list[dict[str, str]]:
        found = self.context["warnings"]
        return [{"indicator": code, "detail": words} for code, each in found.items() for words in each]


class FigureInputSerializer(serializers.Serializer):
    """One figure to write, for the API's description; `figures_in` reads it.

    Without value, numerator, denominator and not_applicable the figure stays as it is; null clears it.
    `percentage` alone is taken by import of a past period only; here what GET gave may come back. A figure
    that was confirmed once, or whose period was closed, changes with `reason`, sorted by `reason_kind`
    ('other' when it is left out).
    """

    indicator = serializers.CharField()
    value = serializers.JSONField(required=False, allow_null=True)
    numerator = serializers.JSONField(required=False, allow_null=True)
    denominator = serializers.JSONField(required=False, allow_null=True)
    percentage = serializers.JSONField(required=False, allow_null=True)
    not_applicable = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, min_value=0)
    note = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=500)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    reason_kind = serializers.ChoiceField(ReasonKind.choices, required=False, allow_blank=True)
    copied_from = serializers.CharField(required=False, allow_null=True)


class FiguresInputSerializer(serializers.Serializer):
    observations = FigureInputSerializer(many=True)


class ObservationSerializer(serializers.Serializer):
    """A figure wherever it stands."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    period = serializers.CharField(source="period.code")
    indicator = serializers.CharField(source="indicator.code")
    report = serializers.IntegerField(source="report_id")
    version = serializers.IntegerField()
    note = serializers.CharField()
    copied_from = serializers.CharField(source="copied_from.code", default=None, allow_null=True)
    state = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField(source="updated_by.username")
    through = serializers.ChoiceField(choices=Through.choices)
    value = serializers.SerializerMethodField()
    numerator = serializers.SerializerMethodField()
    denominator = serializers.SerializerMethodField()
    percent = serializers.SerializerMethodField()
    percentage = serializers.SerializerMethodField()
    not_applicable = serializers.BooleanField()
    from_records = serializers.BooleanField()

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Observation) -> str:
        return state_name(row.state)

    @extend_schema_field(VALUE)
    def get_value(self, row: Observation) -> Any:
        return self._plain(row).value

    def get_numerator(self, row: Observation) -> str | None:
        return self._plain(row).numerator

    def get_denominator(self, row: Observation) -> str | None:
        return self._plain(row).denominator

    def get_percent(self, row: Observation) -> str | None:
        return self._plain(row).percent

    def get_percentage(self, row: Observation) -> str | None:
        return self._plain(row).percentage

    @staticmethod
    def _plain(row: Observation) -> PlainFigure:
        return PlainFigure(row.indicator, row.figure)


class ChangeSerializer(serializers.Serializer):
    """One step in a figure's life: who, when, through what, from what to what."""

    version = serializers.IntegerField(source="change.version")
    old = PlainFigureSerializer()
    new = PlainFigureSerializer()
    note = serializers.CharField(source="change.note")
    reason = serializers.CharField(source="change.reason")
    reason_kind = serializers.ChoiceField(ReasonKind.choices, source="change.reason_kind", allow_blank=True)
    through = serializers.ChoiceField(choices=Through.choices, source="change.through")
    by = serializers.CharField(source="change.by.username")
    at = serializers.DateTimeField(source="change.at")


def figure_json(row: FigureRow) -> dict[str, Any]:
    return dict(FigureSerializer(row).data)
