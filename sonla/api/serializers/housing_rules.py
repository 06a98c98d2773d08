"""What poverty and housing are measured by: standards, reasons, lists, groups, sources, ethnic groups."""

from rest_framework import serializers

from communes.models import Verification
from housing.models import Area, BuildKind


class NamedSerializer(serializers.Serializer):
    """Something of a short list."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    mark = serializers.ChoiceField(choices=Verification.choices)


class LineSerializer(serializers.Serializer):
    """The income line of an area, VND a person and month; `points` null: the income itself is compared."""

    area = serializers.ChoiceField(choices=Area.choices)
    income = serializers.IntegerField()
    points = serializers.IntegerField(allow_null=True)


class StandardDeprivationSerializer(serializers.Serializer):
    """A deprivation as the standard defines and scores it."""

    code = serializers.CharField(source="deprivation.code")
    name = serializers.CharField(source="deprivation.name")
    name_en = serializers.CharField(source="deprivation.name_en")
    service = serializers.CharField(source="deprivation.service")
    points = serializers.IntegerField()
    definition = serializers.CharField()


class IncomeItemSerializer(serializers.Serializer):
    """A scored item of sheet B1."""

    id = serializers.IntegerField(source="pk")
    area = serializers.ChoiceField(choices=Area.choices)
    group = serializers.CharField()
    name = serializers.CharField()
    points = serializers.IntegerField()


class PovertyStandardSerializer(serializers.Serializer):
    """A standard; which one counts is said by the round. `cutoff`: B2 points from which on one is poor."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    decision = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    cutoff = serializers.IntegerField()
    lines = LineSerializer(many=True, source="lines.all")
    deprivations = StandardDeprivationSerializer(many=True, source="deprivations.all")
    b1_items = IncomeItemSerializer(many=True, source="income_items.all")
    mark = serializers.ChoiceField(choices=Verification.choices)


class NormSerializer(serializers.Serializer):
    """The norm of support for a house, VND."""

    kind = serializers.ChoiceField(choices=BuildKind.choices)
    amount = serializers.IntegerField()
    decision = serializers.CharField()
    mark = serializers.ChoiceField(choices=Verification.choices)


class HousingListSerializer(NamedSerializer):
    """A list of houses to build, with its days and norms; two lists are never one total."""

    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)
    decision = serializers.CharField()
    figures = serializers.CharField()
    slow_after = serializers.IntegerField()
    norms = NormSerializer(many=True, source="norms.all")


class MoneySourceSerializer(NamedSerializer):
    """Where money comes from; `ceiling`: the largest single entry, VND."""

    is_state = serializers.BooleanField()
    ceiling = serializers.IntegerField()
