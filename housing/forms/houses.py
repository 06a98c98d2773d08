"""What is typed about houses: a proposal, a step, money, a picture, targets."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from housing.actions.house_money import Gift
from housing.actions.house_steps import Step
from housing.models import (
    BeneficiaryGroup,
    BuildKind,
    Contribution,
    HousingList,
    HousingProject,
    MoneySource,
    Stage,
)
from housing.queries.houses import MOMENTS, HouseFilter
from programs.queries.reading import number_words
from programs.rules.numbers import NumberError, parse_form_number, parse_scaled

CHOOSE_DAY = gettext_lazy("Chọn ngày.")
NOT_A_DAY = gettext_lazy("Ngày không đúng. Ghi ví dụ 23/11/2026.")


class DayField(forms.DateField):
    """A day from the browser's calendar, or typed as 23/11/2026."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        messages = {"required": CHOOSE_DAY, "invalid": NOT_A_DAY}
        super().__init__(
            widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], error_messages=messages, **options
        )


class MillionField(forms.CharField):
    """Money in triệu with at most three decimals, as VND (RULES 41)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_scaled(text, decimals=0, scale_digits=6)
        except NumberError as error:
            raise ValidationError(number_words(error)) from error


class QuantityField(forms.CharField):
    """A quantity with at most two decimals."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Decimal(parse_form_number(text, decimals=2)) / 100
        except NumberError as error:
            raise ValidationError(number_words(error)) from error


class TitleChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among rows of a short list, named by their codes."""

    def __init__(self, queryset: Any, **options: Any) -> None:
        super().__init__(queryset, to_field_name="code", **options)


class HouseForm(forms.Form):
    """Forms of houses: an error of an action lands at its field, or on top."""

    label_suffix = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""

    def take_errors(self, error: ValidationError) -> None:
        """Put what an action refused beside the fields it is about."""
        words = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in words.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class ProposalForm(HouseForm):
    """A house for one household."""

    house_list = TitleChoice(HousingList.objects.all(), label=gettext_lazy("Danh sách"), empty_label=None)
    group = TitleChoice(BeneficiaryGroup.objects.all(), label=gettext_lazy("Đối tượng"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Xây mới hay sửa chữa"), choices=BuildKind.choices, widget=forms.RadioSelect
    )
    on = DayField(label=gettext_lazy("Ngày đề nghị"))
    note = forms.CharField(label=gettext_lazy("Ghi chú (không bắt buộc)"), max_length=500, required=False)
    repeat_reason = forms.CharField(
        label=gettext_lazy("Lý do hỗ trợ lần nữa"), max_length=300, required=False
    )


STEP_FIELDS: Mapping[str, tuple[str, ...]] = {
    Stage.VOTED: ("on", "present", "agreed"),
    Stage.APPROVED: ("on", "decision"),
    Stage.STARTED: ("on",),
    Stage.COMPLETED: ("on", "foundation", "frame", "roof", "area_m2"),
    Stage.HANDED_OVER: ("on",),
    Stage.STOPPED: ("on", "reason"),
}
DAY_WORDS: Mapping[str, Any] = {
    Stage.VOTED: gettext_lazy("Ngày họp bản"),
    Stage.APPROVED: gettext_lazy("Ngày quyết định"),
    Stage.STARTED: gettext_lazy("Ngày khởi công"),
    Stage.COMPLETED: gettext_lazy("Ngày hoàn thành"),
    Stage.HANDED_OVER: gettext_lazy("Ngày bàn giao"),
    Stage.STOPPED: gettext_lazy("Ngày dừng"),
}
HARD = (("yes", gettext_lazy("cứng")), ("no", gettext_lazy("chưa cứng")))


def _hard(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=HARD,
        coerce=lambda text: text == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class StepForm(HouseForm):
    """One step of a house; only the fields of its stage are there."""

    on = DayField(required=False)
    present = forms.IntegerField(label=gettext_lazy("Số người dự"), required=False, max_value=9999)
    agreed = forms.IntegerField(label=gettext_lazy("Số người đồng ý"), required=False, max_value=9999)
    decision = forms.CharField(label=gettext_lazy("Số quyết định"), max_length=80, required=False)
    foundation = _hard(gettext_lazy("Nền"))
    frame = _hard(gettext_lazy("Khung, tường"))
    roof = _hard(gettext_lazy("Mái"))
    area_m2 = forms.IntegerField(label=gettext_lazy("Diện tích (m²)"), required=False)
    reason = forms.CharField(label=gettext_lazy("Lý do dừng"), max_length=500, required=False)

    def __init__(self, stage: str, data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix=str(stage), **options)
        self.stage = Stage(stage)
        for name in set(self.fields) - set(STEP_FIELDS[self.stage]):
            del self.fields[name]
        self.fields["on"].label = DAY_WORDS[self.stage]

    @property
    def hard_parts(self) -> list[Any]:
        return [self[name] for name in ("foundation", "frame", "roof") if name in self.fields]

    @property
    def plain_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in ("foundation", "frame", "roof")]

    def step(self) -> Step:
        """The step as it was typed. Only after `is_valid`."""
        return Step(stage=self.stage, **self.cleaned_data)


class EditForm(HouseForm):
    """What a house is: corrected."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Xây mới hay sửa chữa"), choices=BuildKind.choices, widget=forms.RadioSelect
    )
    group = TitleChoice(BeneficiaryGroup.objects.all(), label=gettext_lazy("Đối tượng"), empty_label=None)
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=500, required=False)

    @classmethod
    def of(cls, house: HousingProject) -> "EditForm":
        given = {"kind": house.kind, "group": house.group.code, "note": house.note}
        return cls(initial=given, prefix="edit")


