"""Households, their members and history; identity numbers only as much as to recognise one's own."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from housing.models import (
    Arrival,
    Departure,
    Education,
    Household,
    Member,
    PovertyClass,
    Relation,
    ReviewState,
    Schooling,
    Sex,
    Stage,
    Work,
)
from housing.queries.register import Duplicate
from housing.rules.identity import masked
from housing.rules.records import HouseholdData, MemberData
from sonla.api.serializers.strict import StrictSerializer

ARRIVING = [one for one in Arrival.choices if one[0] != Arrival.SPLIT]
LEAVING = {
    Departure.MOVED_OUT.value: Departure.MOVED_OUT.label,
    Departure.GONE.value: Departure.GONE.label,
    Departure.MISTAKE.value: Departure.MISTAKE.label,
}


# -- read -----------------------------------------------------------------------------------------------


class HouseholdSerializer(serializers.Serializer):
    """One stay of a household in one commune's register; `version` is its ETag."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    unit = serializers.CharField(source="commune.code")
    unit_valid_from = serializers.DateField(source="commune.valid_from")
    village = serializers.CharField(source="village.code")
    village_name = serializers.CharField(source="village.name")
    head_name = serializers.CharField()
    head_sex = serializers.ChoiceField(choices=Sex.choices, allow_blank=True)
    head_birth_year = serializers.IntegerField(allow_null=True)
    identity_number = serializers.SerializerMethodField()
    ethnic_group = serializers.CharField(source="ethnic_group.code", default=None, allow_null=True)
    address = serializers.CharField()
    persons = serializers.IntegerField()
    no_labour = serializers.BooleanField()
    merit = serializers.BooleanField()
    social_protection = serializers.BooleanField()
    poverty_class = serializers.ChoiceField(choices=PovertyClass.choices, allow_blank=True)
    arrival = serializers.ChoiceField(choices=Arrival.choices)
    arrived_on = serializers.DateField()
    departure = serializers.ChoiceField(choices=Departure.choices, allow_blank=True)
    ended_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()

    def get_identity_number(self, household: Household) -> str:
        """'0140…482'; in full by POST at /numbers/, which is written down."""
        return masked_or_blank(household.identity_number)


class MemberSerializer(serializers.Serializer):
    """A person of the household; `left_on`: no longer of it from that day on."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    relation = serializers.ChoiceField(choices=Relation.choices)
    birth_date = serializers.DateField(allow_null=True)
    birth_year = serializers.IntegerField(allow_null=True)
    sex = serializers.ChoiceField(choices=Sex.choices, allow_blank=True)
    ethnic_group = serializers.CharField(source="ethnic_group.code", default=None, allow_null=True)
    identity_number = serializers.SerializerMethodField()
    schooling = serializers.ChoiceField(choices=Schooling.choices, allow_blank=True)
    education = serializers.ChoiceField(choices=Education.choices, allow_blank=True)
    insured = serializers.BooleanField(allow_null=True)
    work = serializers.ChoiceField(choices=Work.choices, allow_blank=True)
    allowance = serializers.BooleanField()
    left_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()

    def get_identity_number(self, member: Member) -> str:
        return masked_or_blank(member.identity_number)


class ReviewedSerializer(serializers.Serializer):
    """What one round says of the household."""

    sheet = serializers.IntegerField(source="pk")
    review = serializers.IntegerField(source="review_id")
    round = serializers.CharField(source="review.round.code")
    state = serializers.ChoiceField(choices=ReviewState.choices, source="review.state")
    poverty_class = serializers.ChoiceField(choices=PovertyClass.choices, allow_blank=True)
    next_class = serializers.ChoiceField(choices=PovertyClass.choices, allow_blank=True)


class HousedSerializer(serializers.Serializer):
    """A house of the household."""

    id = serializers.IntegerField(source="pk")
    list = serializers.CharField(source="list.code")
    stage = serializers.ChoiceField(choices=Stage.choices)


class HintSerializer(serializers.Serializer):
    """A doubt about what was written; it was stored nevertheless."""

    pointer = serializers.SerializerMethodField()
    detail = serializers.CharField(source="words")

    def get_pointer(self, hint: Any) -> str:
        return f"/{hint.field}"


class HouseholdDetailSerializer(HouseholdSerializer):
    """A household with its people, what the reviews said, its houses. Takes its `detail` from the context."""

    members = serializers.SerializerMethodField()
    reviews = serializers.SerializerMethodField()
    houses = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()

    @extend_schema_field(MemberSerializer(many=True))
    def get_members(self, household: Household) -> Any:
        return MemberSerializer(self.context["detail"].members, many=True).data

    @extend_schema_field(ReviewedSerializer(many=True))
    def get_reviews(self, household: Household) -> Any:
        return ReviewedSerializer(self.context["detail"].reviews, many=True).data

    @extend_schema_field(HousedSerializer(many=True))
    def get_houses(self, household: Household) -> Any:
        return HousedSerializer(self.context["detail"].houses, many=True).data

    @extend_schema_field(HintSerializer(many=True))
    def get_warnings(self, household: Household) -> Any:
        return HintSerializer(self.context["detail"].warnings, many=True).data


class NumberSerializer(serializers.Serializer):
    """An identity number in full: of the head (`member` null) or of a member."""

    member = serializers.IntegerField(allow_null=True)
    identity_number = serializers.CharField()


class NumbersSerializer(serializers.Serializer):
    """The household's identity numbers in full."""

    numbers = NumberSerializer(many=True)


