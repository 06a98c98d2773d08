"""A rule as people edit it: each of its thresholds a number with a name, never a piece of JSON.

The JSON stays reachable, folded away, for the rare change of a rule's shape.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from programs.models import Indicator, IndicatorKind, Requirement
from programs.queries.thresholds import SIGNS, unit_words
from programs.rules.numbers import (
    NumberError,
    format_number,
    format_scaled,
    parse_form_number,
    parse_scaled,
)
from programs.rules.shapes import THRESHOLD_DECIMALS, Condition, When
from programs.rules.verdicts import RuleError, thresholds, with_thresholds

OPERATIONS = [
    ("", _("chưa có mức yêu cầu")),
    (">=", _("ít nhất (≥)")),
    ("<=", _("nhiều nhất (≤)")),
    (">", _("lớn hơn (>)")),
    ("<", _("nhỏ hơn (<)")),
    ("==", _("đúng bằng (=)")),
    ("is", _("phải là 'có'")),
]
OPERATION_WORDS = dict(OPERATIONS)


class ThresholdField(forms.CharField):
    """One number of a rule, typed as people here write it; clean gives the text "
    "`with_thresholds` takes."""

    def __init__(self, *, indicator: Indicator | None, **kwargs: Any) -> None:
        self.scale = indicator.entry_scale if indicator is not None else 0
        self.is_percent = indicator is not None and indicator.kind == IndicatorKind.PERCENT
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 12}))
        super().__init__(required=False, max_length=40, **kwargs)

    def shown(self, value: Fraction | None) -> str:
        """The number as the field shows it, so that sending it back unread means the same."""
        if value is None:
            return ""
        if self.scale:
            return format_scaled(value, 0, self.scale)
        text = format_number(int(value * 10**THRESHOLD_DECIMALS), THRESHOLD_DECIMALS)
        return text.replace(".", "")

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            if self.scale:
                return str(parse_scaled(text, decimals=0, scale_digits=self.scale))
            steps = parse_form_number(text, decimals=THRESHOLD_DECIMALS, ambiguous_is_error=True)
        except NumberError as error:
            raise forms.ValidationError(_number_words(error)) from error
        if self.is_percent and not 0 <= steps <= 100 * 10**THRESHOLD_DECIMALS:
            raise forms.ValidationError(_now("Tỷ lệ phải từ 0 đến 100."))
        return format_number(steps, THRESHOLD_DECIMALS).replace(".", "")


def _number_words(error: NumberError) -> str:
    words = {
        "ambiguous": _now("Chưa rõ là {whole} hay {fraction}: hãy viết không có dấu chấm."),
        "too_many_decimals": _now("Nhiều nhất {limit} chữ số sau dấu phẩy."),
        "too_large": _now("Số quá lớn."),
    }
    return words.get(error.code, _now("Hãy nhập một số, ví dụ 70 hoặc 12,5.")).format(**error.params)


class RuleFields(forms.Form):
    """The part of a form that makes a rule: from its numbers, or its first one, or its text."""

    operation = forms.ChoiceField(label=_("Yêu cầu"), choices=OPERATIONS, required=False)
    first_value = ThresholdField(
        indicator=None,
        label=_("Mức"),
        help_text=_("Tỷ lệ theo phần trăm, tiền theo đồng. Để trống khi yêu cầu là 'có'."),
    )
    rule_text = forms.CharField(
        label=_("Quy tắc dạng văn bản"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80, "spellcheck": "false"}),
        help_text=_(
            "Chỉ sửa ở đây khi cấu trúc quy tắc thay đổi (thêm điều kiện, thêm thành phần). "
            "Mức thì sửa bằng các ô số ở trên."
        ),
    )
    # Set by `rule_fields`: the rule that is being edited, and its number fields in order.
    edited: Mapping[str, Any] | None = None
    numbers: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.rule = self._composed(cleaned)
            except (RuleError, ValueError) as error:
                self.add_error("rule_text", _now("Không đọc được quy tắc: %s") % error)
        return cleaned

    def _composed(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any] | None:
        text = (cleaned.get("rule_text") or "").strip()
        # Decimals stay text: no float comes near a threshold.
        written = json.loads(text, parse_float=str) if text else None
        by_numbers = self._from_numbers(cleaned)
        if written == _plain(self.edited):
            return by_numbers
        if self.edited is not None and by_numbers != self.edited:
            raise ValueError(_now("vừa sửa ô số vừa sửa văn bản; hãy sửa một trong hai."))
        thresholds(written)
        return written

    def _from_numbers(self, cleaned: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self.edited:
            return with_thresholds(self.edited, [cleaned.get(name) or "" for name in self.numbers])
        operation = cleaned.get("operation")
        if not operation:
            return None
        if operation == "is":
            return {"op": "is", "value": True}
        return with_thresholds({"op": operation, "value": None}, [cleaned.get("first_value") or ""])


def _plain(rule: Mapping[str, Any] | None) -> Any:
    return json.loads(json.dumps(rule), parse_float=str) if rule is not None else None


def rule_fields(requirement: Requirement | None) -> dict[str, Any]:
    """The attributes a form class over RuleFields needs to edit this requirement's rule."""
    rule = requirement.rule if requirement is not None else None
    fields: dict[str, Any] = {"edited": rule}
    text = json.dumps(rule, ensure_ascii=False, indent=2) if rule is not None else ""
    fields["rule_text"] = _with_initial(RuleFields.base_fields["rule_text"], text)
    if requirement is None or not rule:
        return fields
    fields |= {"operation": None, "first_value": None}
    parts = {part.part: part for part in requirement.indicator.parts.measured_on(requirement.valid_from)}
    names = []
    for index, condition in enumerate(one for one in thresholds(rule) if one.op != "is"):
        indicator = parts.get(condition.part) if condition.part else requirement.indicator
        field = ThresholdField(
            indicator=indicator,
            label=_label(condition, indicator, requirement.indicator),
            help_text=_now("Để trống khi mức chưa được quy định."),
        )
        field.initial = field.shown(condition.value)
        names.append(f"threshold_{index}")
        fields[names[-1]] = field
    return fields | {"numbers": tuple(names)}


def _with_initial(field: forms.Field, initial: str) -> forms.Field:
    copy = type(field)(label=field.label, required=False, widget=field.widget, help_text=field.help_text)
    copy.initial = initial
    return copy


def _label(condition: Condition, indicator: Indicator | None, own: Indicator) -> str:
    """'Nữ: ít nhất (≥), %', 'Mức yêu cầu: ít nhất (≥), %, khi Tổng số trường > 3'."""
    what = indicator.title if condition.part and indicator is not None else _now("Mức yêu cầu")
    words = f"{what}: {OPERATION_WORDS[condition.op]}"
    if indicator is not None:
        unit = "%" if indicator.kind == IndicatorKind.PERCENT else unit_words(indicator)
        words += f", {unit}" if unit else ""
    return f"{words}, {_when(condition.when, own)}" if condition.when is not None else words


def _when(when: When, own: Indicator) -> str:
    of = {
        "denominator": own.denominator_name or _now("mẫu số"),
        "numerator": own.numerator_name or _now("tử số"),
    }
    number = format_number(int((when.value or 0) * 10**THRESHOLD_DECIMALS), THRESHOLD_DECIMALS)
    return _now("khi {what} {sign} {number}").format(
        what=of.get(when.of, _now("giá trị")), sign=SIGNS[when.op], number=number
    )
