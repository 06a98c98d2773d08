"""Houses: the project of a household with its steps, money and pictures; and the counts for those above."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from housing.models import BuildKind, Contribution, HousingProject, Moment, Stage
from housing.queries.houses import HousePage
from sonla.api.serializers.strict import StrictSerializer

STEPS = [one for one in Stage.choices if one[0] != Stage.PROPOSED]


class HouseSerializer(serializers.Serializer):
    """One house for one household; every step has its day. `hard` ('3 cứng') null: not looked at yet."""

    id = serializers.IntegerField(source="pk")
    household = serializers.IntegerField(source="household_id")
    household_code = serializers.CharField(source="household.code")
    head_name = serializers.CharField(source="household.head_name")
    unit = serializers.CharField(source="commune.code")
    unit_valid_from = serializers.DateField(source="commune.valid_from")
    village = serializers.CharField(source="village.code")
    village_name = serializers.CharField(source="village.name")
    list = serializers.CharField(source="list.code")
    group = serializers.CharField(source="group.code")
    kind = serializers.ChoiceField(choices=BuildKind.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    stage_since = serializers.DateField()
    proposed_on = serializers.DateField()
    voted_on = serializers.DateField(allow_null=True)
    vote_present = serializers.IntegerField(allow_null=True)
    vote_agreed = serializers.IntegerField(allow_null=True)
    approved_on = serializers.DateField(allow_null=True)
    decision = serializers.CharField()
    started_on = serializers.DateField(allow_null=True)
    completed_on = serializers.DateField(allow_null=True)
    handed_over_on = serializers.DateField(allow_null=True)
    stopped_on = serializers.DateField(allow_null=True)
    stop_reason = serializers.CharField()
    foundation = serializers.BooleanField(allow_null=True)
    frame = serializers.BooleanField(allow_null=True)
    roof = serializers.BooleanField(allow_null=True)
    hard = serializers.BooleanField(source="is_hard", allow_null=True)
    area_m2 = serializers.IntegerField(allow_null=True)
    repeat_reason = serializers.CharField()
    note = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class MoneySerializer(serializers.Serializer):
    """What a source gave; `value` in VND. What is not money says how much of what."""

    id = serializers.IntegerField(source="pk")
    source = serializers.CharField(source="source.code")
    form = serializers.ChoiceField(choices=Contribution.choices)
    quantity = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    measure = serializers.CharField()
    value = serializers.IntegerField()
    received_on = serializers.DateField()
    note = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


class PhotoSerializer(serializers.Serializer):
    """A picture; its place only where the cadre agreed to keep it."""

    id = serializers.IntegerField(source="pk")
    moment = serializers.ChoiceField(choices=Moment.choices)
    taken_on = serializers.DateField()
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size")
    latitude = serializers.DecimalField(max_digits=8, decimal_places=5, allow_null=True)
    longitude = serializers.DecimalField(max_digits=8, decimal_places=5, allow_null=True)


class SharesSerializer(serializers.Serializer):
    """By giver, VND: the state's budgets, society, the family's own."""

    state = serializers.IntegerField()
    society = serializers.IntegerField()
    own = serializers.IntegerField()
    total = serializers.IntegerField()


class HouseDetailSerializer(HouseSerializer):
    """With money, pictures, the next step, and the norm (which is not money received). Takes the `page`."""

    next_stage = serializers.SerializerMethodField()
    slow = serializers.SerializerMethodField()
    norm = serializers.SerializerMethodField()
    shares = serializers.SerializerMethodField()
    money = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField()

    @property
    def shown(self) -> HousePage:
        return self.context["page"]

    @extend_schema_field(serializers.ChoiceField(choices=Stage.choices, allow_null=True))
    def get_next_stage(self, house: HousingProject) -> str | None:
        following = self.shown.next_stage
        return following.value if following else None

    def get_slow(self, house: HousingProject) -> bool:
        return self.shown.slow

    def get_norm(self, house: HousingProject) -> int | None:
        return self.shown.norm.amount if self.shown.norm else None

    @extend_schema_field(SharesSerializer)
    def get_shares(self, house: HousingProject) -> Any:
        return SharesSerializer(self.shown.shares).data

    @extend_schema_field(MoneySerializer(many=True))
    def get_money(self, house: HousingProject) -> Any:
        return MoneySerializer(self.shown.money, many=True).data

    @extend_schema_field(PhotoSerializer(many=True))
    def get_photos(self, house: HousingProject) -> Any:
        return PhotoSerializer(self.shown.photos, many=True).data

    def get_earlier(self, house: HousingProject) -> list[int]:
        """Other houses of the same household, by id."""
        return [one.pk for one in self.shown.earlier]


class HouseEventSerializer(serializers.Serializer):
    """One step in a house's life; `fields`: what, from what, to what."""

    version = serializers.IntegerField()
    from_stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)
    to_stage = serializers.ChoiceField(choices=Stage.choices)
    fields_changed = serializers.JSONField(source="fields")
    comment = serializers.CharField()
    through = serializers.CharField()
    by = serializers.CharField(source="by.username")
    at = serializers.DateTimeField()


# -- written ------------------------------------------------------------------------------------------------