class ValueSerializer(serializers.Serializer):
    """One thing that changed, in words."""

    label = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class HouseholdStepSerializer(serializers.Serializer):
    """One step in a household's life, in words."""

    kind = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    through = serializers.CharField()
    note = serializers.CharField()
    about = serializers.CharField()
    values = ValueSerializer(many=True)


class FoundSerializer(serializers.Serializer):
    """What a search found; `more`: there is more than is shown."""

    results = HouseholdSerializer(many=True, source="rows")
    more = serializers.BooleanField()


def duplicate_json(found: Duplicate) -> dict[str, Any]:
    """A likely duplicate; of another commune nothing but which commune it is."""
    told = {"why": found.why, "detail": found.words, "unit": found.household.commune.code}
    return told | ({} if found.elsewhere else {"household": HouseholdSerializer(found.household).data})


def masked_or_blank(number: str) -> str:
    return masked(number) if number else ""


# -- written ----------------------------------------------------------------------------------------------


@extend_schema_field(OpenApiTypes.STR)
class VillageField(serializers.Field):
    """A village of the commune by its code (context `villages`, by id); read as its id."""

    def to_internal_value(self, data: Any) -> int:
        found = [pk for pk, one in self.context["villages"].items() if one.code == data]
        if not found:
            raise serializers.ValidationError(_("Thôn, bản này không thuộc xã. Chọn một thôn, bản của xã."))
        return found[0]


@extend_schema_field({"type": ["string", "null"]})
class EthnicGroupField(serializers.Field):
    """An ethnic group by its code (context `groups`, by id); read as its id."""

    def to_internal_value(self, data: Any) -> int:
        found = [pk for pk, one in self.context["groups"].items() if one.code == data]
        if not found:
            raise serializers.ValidationError(_("Chọn một dân tộc trong danh mục."))
        return found[0]


