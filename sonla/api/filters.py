"""What may be asked: each resource declares its query parameters here, and nothing else is accepted.

The same declaration checks a request and describes the parameter in the API's description. An unknown
parameter is refused, because a misspelt filter would otherwise return the whole province.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communes.models import Level, first_day
from housing.models import BuildKind, Listed, PovertyClass, ReviewState, RoundKind, Stage
from programs.models import (
    FigureState,
    IndicatorKind,
    PeriodKind,
    PeriodState,
    RecognitionEnd,
    RecognitionLevel,
    ReportState,
)
from programs.queries.totals import AS_WAS, TODAY
from sonla.api.problems import Problem, at_parameter

CODE = 60
STATES = {state.name.lower(): int(state) for state in FigureState}


class Day(serializers.DateField):
    """A day of the register: YYYY-MM-DD, not before its first one."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if day < first_day:
            raise serializers.ValidationError(
                gettext("Sổ đơn vị bắt đầu từ {day}; không hỏi được ngày trước đó.").format(
                    day=first_day.isoformat()
                )
            )
        return day


class Code(serializers.CharField):
    """A code of the data: short, and never empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": CODE, **kwargs})


class State(serializers.ChoiceField):
    """How far a figure must have come: entered, submitted or accepted; read as its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(STATES), **kwargs)

    def to_internal_value(self, value: Any) -> int:
        return STATES[super().to_internal_value(value)]


@extend_schema_field(
    {
        "anyOf": [
            {"type": "string", "enum": [AS_WAS, TODAY]},
            {"type": "string", "format": "date"},
        ]
    }
)
class Boundaries(serializers.Field):
    """On whose map the rows are: 'as-was', 'today' or a day; read as the word or the day."""

    def to_internal_value(self, value: Any) -> str | date:
        if value in (AS_WAS, TODAY):
            return str(value)
        try:
            serializers.DateField().run_validation(value)
        except serializers.ValidationError as refused:
            words = gettext("Ghi as-was, today, hoặc một ngày (YYYY-MM-DD).")
            raise serializers.ValidationError(words) from refused
        return Day().to_internal_value(value)

    def to_representation(self, value: str | date) -> str:
        return str(value)


class Question(serializers.Serializer):
    """The parameters of one resource; this one has none."""


class Paged(Question):
    page = serializers.IntegerField(min_value=1, max_value=10**6, required=False, help_text=_("Trang, từ 1."))
    page_size = serializers.IntegerField(
        min_value=1, max_value=500, required=False, help_text=_("Số dòng mỗi trang: 100, nhiều nhất 500.")
    )


def at_field(words: Any) -> Day:
    return Day(required=False, help_text=words)


def state_field(words: Any) -> State:
    return State(required=False, help_text=words)


def unit_field(words: Any, *, required: bool = False) -> Code:
    return Code(required=required, help_text=words)


TERRITORY = _("Mã đơn vị: chính nó và mọi đơn vị trong địa bàn. Huyện đã kết thúc: địa bàn huyện cũ.")
AT_LEAST = _("Chỉ lấy số liệu từ mức này trở lên. Không ghi: entered.")


class UnitsQuestion(Paged):
    at = at_field(_("Ngày hỏi (YYYY-MM-DD), từ 2021-01-01. Không ghi: hôm nay."))
    level = serializers.ChoiceField(choices=Level.choices, required=False, help_text=_("Cấp của đơn vị."))
    kind = Code(required=False, help_text=_("Mã loại đơn vị: xa, phuong, thi_tran…"))
    ancestor = unit_field(_("Mã đơn vị cấp trên; huyện đã kết thúc nghĩa là địa bàn huyện cũ."))
    q = serializers.CharField(
        required=False, max_length=100, help_text=_("Tìm trong tên, không phân biệt dấu và chữ hoa.")
    )


class UnitQuestion(Question):
    at = at_field(_("Ngày hỏi. Không ghi: đơn vị đang mang mã này, nếu không thì đơn vị cuối cùng."))


class SuccessionsQuestion(Paged):
    at = at_field(_("Ngày hỏi. Không ghi: đơn vị đang mang mã này, nếu không thì đơn vị cuối cùng."))