class UndoForm(HouseForm):
    """Taking the last step back."""

    reason = forms.CharField(label=gettext_lazy("Lý do hoàn tác"), max_length=400, required=False)


class MoneyForm(HouseForm):
    """What a source gave."""

    source = TitleChoice(MoneySource.objects.all(), label=gettext_lazy("Nguồn"))
    form = forms.ChoiceField(label=gettext_lazy("Hình thức"), choices=Contribution.choices)
    value = MillionField(label=gettext_lazy("Giá trị (triệu đồng)"), required=False)
    quantity = QuantityField(label=gettext_lazy("Số lượng (vật liệu, đất, ngày công)"), required=False)
    measure = forms.CharField(label=gettext_lazy("Đơn vị tính"), max_length=40, required=False)
    received_on = DayField(label=gettext_lazy("Ngày nhận"))
    note = forms.CharField(label=gettext_lazy("Ghi chú (không bắt buộc)"), max_length=200, required=False)

    def gift(self) -> Gift:
        """The entry as it was typed. Only after `is_valid`."""
        return Gift(**self.cleaned_data)


class PhotoForm(HouseForm):
    """A picture; its place is kept when the cadre agrees."""

    file = forms.FileField(
        label=gettext_lazy("Ảnh"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        error_messages={
            "required": gettext_lazy("Chọn ảnh rồi bấm Tải lên."),
            "missing": gettext_lazy("Chọn ảnh rồi bấm Tải lên."),
            "empty": gettext_lazy("Tệp trống. Chọn lại ảnh rồi tải lên."),
        },
    )
    moment = forms.ChoiceField(label=gettext_lazy("Chụp lúc"), choices=list(MOMENTS.items()))
    taken_on = DayField(label=gettext_lazy("Ngày chụp"))
    keep_place = forms.BooleanField(
        label=gettext_lazy("Đồng ý lưu vị trí chụp (tọa độ trong ảnh)"), required=False
    )


class SearchForm(HouseForm):
    """Words of a name; they come by POST, so that no name stands in an address."""

    words = forms.CharField(label=gettext_lazy("Tên chủ hộ hoặc mã hộ"), max_length=120, required=False)


class TargetForm(HouseForm):
    """The target of one commune, with the reason for a change."""

    houses = forms.IntegerField(
        label=gettext_lazy("Số nhà"),
        min_value=0,
        max_value=100_000,
        error_messages={
            "required": gettext_lazy("Ghi số nhà."),
            "invalid": gettext_lazy("Ghi một số nguyên, từ 0 trở lên."),
            "min_value": gettext_lazy("Ghi một số nguyên, từ 0 trở lên."),
        },
    )
    decision = forms.CharField(label=gettext_lazy("Văn bản giao"), max_length=200, required=False)
    reason = forms.CharField(label=gettext_lazy("Lý do thay đổi"), max_length=300, required=False)


FILTER_WORDS = ("list", "at", "stage", "kind", "group", "village", "slow", "page")
"""The questions that a board and its list understand."""


def read_filter(data: Mapping[str, str], words: str = "") -> HouseFilter:
    """The narrowing of a list. Raises ValidationError, naming what is not understood."""
    village = data.get("village", "")
    stage, kind = data.get("stage", ""), data.get("kind", "")
    wrong = [
        name
        for name, text, known in (
            ("stage", stage, Stage.values),
            ("kind", kind, BuildKind.values),
            ("slow", data.get("slow", ""), ["1"]),
        )
        if text and text not in known
    ]
    if village and not (village.isascii() and village.isdigit() and len(village) < 18):
        wrong.append("village")
    group = data.get("group", "")
    if group and not BeneficiaryGroup.objects.filter(code=group).exists():
        wrong.append("group")
    if wrong:
        raise ValidationError(wrong)
    return HouseFilter(
        stage=stage,
        kind=kind,
        group=group,
        village=int(village) if village else None,
        slow=data.get("slow") == "1",
        words=words,
    )


def read_day(text: str, today: date) -> date:
    """The day of a board: today without one. Raises ValidationError for what is no day, or has not come."""
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(_("Ngày không đúng. Ghi ví dụ 2026-01-30.")) from error
    if day > today:
        raise ValidationError(_("Ngày này chưa đến."))
    return day
