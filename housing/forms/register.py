"""What is typed into the register: a household, a member, and the day and reason of a move."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from communes.models import Unit
from housing.models import (
    Arrival,
    Departure,
    Education,
    EthnicGroup,
    Household,
    Member,
    Relation,
    Schooling,
    Sex,
    Work,
)
from housing.rules.records import HouseholdData, MemberData

NOT_A_NUMBER = {"invalid": _("Nhập một số nguyên."), "required": _("Nhập một số nguyên.")}
CHOOSE = {"invalid_choice": _("Chọn một mục trong danh sách."), "required": _("Chọn một mục.")}
NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day by the browser's own calendar; 23/11/2026 is read too."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": _("Không có ngày này. Viết như 23/11/2026."),
            "required": _("Nhập ngày."),
        },
    )


class PlainForm(forms.Form):
    """A form whose rules are those of the action behind it: it only reads what was typed."""

    def offer(self, name: str, none: Any, choices: Mapping[int, str]) -> None:
        """Give a field of choice its choices, `none` first."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", none), *choices.items()]

    def refuse(self, error: ValidationError) -> None:
        """Show what the action said, each at its field; what has no field, above the form."""
        found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, words in found.items():
            self.add_error(name if name in self.fields else None, words)


class HouseholdForm(PlainForm):
    """What the register keeps of a household."""

    village = forms.TypedChoiceField(
        label=_("Thôn, bản"), coerce=int, empty_value=None, required=False, error_messages=CHOOSE
    )
    head_name = forms.CharField(
        label=_("Họ và tên chủ hộ"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        ),
    )
    head_sex = forms.ChoiceField(
        label=_("Giới tính chủ hộ"),
        choices=[("", _("chưa rõ")), *Sex.choices],
        required=False,
        error_messages=CHOOSE,
    )
    head_birth_year = forms.IntegerField(
        label=_("Năm sinh chủ hộ"),
        required=False,
        error_messages=NOT_A_NUMBER,
        widget=forms.TextInput(attrs=NUMERIC),
    )
    identity_number = forms.CharField(
        label=_("Số định danh chủ hộ"),
        required=False,
        max_length=40,
        help_text=_("12 chữ số. Để trống khi chưa có."),
        widget=forms.TextInput(attrs=NUMERIC),
    )
    ethnic_group = forms.TypedChoiceField(
        label=_("Dân tộc của chủ hộ"), coerce=int, empty_value=None, required=False, error_messages=CHOOSE
    )
    persons = forms.IntegerField(
        label=_("Số nhân khẩu"),
        required=False,
        error_messages=NOT_A_NUMBER,
        widget=forms.TextInput(attrs=NUMERIC),
    )
    address = forms.CharField(label=_("Địa chỉ, nếu cần"), required=False, max_length=400)
    no_labour = forms.BooleanField(label=_("Không có khả năng lao động"), required=False)
    merit = forms.BooleanField(label=_("Có người có công"), required=False)
    social_protection = forms.BooleanField(label=_("Có người hưởng bảo trợ xã hội"), required=False)
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=1000)

    def __init__(
        self, *args: Any, villages: Mapping[int, Unit], groups: Mapping[int, EthnicGroup], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("village", _("Chọn thôn, bản"), {pk: one.name for pk, one in villages.items()})
        self.offer("ethnic_group", _("chưa rõ"), {pk: one.title for pk, one in groups.items()})

    def household(self) -> HouseholdData:
        """What was typed, as plain values."""
        typed = self.cleaned_data
        return HouseholdData(
            village_id=typed["village"],
            head_name=typed["head_name"],
            head_sex=typed["head_sex"],
            head_birth_year=typed["head_birth_year"],
            identity_number=typed["identity_number"],
            ethnic_group_id=typed["ethnic_group"],
            address=typed["address"],
            persons=typed["persons"],
            no_labour=typed["no_labour"],
            merit=typed["merit"],
            social_protection=typed["social_protection"],
            note=typed["note"],
        )


ARRIVALS = [
    (Arrival.FOUND, _("đã ở xã từ trước, nay ghi vào sổ")),
    (Arrival.FORMED, _("mới lập hộ")),
    (Arrival.MOVED_IN, _("chuyển đến từ xã khác")),
]


class NewHouseholdForm(HouseholdForm):
    """A household that is written in: also how it came, and since when."""

    arrival = forms.ChoiceField(
        label=_("Vì sao vào sổ"), choices=ARRIVALS, initial=Arrival.FOUND, error_messages=CHOOSE
    )
    on = day_field(_("Từ ngày"))


class SplitForm(HouseholdForm):
    """The new household of those who go."""

    on = day_field(_("Tách hộ từ ngày"))


class MemberForm(PlainForm):
    """A person of a household."""

    name = forms.CharField(
        label=_("Họ và tên"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
        ),
    )
    relation = forms.ChoiceField(
        label=_("Quan hệ với chủ hộ"),
        choices=[("", _("Chọn")), *Relation.choices],
        required=False,
        error_messages=CHOOSE,
    )
    sex = forms.ChoiceField(
        label=_("Giới tính"),
        choices=[("", _("chưa rõ")), *Sex.choices],
        required=False,
        error_messages=CHOOSE,
    )
    birth_date = day_field(_("Ngày sinh"), required=False, help_text=_("Chỉ biết năm thì để trống."))
    birth_year = forms.IntegerField(
        label=_("Năm sinh"),
        required=False,
        error_messages=NOT_A_NUMBER,
        widget=forms.TextInput(attrs=NUMERIC),
    )
    identity_number = forms.CharField(
        label=_("Số định danh"), required=False, max_length=40, widget=forms.TextInput(attrs=NUMERIC)
    )
    ethnic_group = forms.TypedChoiceField(
        label=_("Dân tộc"), coerce=int, empty_value=None, required=False, error_messages=CHOOSE
    )
    schooling = forms.ChoiceField(
        label=_("Đi học"), choices=[("", _("chưa rõ")), *Schooling.choices], required=False
    )
    education = forms.ChoiceField(
        label=_("Bằng cấp cao nhất"), choices=[("", _("chưa rõ")), *Education.choices], required=False
    )
    insured = forms.TypedChoiceField(
        label=_("Bảo hiểm y tế"),
        choices=[("", _("chưa rõ")), ("yes", _("có")), ("no", _("không"))],
        coerce=lambda text: text == "yes",
        empty_value=None,
        required=False,
    )
    work = forms.ChoiceField(label=_("Việc làm"), choices=[("", _("chưa rõ")), *Work.choices], required=False)
    allowance = forms.BooleanField(label=_("Hưởng trợ cấp xã hội, khuyết tật"), required=False)
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=400)

    def __init__(self, *args: Any, groups: Mapping[int, EthnicGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("ethnic_group", _("chưa rõ"), {pk: one.title for pk, one in groups.items()})

    def member(self) -> MemberData:
        """What was typed, as plain values."""
        typed = dict(self.cleaned_data)
        return MemberData(ethnic_group_id=typed.pop("ethnic_group"), **typed)


class LeftForm(PlainForm):
    """Since when somebody is no longer of the household, and why."""

    on = day_field(_("Không còn trong hộ từ ngày"))
    why = forms.CharField(
        label=_("Lý do"), required=False, max_length=400, help_text=_("Ví dụ: mất, lấy chồng, chuyển đi.")
    )


class LeaveForm(PlainForm):
    """How, since when and where to a household leaves the register."""

    how = forms.ChoiceField(
        label=_("Vì sao"),
        choices=[
            (Departure.MOVED_OUT, _("chuyển đi xã khác, tỉnh khác")),
            (Departure.GONE, _("không còn ai trong hộ")),
            (Departure.MISTAKE, _("ghi nhầm: hộ này không có ở xã")),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    on = day_field(_("Từ ngày"))
    note = forms.CharField(label=_("Chuyển đến đâu, hoặc vì sao"), required=False, max_length=400)


class MoveForm(PlainForm):
    """Another village of the same commune."""

    village = forms.TypedChoiceField(label=_("Đến thôn, bản"), coerce=int, error_messages=CHOOSE)
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=400)

    def __init__(self, *args: Any, villages: Mapping[int, Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("village", _("Chọn thôn, bản"), {pk: one.name for pk, one in villages.items()})


class MergeForm(PlainForm):
    """How many persons the kept household then has, since when, and whether both were one from the start."""

    persons = forms.IntegerField(
        label=_("Số nhân khẩu sau khi nhập"),
        error_messages=NOT_A_NUMBER,
        widget=forms.TextInput(attrs=NUMERIC),
    )
    on = day_field(_("Từ ngày"))
    how = forms.ChoiceField(
        label=_("Vì sao"),
        choices=[("merged", _("hai hộ về ở chung một hộ")), ("twice", _("một hộ được ghi hai lần"))],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=400)


def typed_of(household: Household) -> dict[str, Any]:
    """A household as its form begins."""
    return {
        "village": household.village_id,
        "head_name": household.head_name,
        "head_sex": household.head_sex,
        "head_birth_year": household.head_birth_year,
        "identity_number": household.identity_number,
        "ethnic_group": household.ethnic_group_id,
        "persons": household.persons,
        "address": household.address,
        "no_labour": household.no_labour,
        "merit": household.merit,
        "social_protection": household.social_protection,
        "note": household.note,
    }


def typed_of_member(member: Member) -> dict[str, Any]:
    """A member as its form begins."""
    names = (
        "name", "relation", "sex", "birth_date", "birth_year", "identity_number", "schooling", "education",
        "work", "allowance", "note",
    )  # fmt: skip
    insured = {True: "yes", False: "no", None: ""}[member.insured]
    values = {name: getattr(member, name) for name in names}
    return {**values, "ethnic_group": member.ethnic_group_id, "insured": insured}


def new_member_of(household: Household, *, is_first: bool) -> dict[str, Any]:
    """What is known beforehand of the next member: the first one is the head, as the register has it."""
    if not is_first:
        return {"ethnic_group": household.ethnic_group_id}
    return {
        "name": household.head_name,
        "relation": Relation.HEAD,
        "sex": household.head_sex,
        "birth_year": household.head_birth_year,
        "identity_number": household.identity_number,
        "ethnic_group": household.ethnic_group_id,
    }