class IndicatorsQuestion(Paged):
    code = Code(required=False, help_text=_("Mã chỉ tiêu."))
    at = at_field(_("Chỉ lấy dạng có hiệu lực trong ngày này. Không ghi: mọi dạng."))
    kind = serializers.ChoiceField(choices=IndicatorKind.choices, required=False, help_text=_("Dạng số."))
    set = Code(required=False, help_text=_("Mã bộ tiêu chí: chỉ tiêu của bộ và thành phần của chúng."))


class CriteriaSetsQuestion(Paged):
    level = serializers.ChoiceField(
        choices=RecognitionLevel.choices, required=False, help_text=_("Mức công nhận.")
    )


class CriteriaSetQuestion(Question):
    at = at_field(_("Mức yêu cầu có hiệu lực trong ngày này. Không ghi: hôm nay."))


class PeriodsQuestion(Paged):
    kind = serializers.ChoiceField(choices=PeriodKind.choices, required=False, help_text=_("Loại kỳ."))
    state = serializers.ChoiceField(choices=PeriodState.choices, required=False, help_text=_("Trạng thái."))


class ReportsQuestion(Paged):
    unit = unit_field(TERRITORY)
    period = Code(required=False, help_text=_("Mã kỳ, ví dụ 2026."))
    form = Code(required=False, help_text=_("Mã biểu mẫu, ví dụ ntm.xa."))
    state = serializers.ChoiceField(
        choices=ReportState.choices, required=False, help_text=_("Trạng thái của báo cáo.")
    )


class ObservationsQuestion(Paged):
    unit = unit_field(TERRITORY)
    period = Code(required=False, help_text=_("Mã kỳ, ví dụ 2026."))
    indicator = Code(required=False, help_text=_("Mã chỉ tiêu."))
    state = state_field(AT_LEAST)


class RollupQuestion(Question):
    indicator = Code(help_text=_("Mã chỉ tiêu, ví dụ ntm.communes.met."))
    unit = unit_field(_("Mã đơn vị mà tổng được tính trên địa bàn; huyện cũ cũng được."), required=True)
    by = serializers.ChoiceField(
        choices=["unit", "commune", "district"],
        default="unit",
        help_text=_("Một dòng cho cả địa bàn, hay mỗi xã, mỗi huyện (cũ) một dòng."),
    )
    period = Code(required=False, help_text=_("Mã kỳ: chỉ số của chính kỳ đó. Không đi cùng 'at'."))
    at = at_field(_("Tình hình đến hết ngày này. Không có cả hai: hôm nay, tính cả kỳ đang mở."))
    state = state_field(AT_LEAST)
    boundaries = Boundaries(
        required=False,
        help_text=_(
            "Theo đơn vị nào: as-was (đơn vị tại kỳ hay ngày hỏi, khi không ghi), today (quy đổi theo đơn vị "
            "hiện nay), hoặc một ngày YYYY-MM-DD (quy đổi theo đơn vị ngày đó)."
        ),
    )


class AssessmentsQuestion(Paged):
    set = Code(help_text=_("Mã bộ tiêu chí, ví dụ NTM_XA_2021_2025."))
    unit = unit_field(_("Mã đơn vị: kết quả của các xã trong địa bàn."), required=True)
    period = Code(required=False, help_text=_("Mã kỳ: kết quả của chính kỳ đó. Không đi cùng 'at'."))
    at = at_field(_("Kết quả cuối cùng đã xác định đến ngày này. Không có cả hai: hôm nay."))
    state = state_field(_("Chỉ lấy kết quả dựa hoàn toàn trên số liệu từ mức này. Không ghi: entered."))


class StandingQuestion(Question):
    unit = unit_field(TERRITORY, required=True)
    at = at_field(_("Công nhận có hiệu lực trong ngày này. Không ghi: hôm nay."))
    state = state_field(AT_LEAST)


class AfterActQuestion(Question):
    unit = unit_field(TERRITORY, required=True)
    act = serializers.CharField(
        max_length=60, required=False, help_text=_("Số văn bản sắp xếp. Không ghi: văn bản mới nhất.")
    )
    state = state_field(AT_LEAST)