@extend_schema_field(OpenApiTypes.STR)
class Known(serializers.Field):
    """Something of a short list by its code; `name` says which list of the context it stands in."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name_of_list = name
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        rows = self.context[self.name_of_list]
        if not isinstance(data, str) or data not in rows:
            raise serializers.ValidationError(_("Không có mã này."))
        return rows[data]


def words(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="")


class NewHouseSerializer(StrictSerializer):
    """A house to be proposed; for a household that was helped before, with why again."""

    household = serializers.IntegerField(min_value=1)
    list = Known("lists", source="house_list")
    group = Known("groups")
    kind = serializers.ChoiceField(choices=BuildKind.choices)
    on = serializers.DateField()
    repeat_reason = words(300)
    note = words(500)


class HouseChangeSerializer(StrictSerializer):
    """What the house is; what is not sent stays."""

    group = Known("groups", required=False)
    kind = serializers.ChoiceField(choices=BuildKind.choices, required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class StepSerializer(StrictSerializer):
    """The next step: a vote with `present`, `agreed`; an approval with `decision`; a completion with the
    three parts and the area; 'stopped' with `reason`."""

    stage = serializers.ChoiceField(choices=STEPS)
    on = serializers.DateField()
    present = serializers.IntegerField(min_value=0, max_value=30000, required=False, allow_null=True)
    agreed = serializers.IntegerField(min_value=0, max_value=30000, required=False, allow_null=True)
    decision = words(80)
    foundation = serializers.BooleanField(required=False, allow_null=True, default=None)
    frame = serializers.BooleanField(required=False, allow_null=True, default=None)
    roof = serializers.BooleanField(required=False, allow_null=True, default=None)
    area_m2 = serializers.IntegerField(min_value=0, max_value=30000, required=False, allow_null=True)
    reason = words(500)
    comment = words(500)


class UndoSerializer(StrictSerializer):
    """Needed for a step that was recorded on an earlier day."""

    reason = words(300)


class NewMoneySerializer(StrictSerializer):
    """`value` in VND; materials, land and labour with `quantity` and `measure`."""

    source = Known("sources")
    value = serializers.IntegerField(min_value=-(10**15), max_value=10**15)
    received_on = serializers.DateField()
    form = serializers.ChoiceField(choices=Contribution.choices, default=Contribution.MONEY)
    quantity = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, default=None
    )
    measure = words(40)
    note = words(200)


class NewPhotoSerializer(StrictSerializer):
    """multipart/form-data; `keep_place`: whether the place that the camera knew is kept."""

    file = serializers.FileField(max_length=200)
    moment = serializers.ChoiceField(choices=Moment.choices)
    taken_on = serializers.DateField()
    keep_place = serializers.BooleanField(default=False)


# -- counts -------------------------------------------------------------------------------------------------


class StageCountSerializer(serializers.Serializer):
    """Houses in one stage; `ages`: to 30, 60, 90 days in it, and more."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    count = serializers.IntegerField()
    slow = serializers.IntegerField()
    ages = serializers.ListField(child=serializers.IntegerField())
    oldest = serializers.DateField(allow_null=True)


class GroupCountSerializer(serializers.Serializer):
    group = serializers.CharField(source="group.code")
    listed = serializers.IntegerField()
    completed = serializers.IntegerField()


class SourceSumSerializer(serializers.Serializer):
    """What one source gave, VND."""

    source = serializers.CharField(source="source.code")
    value = serializers.IntegerField(source="total")


class CommuneHousesSerializer(serializers.Serializer):
    """One commune of the province, with what its predecessors built; `money` in VND."""

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    target = serializers.IntegerField(allow_null=True)
    listed = serializers.IntegerField()
    completed = serializers.IntegerField()
    new = serializers.IntegerField()
    repair = serializers.IntegerField()
    under_way = serializers.IntegerField()
    slow = serializers.IntegerField()
    stopped = serializers.IntegerField()
    money = serializers.IntegerField()


class HousesSummarySerializer(serializers.Serializer):
    """Counts of one list in one place on one day; two lists are never one total.

    `norm`: what the norm says for the completed houses, VND, which is not money received; `money` covers the
    houses of which it is known (`houses_with_money`).
    """

    unit = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.name")
    unit_valid_from = serializers.DateField(source="unit.valid_from")
    list = serializers.CharField(source="house_list.code")
    at = serializers.DateField()
    target = serializers.IntegerField(allow_null=True)
    listed = serializers.IntegerField()
    completed = serializers.IntegerField()
    over = serializers.IntegerField(source="progress.over")
    left = serializers.IntegerField(source="progress.left", allow_null=True)
    new = serializers.IntegerField(source="new_done")
    repair = serializers.IntegerField(source="repair_done")
    under_way = serializers.IntegerField()
    slow = serializers.IntegerField()
    stopped = serializers.IntegerField()
    norm = serializers.IntegerField(allow_null=True)
    money = SharesSerializer(source="shares")
    houses_with_money = serializers.IntegerField()
    stages = StageCountSerializer(many=True)
    groups = GroupCountSerializer(many=True)
    sources = SourceSumSerializer(many=True)
    communes = CommuneHousesSerializer(many=True)
