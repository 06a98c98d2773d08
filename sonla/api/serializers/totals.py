"""Totals, assessments and recognitions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communes.models import Unit, Verification
from programs.models import Recognition, RecognitionEnd, RecognitionLevel
from programs.queries.adding import Total
from programs.queries.boundary_words import lack_words, method_words
from programs.queries.totals import Rollup
from programs.rules.redraw import Lack
from sonla.api.queries.reports import state_name
from sonla.api.queries.results import result_name
from sonla.api.serializers.figures import STATES

RESULTS = ["not_met", "met", "unknown", "not_applicable"]


class MissingUnitSerializer(serializers.Serializer):
    """A unit whose figure is lacking, and why."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    reason = serializers.ChoiceField(choices=[str(one) for one in Lack])


class PredecessorsSerializer(serializers.Serializer):
    """Of the units that a unit was made of, `met` of `of` determined ones were true."""

    met = serializers.IntegerField()
    of = serializers.IntegerField()


class TotalSerializer(serializers.Serializer):
    """One territory's total and what it rests on; null is missing, never zero.

    Takes `names` from the context: the readable units behind the ids in `missing`.
    """

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField(allow_null=True)
    denominator = serializers.CharField(allow_null=True)
    reported_units = serializers.IntegerField()
    expected_units = serializers.IntegerField()
    estimate = serializers.BooleanField()
    method = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    predecessors = serializers.SerializerMethodField()

    def get_method(self, total: Total) -> str | None:
        """How figures were divided between units, in words; null where none was."""
        return method_words(total.methods) or None

    def get_reason(self, total: Total) -> str | None:
        """Why figures are not in it, in words; null where nothing is lacking on the boundary day's map."""
        names = {pk: one.name for pk, one in self.context["names"].items()}
        return lack_words(total.lacking, names, total.reported_units, total.expected_units) or None

    @extend_schema_field(MissingUnitSerializer(many=True))
    def get_missing(self, total: Total) -> Any:
        names: dict[int, Unit] = self.context["names"]
        found = [
            {"unit": names[pk], "reason": total.lacking.get(pk, Lack.NO_FIGURE)}
            for pk in total.missing
            if pk in names
        ]
        return MissingUnitSerializer(found, many=True).data

    @extend_schema_field(PredecessorsSerializer(allow_null=True))
    def get_predecessors(self, total: Total) -> Any:
        if total.predecessors is None:
            return None
        met, of = total.predecessors
        return {"met": met, "of": of}


class RollupSerializer(serializers.Serializer):
    """The answer to one question; `at` is null when a period was asked, `period` when a day was.

    `boundaries`: 'as-was', or the day on whose map the rows are.
    """

    indicator = serializers.CharField(source="indicator.code")
    basis = serializers.ChoiceField(choices=["stock", "flow", "state", "formula"])
    period = serializers.CharField(source="period.code", default=None, allow_null=True)
    at = serializers.DateField(allow_null=True)
    state = serializers.SerializerMethodField()
    boundaries = serializers.CharField()
    rows = TotalSerializer(many=True)

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, rollup: Rollup) -> str:
        return state_name(rollup.state)


class CriterionAssessmentSerializer(serializers.Serializer):
    number = serializers.IntegerField(source="criterion.number")
    name = serializers.CharField(source="criterion.name")
    result = serializers.SerializerMethodField()
    met = serializers.IntegerField()
    applicable = serializers.IntegerField()
    total = serializers.IntegerField()
    provisional = serializers.BooleanField()

    @extend_schema_field(serializers.ChoiceField(choices=RESULTS))
    def get_result(self, row: Any) -> str:
        return result_name(row.result)


def count_of(name: str) -> serializers.IntegerField:
    """A count of the assessment; null while there is none."""
    return serializers.IntegerField(source=f"assessment.{name}", default=None, allow_null=True)


class AssessmentSerializer(serializers.Serializer):
    """A unit against a set. `period` is the one the result is of, null while there is none."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    period = serializers.CharField(source="assessment.period.code", default=None, allow_null=True)
    result = serializers.ChoiceField(choices=RESULTS)
    met = count_of("met")
    not_met = count_of("not_met")
    unknown = count_of("unknown")
    not_applicable = count_of("not_applicable")
    indicators_met = count_of("indicators_met")
    indicators_applicable = count_of("indicators_applicable")
    state = serializers.ChoiceField(choices=STATES, allow_null=True)
    provisional = serializers.BooleanField(source="assessment.provisional", default=None, allow_null=True)
    criteria = CriterionAssessmentSerializer(many=True)


class RecognitionSerializer(serializers.Serializer):
    """A decision that recognises a unit, from `valid_from` to before `valid_to`.

    Of a revoked one `end_decision`, `end_decided_on` and `end_note` tell the decision that revoked it.
    """

    id = serializers.IntegerField(source="pk")
    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    level = serializers.ChoiceField(choices=RecognitionLevel.choices)
    decision = serializers.CharField()
    decided_on = serializers.DateField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    end_reason = serializers.ChoiceField(choices=RecognitionEnd.choices, allow_blank=True)
    end_decision = serializers.CharField()
    end_decided_on = serializers.DateField(allow_null=True)
    end_note = serializers.CharField()
    carries = serializers.SerializerMethodField()
    mark = serializers.ChoiceField(choices=Verification.choices)
    note = serializers.CharField()

    def get_carries(self, row: Recognition) -> str | None:
        """The decision that this row carries on after a rename or change of kind."""
        return row.carries.decision if row.carries else None
