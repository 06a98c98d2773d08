"""Numbers between people and the store: text in, exact whole numbers of the smallest step kept, text out.

A figure is stored as a whole number of steps of 10**-decimals, because SQLite keeps 15 digits of a decimal.
In a form people write 1.234,5 and mean Vietnamese; a program writes 1234.5. No float takes part.
"""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Literal

LIMIT = 10**15
"""A stored figure is smaller than this, in steps and without its sign: what SQLite keeps exactly."""

TYPED_SCALED_DECIMALS = 3
"""Money is typed in triệu with at most so many decimals, that is to the thousand đồng."""

Code = Literal["not_a_number", "too_many_decimals", "ambiguous", "negative_sign", "too_large", "grouping"]

_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([. ][0-9]{3})+")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_SHAPE = re.compile(r"[0-9., ]*[0-9][0-9., ]*")
_API = re.compile(r"(-?)([0-9]+)(?:[.,]([0-9]+))?")
_API_GROUPED = re.compile(r"-?[0-9]+([., ][0-9]+)+")
_MINUS = str.maketrans({"−": "-", "–": "-"})


class NumberError(ValueError):
    """A text is not a number that can be stored. The words are given by whoever shows it.

    `code` says what is wrong; `params` holds what the words need: 'text' (as typed) always, 'limit' with
    too_many_decimals (how many are allowed) and too_large (the first number that does not fit), 'whole' and
    'fraction' with ambiguous (the two readings, as Vietnamese text).
    """

    def __init__(self, code: Code, **params: str) -> None:
        super().__init__(code)
        self.code: Code = code
        self.params: dict[str, str] = {name: value[:60] for name, value in params.items()}


def parse_form_number(text: str, *, decimals: int, ambiguous_is_error: bool = False) -> int:
    """What a person typed, in steps of 10**-decimals; a comma is the decimal sign, dots and spaces group.

    '1.234' is 1234 (or, with `ambiguous_is_error`, as in a percentage field, an error that names both
    readings); a dot that cannot group is a decimal sign: '12.34'. '1,234' where no three decimals are
    allowed is ambiguous too: English grouping or one decimal too many. Raises NumberError.
    """
    sign, body = _sign_and_body(text)
    if "," in body:
        whole, _, fraction = body.partition(",")
        if "," in fraction or "." in fraction or " " in fraction:
            raise NumberError("grouping", text=text)
        if decimals < 3 and _ONE_GROUP.fullmatch(body):
            raise _ambiguous(text, sign, body)
    elif _GROUPED.fullmatch(body):
        if ambiguous_is_error and _ONE_GROUP.fullmatch(body):
            raise _ambiguous(text, sign, body)
        whole, fraction = body, "0"
    elif body.count(".") == 1:
        whole, _, fraction = body.partition(".")
    else:
        whole, fraction = body, "0"
    if not _PLAIN.fullmatch(fraction) or not whole.strip(". "):
        raise NumberError("not_a_number", text=text)
    if not (_PLAIN.fullmatch(whole) or _well_grouped(whole)):
        raise NumberError("grouping", text=text)
    return sign * _steps(whole.replace(".", "").replace(" ", ""), fraction, decimals, text)


def parse_scaled(text: str, *, decimals: int, scale_digits: int, ambiguous_is_error: bool = False) -> int:
    """What a person typed in units of 10**scale_digits (6: triệu), in stored steps: '36,5' is 36500000 VND.

    At most three decimals are typed, so money is exact to the thousand đồng. Raises NumberError.
    """
    room = decimals + scale_digits
    typed = min(TYPED_SCALED_DECIMALS, room) if scale_digits else decimals
    try:
        value = parse_form_number(text, decimals=typed, ambiguous_is_error=ambiguous_is_error)
        return _fitting(value * 10 ** (room - typed), decimals, text)
    except NumberError as error:
        if error.code != "too_large":
            raise
        raise _too_large(room, text) from error  # its limit in the unit that was typed


def parse_api_number(given: object, *, decimals: int) -> int:
    """What a program sent, in steps of 10**-decimals: an int, a Decimal, or text with a dot or a lone comma.

    Grouping is refused, and so are booleans and floats (JSON is read with Decimal). Raises NumberError.
    """
    if isinstance(given, bool):
        raise NumberError("not_a_number", text=str(given))
    if isinstance(given, int):
        return _fitting(given if abs(given) >= LIMIT else given * 10**decimals, decimals, "")
    if isinstance(given, Decimal):
        return _from_decimal(given, decimals)
    if not isinstance(given, str):
        raise NumberError("not_a_number", text=repr(given))
    text = unicodedata.normalize("NFC", given).strip()
    match = _API.fullmatch(text)
    if match is None:
        raise NumberError("grouping" if _API_GROUPED.fullmatch(text) else "not_a_number", text=given)
    minus, whole, fraction = match.groups()
    return (-1 if minus else 1) * _steps(whole, fraction or "0", decimals, given)


def format_number(value: int, decimals: int) -> str:
    """Stored steps as Vietnamese text without needless zeros: '1.234,5'. Reading it back gives `value`."""
    whole, fraction = _digits(value, decimals)
    fraction = fraction.rstrip("0")
    return _minus(value) + _dotted(whole) + ("," + fraction if fraction else "")


def format_plain(value: int, decimals: int) -> str:
    """Stored steps as a program reads them: '1234.5', without needless zeros."""
    whole, fraction = _digits(value, decimals)
    fraction = fraction.rstrip("0")
    return _minus(value) + whole + ("." + fraction if fraction else "")


