"""Units and their successions."""

from typing import Any

from rest_framework import serializers

from communes.models import Level, Succession, Verification
from sonla.api.queries.units import PlacedUnit

WHOLE = 1_000_000


class UnitMarksSerializer(serializers.Serializer):
    """How well the name and the extent are known."""

    name = serializers.ChoiceField(choices=Verification.choices, source="name_mark")
    extent = serializers.ChoiceField(choices=Verification.choices, source="extent_mark")


class UnitSerializer(serializers.Serializer):
    """A unit from `valid_from` to before `valid_to`, which is its successor's first day."""

    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    level = serializers.ChoiceField(choices=Level.choices, source="unit.level")
    kind = serializers.CharField(source="unit.kind_id")
    valid_from = serializers.DateField(source="unit.valid_from")
    valid_to = serializers.DateField(source="unit.valid_to", allow_null=True)
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True)
    former_district = serializers.CharField(source="former_district.code", default=None, allow_null=True)
    population = serializers.IntegerField(source="unit.population", allow_null=True)
    area_ha = serializers.IntegerField(source="unit.area_ha", allow_null=True)
    facts_source = serializers.CharField(source="unit.facts_source")
    marks = UnitMarksSerializer(source="unit")


class ActSerializer(serializers.Serializer):
    """The act; units and figures switch on the day of operation."""

    number = serializers.CharField()
    title = serializers.CharField()
    in_force_on = serializers.DateField()
    operative_on = serializers.DateField()


class SuccessionMarksSerializer(serializers.Serializer):
    names = serializers.ChoiceField(choices=Verification.choices, source="names_mark")
    extent = serializers.ChoiceField(choices=Verification.choices, source="extent_mark")


class SuccessionSerializer(serializers.Serializer):
    """One step from a predecessor to a successor; `unit` is the one on the other side."""

    unit = UnitSerializer()
    whole = serializers.BooleanField(source="succession.whole")
    share = serializers.SerializerMethodField()
    act = ActSerializer(source="succession.act")
    marks = SuccessionMarksSerializer(source="succession")
    note = serializers.CharField(source="succession.note")

    def get_share(self, row: dict[str, Any]) -> str | None:
        """The part of the predecessor's people that went over, from 0 to 1; null: not known."""
        return share_text(row["succession"])


def share_text(succession: Succession) -> str | None:
    if succession.whole:
        return "1"
    steps = succession.share_millionths
    return None if steps is None else f"{steps // WHOLE}.{steps % WHOLE:06d}".rstrip("0").rstrip(".")


def succession_rows(steps: list[tuple[Succession, PlacedUnit]]) -> list[dict[str, Any]]:
    return [{"succession": succession, "unit": placed} for succession, placed in steps]
