"""An act of reorganisation and its lines, as an administrator types them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communes.actions.reorganise import ActText, LineText
from communes.models import Level, ReorganisationLine, UnitKind
from communes.rules.shares import BadShare, read_share, say_share


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Chọn ngày."), "invalid": _("Ngày này không có.")},
        **more,
    )


class ActForm(forms.Form):
    """The head of an act: number, days, and whether a tier ends with it."""

    number = forms.CharField(label=_("Số, ký hiệu"), max_length=60, help_text=_("Ví dụ: 1681/NQ-UBTVQH15."))
    title = forms.CharField(label=_("Trích yếu"), max_length=300)
    in_force_on = _day(_("Có hiệu lực từ"))
    operative_on = _day(
        _("Đơn vị mới hoạt động từ"), help_text=_("Đơn vị và số liệu chuyển sang đơn vị mới từ ngày này.")
    )
    source = forms.CharField(label=_("Nguồn"), max_length=300, required=False)
    ended_tier = forms.BooleanField(
        label=_("Cấp huyện kết thúc cùng ngày"),
        required=False,
        help_text=_("Mọi huyện, thị xã, thành phố thuộc tỉnh kết thúc, không có đơn vị kế thừa."),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        start, end = given.get("in_force_on"), given.get("operative_on")
        if start and end and end < start:
            self.add_error("operative_on", _("Ngày hoạt động không được trước ngày có hiệu lực."))
        return given

    @property
    def text(self) -> ActText:
        """What was typed, for the action."""
        given = dict(self.cleaned_data)
        given["ended_tier"] = Level.DISTRICT.value if given["ended_tier"] else ""
        return ActText(**given)


class LineForm(forms.Form):
    """One line: an old unit, what goes over, and the new unit."""

    predecessor_code = forms.CharField(
        label=_("Mã đơn vị cũ"),
        max_length=10,
        required=False,
        help_text=_("Để trống khi đơn vị mới được lập mà không có đơn vị cũ."),
    )
    predecessor_name = forms.CharField(label=_("Tên đơn vị cũ"), max_length=120, required=False)
    part = forms.ChoiceField(
        label=_("Phần chuyển"),
        choices=[("whole", _("toàn bộ")), ("part", _("một phần"))],
        initial="whole",
        widget=forms.RadioSelect,
    )
    share = forms.CharField(
        label=_("Tỷ lệ của phần này"),
        max_length=20,
        required=False,
        help_text=_("Ví dụ: 60%. Để trống khi chưa rõ hoặc khi ghi thôn, bản."),
    )
    share_base = forms.CharField(
        label=_("Tỷ lệ theo"), max_length=60, required=False, help_text=_("Ví dụ: dân số 2024, số hộ 2024.")
    )
    villages = forms.CharField(
        label=_("Thôn, bản chuyển theo"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Mã thôn, bản trong hệ thống, cách nhau bằng dấu cách."),
    )
    successor_code = forms.CharField(
        label=_("Mã đơn vị mới"),
        max_length=10,
        required=False,
        help_text=_("Để trống cả mã và tên khi đơn vị cũ chỉ kết thúc; thôn, bản không cần mã."),
    )
    name = forms.CharField(label=_("Tên đơn vị mới"), max_length=120, required=False)
    kind = forms.ModelChoiceField(
        label=_("Loại"), queryset=UnitKind.objects.all(), required=False, empty_label=_("như dòng khác")
    )
    parent_code = forms.CharField(
        label=_("Thuộc mã"),
        max_length=10,
        required=False,
        help_text=_("Mã đơn vị cấp trên; để trống thì theo đơn vị cũ."),
    )
    area_ha = forms.IntegerField(label=_("Diện tích (ha)"), min_value=0, required=False)
    population = forms.IntegerField(label=_("Dân số (người)"), min_value=0, required=False)
    create_closed = forms.BooleanField(
        label=_("Danh mục chưa có đơn vị cũ: thêm và ghi đã kết thúc"), required=False
    )
    note = forms.CharField(label=_("Ghi chú"), max_length=300, required=False)

    def clean_share(self) -> int | None:
        try:
            return read_share(self.cleaned_data["share"])
        except BadShare as error:
            raise forms.ValidationError(_("Ghi dạng 60% hoặc 0,6.")) from error

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(name) for name in ("predecessor_code", "successor_code", "name")):
            self.add_error("predecessor_code", _("Ghi đơn vị cũ hoặc đơn vị mới."))
        return given

    @property
    def text(self) -> LineText:
        """What was typed, for the action."""
        given = dict(self.cleaned_data)
        kind, part = given.pop("kind"), given.pop("part")
        given["share_millionths"] = given.pop("share")
        given["villages"] = " ".join(given["villages"].replace(",", " ").replace(";", " ").split())
        return LineText(kind=kind.pk if kind else "", whole=part == "whole", **given)


def initial_of(row: ReorganisationLine) -> dict[str, Any]:
    """A stored line as its form shows it."""
    names = (
        "predecessor_code", "predecessor_name", "share_base", "villages", "successor_code", "name", "kind",
        "parent_code", "area_ha", "population", "create_closed", "note",
    )  # fmt: skip
    share = row.share_millionths
    return {name: getattr(row, name) for name in names} | {
        "part": "whole" if row.whole else "part",
        "share": say_share(share) if share is not None else "",
    }


class StartForm(forms.Form):
    """From which day the roles begin."""

    start = _day(_("Từ ngày"))