class RecognitionsQuestion(Paged):
    unit = unit_field(TERRITORY)
    level = serializers.ChoiceField(
        choices=RecognitionLevel.choices, required=False, help_text=_("Mức công nhận của quyết định.")
    )
    at = at_field(_("Quyết định có hiệu lực trong ngày này. Không ghi: hôm nay."))
    end_reason = serializers.ChoiceField(
        choices=RecognitionEnd.choices,
        required=False,
        help_text=_("Thay vào đó, quyết định đã kết thúc vì lý do này, tính đến ngày hỏi."),
    )


OWN_COMMUNE = _("Mã xã. Không ghi: mọi hộ mà bạn xem được theo tên.")
VILLAGE = _("Mã thôn, bản của xã.")


class HouseholdsQuestion(Paged):
    unit = unit_field(OWN_COMMUNE)
    village = Code(required=False, help_text=VILLAGE)
    state = serializers.ChoiceField(
        choices=["living", "left"], default="living", help_text=_("Đang ở trong sổ, hay đã ra khỏi sổ.")
    )

    def get_fields(self) -> dict[str, Any]:
        # 'class' is no name in Python.
        words = _("Loại hộ theo lần rà soát gần nhất đã công nhận.")
        named = serializers.ChoiceField(choices=PovertyClass.choices, required=False, help_text=words)
        return {**super().get_fields(), "class": named}


class RoundsQuestion(Paged):
    kind = serializers.ChoiceField(choices=RoundKind.choices, required=False, help_text=_("Loại đợt."))


class CommuneReviewsQuestion(Paged):
    round = Code(required=False, help_text=_("Mã đợt rà soát, ví dụ 2026."))
    unit = unit_field(TERRITORY)
    state = serializers.ChoiceField(
        choices=ReviewState.choices, required=False, help_text=_("Trạng thái của rà soát.")
    )


class SheetsQuestion(Paged):
    village = Code(required=False, help_text=VILLAGE)
    listed = serializers.ChoiceField(
        choices=Listed.choices, required=False, help_text=_("Vì sao hộ có trong danh sách.")
    )
    done = serializers.BooleanField(
        required=False, default=None, allow_null=True, help_text=_("Chỉ phiếu đã, hoặc chưa, phân loại được.")
    )

    def get_fields(self) -> dict[str, Any]:
        words = _("Kết quả phân loại.")
        named = serializers.ChoiceField(choices=PovertyClass.choices, required=False, help_text=words)
        return {**super().get_fields(), "class": named}


class HousesQuestion(Paged):
    unit = unit_field(_("Mã xã. Không ghi: mọi nhà mà bạn xem được theo tên."))
    list = Code(required=False, help_text=_("Mã danh sách, ví dụ 2025-2."))
    stage = serializers.ChoiceField(choices=Stage.choices, required=False, help_text=_("Đang ở bước nào."))
    kind = serializers.ChoiceField(choices=BuildKind.choices, required=False, help_text=_("Loại nhà."))
    group = Code(required=False, help_text=_("Mã nhóm đối tượng."))
    village = Code(required=False, help_text=VILLAGE)


class HousesSummaryQuestion(Question):
    unit = unit_field(_("Mã tỉnh hoặc mã xã."), required=True)
    list = Code(required=False, help_text=_("Mã danh sách. Không ghi: danh sách mới nhất đã bắt đầu."))
    at = at_field(_("Tình hình đến hết ngày này. Không ghi: hôm nay."))


def read(question: type[Question], asked: QueryDict) -> Mapping[str, Any]:
    """What is asked, typed. Raises a 400 problem that names every unknown, doubled or wrong parameter."""
    fields = question().fields
    unknown = [name for name in asked if name not in fields]
    if unknown:
        known = ", ".join(fields) or "—"
        words = gettext("Không có tham số này ở đây. Có thể dùng: {known}.").format(known=known)
        raise Problem("unknown_parameter", errors=[at_parameter(name, words) for name in unknown])
    errors = [
        at_parameter(name, gettext("Chỉ ghi một lần.")) for name in asked if len(asked.getlist(name)) > 1
    ]
    bound = question(data=asked.dict())
    if not bound.is_valid():
        errors += [at_parameter(name, words[0]) for name, words in bound.errors.items()]
    if errors:
        raise Problem("invalid_parameter", errors=errors)
    return bound.validated_data