def format_scaled(value: int | Fraction, decimals: int, scale_digits: int, places: int = 3) -> str:
    """Stored steps in units of 10**scale_digits, half up to `places`: 36500000 VND is '36,5' triệu."""
    shown = round_half_up(Fraction(value) / 10 ** (decimals + scale_digits), places)
    return format_number(shown, places)


def format_percent(numerator: int | Fraction, denominator: int | Fraction, places: int = 2) -> str:
    """The percentage as Vietnamese text, half up, zeros kept: '36,20%'. n/0 raises ZeroDivisionError."""
    shown = round_half_up(_percentage(numerator, denominator), places)
    whole, fraction = _digits(shown, places)
    return _minus(shown) + _dotted(whole) + ("," + fraction if places else "") + "%"


def percent_text(numerator: int | Fraction, denominator: int | Fraction, places: int = 2) -> str:
    """The percentage as a program reads it, half up, zeros kept: '36.20'. n/0 raises ZeroDivisionError."""
    shown = round_half_up(_percentage(numerator, denominator), places)
    whole, fraction = _digits(shown, places)
    return _minus(shown) + whole + ("." + fraction if places else "")


def percent_showing(
    numerator: int | Fraction, denominator: int | Fraction, threshold: Fraction, met: bool, places: int = 2
) -> str:
    """The percentage with as many decimals as it takes not to contradict the verdict beside it.

    79,996% against a bar of 80 that is not met must not be shown as 80,00%. `threshold` is in percent.
    Raises ZeroDivisionError for n/0.
    """
    exact = _percentage(numerator, denominator)
    while places < 15 and not _agrees(exact, round_half_up(exact, places), places, threshold, met):
        places += 1
    return format_percent(numerator, denominator, places)


def round_half_up(value: Fraction, places: int = 0) -> int:
    """`value` in whole steps of 10**-places; a half goes away from zero, as people round here."""
    scaled = Fraction(abs(value) * 10**places)
    steps: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -steps if value < 0 else steps


def _agrees(exact: Fraction, shown: int, places: int, threshold: Fraction, met: bool) -> bool:
    """A met figure may be shown at its bar, never beyond it; one that is not met stays on its own side."""
    rounded = Fraction(shown, 10**places)
    before, after = _compare(exact, threshold), _compare(rounded, threshold)
    return after == before or (met and after == 0)


def _compare(left: Fraction, right: Fraction) -> int:
    return (left > right) - (left < right)


def _percentage(numerator: int | Fraction, denominator: int | Fraction) -> Fraction:
    return Fraction(numerator) * 100 / Fraction(denominator)


def _sign_and_body(text: str) -> tuple[int, str]:
    """+1 or -1 and the text without its sign; other spaces (non-breaking, thin) become plain ones."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).translate(_MINUS).split())
    body = cleaned.removeprefix("-").lstrip() if cleaned.startswith("-") else cleaned
    if "-" in body and _SHAPE.fullmatch(body.replace("-", "")):
        raise NumberError("negative_sign", text=text)
    if not _SHAPE.fullmatch(body):
        raise NumberError("not_a_number", text=text)
    return (-1 if cleaned.startswith("-") else 1), body


def _ambiguous(text: str, sign: int, body: str) -> NumberError:
    minus = "-" if sign < 0 else ""
    digits = re.sub("[^0-9]", "", body)
    return NumberError(
        "ambiguous", text=text, whole=minus + digits, fraction=f"{minus}{digits[:-3]},{digits[-3:]}"
    )


def _well_grouped(whole: str) -> bool:
    """Groups of three, by dots or by spaces but not by both."""
    return bool(_GROUPED.fullmatch(whole)) and len(set(whole) & {".", " "}) == 1


def _steps(whole: str, fraction: str, decimals: int, text: str) -> int:
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise NumberError("too_many_decimals", text=text, limit=str(decimals))
    whole = whole.lstrip("0")
    if len(whole) + decimals > 16:
        raise _too_large(decimals, text)
    return _fitting(int(whole + fraction.ljust(decimals, "0") or "0"), decimals, text)


def _from_decimal(given: Decimal, decimals: int) -> int:
    text = str(given)
    sign, digits, exponent = given.as_tuple()
    if not isinstance(exponent, int):
        raise NumberError("not_a_number", text=text)
    if given == 0:
        return 0
    if given.adjusted() >= 15:
        raise _too_large(decimals, text)
    whole = "".join(map(str, digits))
    significant = whole.rstrip("0")
    exponent += len(whole) - len(significant)
    if exponent < -decimals:
        raise NumberError("too_many_decimals", text=text, limit=str(decimals))
    return _fitting((-1 if sign else 1) * int(significant) * 10 ** (exponent + decimals), decimals, text)


def _fitting(value: int, decimals: int, text: str) -> int:
    if abs(value) >= LIMIT:
        raise _too_large(decimals, text)
    return value


def _too_large(decimals: int, text: str) -> NumberError:
    return NumberError("too_large", text=text, limit=format_number(LIMIT, decimals))


def _digits(value: int, decimals: int) -> tuple[str, str]:
    digits = str(abs(value)).rjust(decimals + 1, "0")
    return (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")


def _minus(value: int) -> str:
    return "-" if value < 0 else ""


def _dotted(whole: str) -> str:
    return f"{int(whole):,}".replace(",", ".")
