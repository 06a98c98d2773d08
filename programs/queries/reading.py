"""What a person wrote for a figure, in a box or in a cell, read into its smallest steps."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programs.models import Indicator
from programs.queries.entry_fields import reads_dots_twice
from programs.rules.numbers import (
    TYPED_SCALED_DECIMALS,
    NumberError,
    parse_api_number,
    parse_form_number,
    parse_scaled,
)


def read_text(text: str, indicator: Indicator) -> int | None:
    """A typed figure in steps; None for nothing. Raises ValidationError with words for where it stands."""
    if not text.strip():
        return None
    if "%" in text and indicator.is_ratio:
        raise ValidationError(_("Nhập tử số và mẫu số; tỷ lệ % do hệ thống tính."))
    twice = reads_dots_twice(indicator)
    try:
        if indicator.entry_scale:
            return parse_scaled(
                text,
                decimals=indicator.decimals,
                scale_digits=indicator.entry_scale,
                ambiguous_is_error=twice,
            )
        return parse_form_number(text, decimals=indicator.decimals, ambiguous_is_error=twice)
    except NumberError as error:
        raise ValidationError(number_words(error)) from error


def read_decimal(number: Decimal, indicator: Indicator) -> int:
    """A number on the scale it is typed in (money: triệu), in steps. Raises ValidationError."""
    room = indicator.decimals + indicator.entry_scale
    typed = min(TYPED_SCALED_DECIMALS, room) if indicator.entry_scale else indicator.decimals
    try:
        factor: int = 10 ** (room - typed)
        return parse_api_number(number, decimals=typed) * factor
    except NumberError as error:
        raise ValidationError(number_words(error)) from error


def read_percentage(text: str) -> int:
    """A percentage alone, '85,2 %', in steps of 0.01 %. Raises ValidationError."""
    try:
        return parse_form_number(text.strip().removesuffix("%").strip(), decimals=2)
    except NumberError as error:
        raise ValidationError(number_words(error)) from error


def read_share(number: Decimal) -> int:
    """What a cell in percent holds (0.852 for 85.2 %), in steps of 0.01 %. Raises ValidationError."""
    try:
        return parse_api_number(100 * number, decimals=2)
    except NumberError as error:
        raise ValidationError(number_words(error)) from error


def number_words(error: NumberError) -> str:
    """What is wrong with a written number, and how to write it."""
    words = {
        "not_a_number": _("“{text}” không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5."),
        "too_many_decimals": _("“{text}” có nhiều hơn {limit} chữ số thập phân."),
        "ambiguous": _("“{text}” đọc được hai cách: {whole} hoặc {fraction}. Ghi lại một trong hai số đó."),
        "negative_sign": _("Dấu trừ trong “{text}” đặt không đúng chỗ."),
        "too_large": _("Số quá lớn: phải nhỏ hơn {limit}."),
        "grouping": _("Dấu chấm hoặc dấu phẩy trong “{text}” đặt không đúng chỗ. Ghi ví dụ 1.234,5."),
    }
    text = words[error.code]
    if error.code == "too_many_decimals" and error.params["limit"] == "0":
        text = _("“{text}” không phải số nguyên. Chỉ tiêu này không có phần thập phân.")
    return text.format(**error.params)