def text(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


def note() -> serializers.CharField:
    return serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


def choice(choices: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices, required=False, allow_blank=True)


def whole(most: int, **more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=most, required=False, **more)


class HouseholdChangeSerializer(StrictSerializer):
    """What a register keeps of a household; what is not sent stays as it is.

    An identity number that comes back masked, as it was shown, stays too.
    """

    village = VillageField(source="village_id", required=False)
    head_name = serializers.CharField(max_length=120, required=False)
    head_sex = choice(Sex.choices)
    head_birth_year = whole(9999, allow_null=True)
    identity_number = text(30)
    ethnic_group = EthnicGroupField(source="ethnic_group_id", required=False, allow_null=True)
    address = text(200)
    persons = whole(999)
    no_labour = serializers.BooleanField(required=False)
    merit = serializers.BooleanField(required=False)
    social_protection = serializers.BooleanField(required=False)
    note = text(500)


class NewHouseholdSerializer(HouseholdChangeSerializer):
    """A household to be written in; `on`: from which day (today)."""

    unit = serializers.CharField(max_length=10)
    village = VillageField(source="village_id")
    head_name = serializers.CharField(max_length=120)
    on = serializers.DateField(required=False)
    arrival = serializers.ChoiceField(choices=ARRIVING, default=Arrival.FOUND)
    duplicates_seen = serializers.BooleanField(default=False)


class SearchSerializer(StrictSerializer):
    """The beginning of words of the head's name, with or without accents, or a whole identity number."""

    unit = serializers.CharField(max_length=10)
    text = serializers.CharField(max_length=120)


class SplitSerializer(HouseholdChangeSerializer):
    """The new household, and which members (ids) of the old one go with it."""

    village = VillageField(source="village_id")
    head_name = serializers.CharField(max_length=120)
    persons = serializers.IntegerField(min_value=1, max_value=60)
    members = serializers.ListField(
        child=serializers.IntegerField(min_value=1), max_length=60, required=False, default=list
    )
    on = serializers.DateField()


class MergeSerializer(StrictSerializer):
    """`other` becomes part of this household, or (`twice`) was written down twice."""

    other = serializers.IntegerField(min_value=1)
    other_version = serializers.IntegerField(min_value=1)
    persons = serializers.IntegerField(min_value=1, max_value=60)
    on = serializers.DateField()
    twice = serializers.BooleanField(default=False)
    note = note()


class MoveSerializer(StrictSerializer):
    """To another village of the commune."""

    village = VillageField()
    note = note()


class LeaveSerializer(StrictSerializer):
    """How the household left the register; `note` says where to."""

    how = serializers.ChoiceField(choices=list(LEAVING.items()))
    on = serializers.DateField()
    note = note()


class NoteSerializer(StrictSerializer):
    note = note()


class MemberLeftSerializer(StrictSerializer):
    """From which day on the person is no longer of the household."""

    on = serializers.DateField()
    note = note()


class MemberChangeSerializer(StrictSerializer):
    """What is kept of a person; what is not sent stays as it is."""

    name = serializers.CharField(max_length=120, required=False)
    relation = serializers.ChoiceField(choices=Relation.choices, required=False)
    birth_date = serializers.DateField(required=False, allow_null=True)
    birth_year = whole(9999, allow_null=True)
    sex = choice(Sex.choices)
    ethnic_group = EthnicGroupField(source="ethnic_group_id", required=False, allow_null=True)
    identity_number = text(30)
    schooling = choice(Schooling.choices)
    education = choice(Education.choices)
    insured = serializers.BooleanField(required=False, allow_null=True)
    work = choice(Work.choices)
    allowance = serializers.BooleanField(required=False)
    note = text(200)


class NewMemberSerializer(MemberChangeSerializer):
    """A person to be written into the household."""

    name = serializers.CharField(max_length=120)
    relation = serializers.ChoiceField(choices=Relation.choices)


HOUSEHOLD_WORDS = tuple(HouseholdData.__dataclass_fields__)
MEMBER_WORDS = tuple(MemberData.__dataclass_fields__)


def household_data(sent: Mapping[str, Any], current: Household | None = None) -> HouseholdData:
    """The household as it is to stand: what was sent over what stands."""
    return HouseholdData(**_over(sent, current, HOUSEHOLD_WORDS))


def member_data(sent: Mapping[str, Any], current: Member | None = None) -> MemberData:
    return MemberData(**_over(sent, current, MEMBER_WORDS))


def _over(sent: Mapping[str, Any], current: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(current, name) for name in names} if current is not None else {}
    given = {name: value for name, value in sent.items() if name in names}
    stands = values.get("identity_number", "")
    if stands and given.get("identity_number") == masked(stands):
        del given["identity_number"]
    return values | given
