"""What is measured and by which rules: indicators, criteria sets, periods."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communes.models import Verification
from programs.models import (
    CriteriaSet,
    Direction,
    Indicator,
    IndicatorKind,
    OverTime,
    OverUnits,
    PartRole,
    PeriodKind,
    PeriodState,
    RecognitionLevel,
)


class IndicatorSerializer(serializers.Serializer):
    """What is measured; `parent`, `part` and `role` are of a part of another indicator."""

    code = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=IndicatorKind.choices)
    unit = serializers.CharField()
    decimals = serializers.IntegerField()
    over_units = serializers.ChoiceField(choices=OverUnits.choices)
    over_time = serializers.ChoiceField(choices=OverTime.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    numerator_name = serializers.CharField()
    denominator_name = serializers.CharField()
    base = serializers.CharField(source="base_code")
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    part = serializers.CharField()
    role = serializers.ChoiceField(choices=PartRole.choices, allow_blank=True)
    cumulative = serializers.BooleanField()
    derived = serializers.SerializerMethodField()
    mark = serializers.ChoiceField(choices=Verification.choices)
    source = serializers.CharField()

    def get_derived(self, indicator: Indicator) -> bool:
        """Read from assessments and decisions, never entered."""
        return bool(indicator.derivation)


class CriteriaSetSerializer(serializers.Serializer):
    """A set of criteria; `kinds` are the kinds of unit it applies to."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    level = serializers.ChoiceField(choices=RecognitionLevel.choices)
    kinds = serializers.SerializerMethodField()
    decision = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    mark = serializers.ChoiceField(choices=Verification.choices)
    note = serializers.CharField()

    def get_kinds(self, criteria_set: CriteriaSet) -> list[str]:
        return [kind.pk for kind in criteria_set.kinds.all()]


class RequirementSerializer(serializers.Serializer):
    """What is required of one indicator, in the version in force; `rule` is the threshold that is read."""

    number = serializers.CharField()
    indicator = serializers.CharField(source="indicator.code")
    wording = serializers.CharField()
    wording_en = serializers.CharField()
    rule = serializers.SerializerMethodField()
    may_not_apply = serializers.BooleanField()
    delegated = serializers.BooleanField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    mark = serializers.ChoiceField(choices=Verification.choices)
    provisional = serializers.BooleanField(source="is_provisional")
    source = serializers.CharField()
    note = serializers.CharField()

    def get_rule(self, requirement: Any) -> dict[str, Any] | None:
        return requirement.rule


class CriterionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    group = serializers.CharField()
    group_en = serializers.CharField()
    mark = serializers.ChoiceField(choices=Verification.choices)
    requirements = RequirementSerializer(many=True, source="in_force")


class CriteriaSetDetailSerializer(CriteriaSetSerializer):
    """The set with its criteria and requirements in force on a day: `criteria` and `at` of the context."""

    at = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()

    def get_at(self, criteria_set: CriteriaSet) -> date:
        return self.context["at"]

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, criteria_set: CriteriaSet) -> Any:
        return CriterionSerializer(self.context["criteria"], many=True).data


class PeriodSerializer(serializers.Serializer):
    """A reporting period; first and last day are both in it, and so are those of its data window."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(choices=PeriodKind.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    opens_on = serializers.DateField()
    deadline = serializers.DateField()
    review_deadline = serializers.DateField(allow_null=True)
    data_from = serializers.DateField(allow_null=True)
    data_to = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=PeriodState.choices)
