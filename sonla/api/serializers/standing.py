"""Keeping the standard, and what became of it after an act."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from programs.models import RecognitionLevel
from programs.queries.after_act import Fate
from programs.rules.numbers import percent_text
from programs.rules.revocation import Ground
from sonla.api.serializers.strict import StrictSerializer


class RevokeSerializer(StrictSerializer):
    """The decision that revokes: its number, its day, from which the recognition ends, and why."""

    decision = serializers.CharField(max_length=80)
    decided_on = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class FallenSerializer(serializers.Serializer):
    """A criterion that is not met; `since` is the period of its unbroken run, `was_met` what was before."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    since = serializers.CharField(source="since.code")
    was_met = serializers.BooleanField()
    provisional = serializers.BooleanField()


class KeepingSerializer(serializers.Serializer):
    """A recognition in force beside the last assessment; `proposed` never revokes by itself."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    recognition = serializers.IntegerField(source="recognition.pk")
    level = serializers.ChoiceField(source="recognition.level", choices=RecognitionLevel.choices)
    decision = serializers.CharField(source="recognition.decision")
    period = serializers.CharField(source="assessment.period.code", default=None, allow_null=True)
    failed = serializers.IntegerField(source="proposal.failed", default=None, allow_null=True)
    applicable = serializers.IntegerField(source="proposal.applicable", default=None, allow_null=True)
    share = serializers.SerializerMethodField()
    fallen = FallenSerializer(many=True)
    key_failed = serializers.ListField(
        child=serializers.IntegerField(), source="proposal.key_failed", default=list
    )
    proposed = serializers.BooleanField(source="is_proposed")
    ground = serializers.ChoiceField(
        source="proposal.ground", choices=[str(one) for one in Ground], default=None, allow_null=True
    )
    rule = serializers.CharField(source="rule.decision", default=None, allow_null=True)
    provisional = serializers.BooleanField(source="is_provisional")

    def get_share(self, row: Any) -> str | None:
        """The share of criteria that failed, in percent with two decimals."""
        said = row.proposal
        return percent_text(said.failed, said.applicable) if said and said.applicable else None


class StandingSerializer(serializers.Serializer):
    rows = KeepingSerializer(many=True)


class BeforeSerializer(serializers.Serializer):
    """A predecessor on its last day."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    whole = serializers.BooleanField()
    applies = serializers.BooleanField()
    level = serializers.CharField(source="recognition.level", default=None, allow_null=True)
    decision = serializers.CharField(source="recognition.decision", default=None, allow_null=True)


class ShortSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    name = serializers.CharField()


class AfterSerializer(serializers.Serializer):
    """A successor; `restated`: what is shown are the predecessors' last figures, nothing is inherited."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    districts = serializers.SerializerMethodField()
    fate = serializers.ChoiceField(choices=[str(one) for one in Fate])
    awaits = serializers.BooleanField()
    level = serializers.CharField(source="decision.level", default=None, allow_null=True)
    decision = serializers.CharField(source="decision.decision", default=None, allow_null=True)
    restated = serializers.BooleanField(source="is_restated")
    period = serializers.SerializerMethodField()
    estimate = serializers.SerializerMethodField()
    met = serializers.IntegerField(allow_null=True)
    applicable = serializers.IntegerField()
    short = ShortSerializer(many=True)
    unknown = serializers.ListField(child=serializers.IntegerField())
    predecessors = BeforeSerializer(source="before", many=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_districts(self, row: Any) -> list[str]:
        """The former districts that the land was in."""
        return [one.code for one in row.districts]

    def get_period(self, row: Any) -> str | None:
        if row.own is not None:
            return row.own.period.code
        return row.first.period.code if row.first else None

    def get_estimate(self, row: Any) -> bool:
        return bool(row.is_restated and row.first and row.first.estimate)


class AfterActSerializer(serializers.Serializer):
    act = serializers.CharField(allow_null=True)
    rows = AfterSerializer(many=True)
