"""What a person types, what a program sends, and what is shown back."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.numbers import (
    LIMIT,
    NumberError,
    format_number,
    format_percent,
    format_plain,
    format_scaled,
    parse_api_number,
    parse_form_number,
    parse_scaled,
    percent_showing,
    percent_text,
    round_half_up,
)

stored = st.integers(min_value=1 - LIMIT, max_value=LIMIT - 1)
decimals_of_store = st.integers(min_value=0, max_value=6)


@pytest.mark.parametrize(
    ("text", "decimals", "steps"),
    [
        ("1.234,5", 1, 12345),
        ("1234,5", 1, 12345),
        ("1234.5", 1, 12345),
        ("1.234", 0, 1234),
        ("1.234", 3, 1_234_000),
        ("1.234.567", 0, 1_234_567),
        ("12.34", 2, 1234),
        ("1,234", 3, 1234),
        ("0,5", 2, 50),
        ("0.234", 3, 234),
        ("1234.567", 3, 1_234_567),
        ("36,50", 1, 365),
        ("12,0", 0, 12),
        ("0,500", 1, 5),
        ("007", 0, 7),
        ("0", 0, 0),
        ("-0", 2, 0),
        ("-5", 0, -5),
        ("−5,5", 1, -55),
        ("- 5", 0, -5),
        ("  42 ", 0, 42),
        ("1\u00a0234", 0, 1234),
        ("1 234,5", 1, 12345),
        ("\u202f1.234\u00a0", 0, 1234),
        ("999.999.999.999.999", 0, LIMIT - 1),
    ],
)
def test_a_form_reads_numbers_as_people_here_write_them(text: str, decimals: int, steps: int) -> None:
    assert parse_form_number(text, decimals=decimals) == steps


@pytest.mark.parametrize(
    ("text", "decimals", "code"),
    [
        ("", 0, "not_a_number"),
        ("   ", 0, "not_a_number"),
        ("hai", 0, "not_a_number"),
        ("12a", 0, "not_a_number"),
        ("36%", 0, "not_a_number"),
        ("1e5", 0, "not_a_number"),
        ("½", 1, "not_a_number"),
        ("٣", 0, "not_a_number"),
        (",5", 1, "not_a_number"),
        ("5,", 1, "not_a_number"),
        (".", 1, "not_a_number"),
        ("-", 1, "not_a_number"),
        ("--", 1, "not_a_number"),
        ("1,5", 0, "too_many_decimals"),
        ("12.34", 1, "too_many_decimals"),
        ("0,500001", 3, "too_many_decimals"),
        ("1,234", 0, "ambiguous"),
        ("1,234", 2, "ambiguous"),
        ("5-", 0, "negative_sign"),
        ("--5", 0, "negative_sign"),
        ("3-5", 0, "negative_sign"),
        ("1,234.5", 1, "grouping"),
        ("1,234,567", 0, "grouping"),
        ("1.23,4", 1, "grouping"),
        ("12.34.56", 0, "grouping"),
        ("1.234 567", 0, "grouping"),
        ("12 34", 0, "grouping"),
        ("0.123.456", 0, "grouping"),
        ("1.000.000.000.000.000", 0, "too_large"),
        ("100000000000000", 1, "too_large"),
        ("9" * 5000, 0, "too_large"),
    ],
)
def test_a_form_names_what_is_wrong(text: str, decimals: int, code: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_form_number(text, decimals=decimals)
    assert caught.value.code == code
    assert caught.value.params["text"] == text[:60]


@pytest.mark.parametrize(
    ("text", "whole", "fraction"),
    [("1.234", "1234", "1,234"), ("-12.345", "-12345", "-12,345")],
)
def test_a_percentage_field_asks_which_of_two_readings(text: str, whole: str, fraction: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_form_number(text, decimals=2, ambiguous_is_error=True)
    assert caught.value.code == "ambiguous"
    assert (caught.value.params["whole"], caught.value.params["fraction"]) == (whole, fraction)


@pytest.mark.parametrize(
    ("text", "steps"), [("12.34", 1234), ("36,2", 3620), ("0.23", 23), ("1.234,5", 123450)]
)
def test_a_percentage_field_takes_what_reads_one_way(text: str, steps: int) -> None:
    assert parse_form_number(text, decimals=2, ambiguous_is_error=True) == steps


def test_the_limit_of_decimals_is_told() -> None:
    with pytest.raises(NumberError) as caught:
        parse_form_number("1,55", decimals=1)
    assert caught.value.params["limit"] == "1"


@pytest.mark.parametrize(
    ("text", "dong"),
    [
        ("36,5", 36_500_000),
        ("36", 36_000_000),
        ("1.234,567", 1_234_567_000),
        ("0,001", 1000),
        ("-2", -2_000_000),
    ],
)
def test_money_is_typed_in_millions(text: str, dong: int) -> None:
    assert parse_scaled(text, decimals=0, scale_digits=6) == dong


def test_money_goes_to_the_thousand_and_has_a_limit_in_the_typed_unit() -> None:
    with pytest.raises(NumberError) as caught:
        parse_scaled("36,5001", decimals=0, scale_digits=6)
    assert (caught.value.code, caught.value.params["limit"]) == ("too_many_decimals", "3")
    for too_much in ("1.000.000.000", "1.000.000.000.000.000"):
        with pytest.raises(NumberError) as caught:
            parse_scaled(too_much, decimals=0, scale_digits=6)
        assert (caught.value.code, caught.value.params["limit"]) == ("too_large", "1.000.000.000")


def test_without_a_scale_money_is_typed_as_it_is_kept() -> None:
    assert parse_scaled("1.234,56", decimals=2, scale_digits=0) == 123456


@pytest.mark.parametrize(
    ("sent", "decimals", "steps"),
    [
        (5, 0, 5),
        (5, 1, 50),
        (-5, 0, -5),
        ("1234.5", 1, 12345),
        ("1234,5", 1, 12345),
        ("1.234", 3, 1234),
        ("1,234", 3, 1234),
        ("-0.5", 1, -5),
        ("12.50", 1, 125),
        (" 7 ", 0, 7),
        (Decimal("12.50"), 1, 125),
        (Decimal("1E+3"), 0, 1000),
        (Decimal("-0"), 0, 0),
        (36_500_000, 0, 36_500_000),
    ],
)
def test_a_program_sends_a_dot_or_a_lone_comma(sent: object, decimals: int, steps: int) -> None:
    assert parse_api_number(sent, decimals=decimals) == steps


@pytest.mark.parametrize(
    ("sent", "decimals", "code"),
    [
        ("1.234,5", 1, "grouping"),
        ("1,234.5", 1, "grouping"),
        ("1 234", 0, "grouping"),
        ("1.234.567", 0, "grouping"),
        ("1.234", 0, "too_many_decimals"),
        ("1234.", 1, "not_a_number"),
        ("", 0, "not_a_number"),
        ("1e5", 0, "not_a_number"),
        ("NaN", 0, "not_a_number"),
        (True, 0, "not_a_number"),
        (1.0, 0, "not_a_number"),
        (None, 0, "not_a_number"),
        ([1], 0, "not_a_number"),
        (Decimal("NaN"), 0, "not_a_number"),
        (Decimal("Infinity"), 0, "not_a_number"),
        (Decimal("1E-999999"), 2, "too_many_decimals"),
        (Decimal("1E+999999"), 0, "too_large"),
        (Decimal(LIMIT), 0, "too_large"),
        (LIMIT, 0, "too_large"),
        (10**400, 0, "too_large"),
        (LIMIT // 10, 1, "too_large"),
    ],
)
def test_a_program_is_told_what_is_wrong(sent: object, decimals: int, code: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_api_number(sent, decimals=decimals)
    assert caught.value.code == code


@given(stored, decimals_of_store)
def test_what_is_shown_in_a_form_is_read_back_the_same(value: int, decimals: int) -> None:
    assert parse_form_number(format_number(value, decimals), decimals=decimals) == value


@given(stored, decimals_of_store)
def test_what_the_api_gives_it_takes(value: int, decimals: int) -> None:
    text = format_plain(value, decimals)
    assert parse_api_number(text, decimals=decimals) == value
    assert parse_api_number(Decimal(text), decimals=decimals) == value


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_money_in_thousands_survives_being_shown(thousands: int) -> None:
    shown = format_scaled(thousands * 1000, 0, 6)
    assert parse_scaled(shown, decimals=0, scale_digits=6) == thousands * 1000


@given(st.text(), decimals_of_store, st.booleans())
def test_any_text_is_a_number_within_the_limit_or_a_number_error(
    text: str, decimals: int, strict: bool
) -> None:
    reads = (
        lambda: parse_form_number(text, decimals=decimals, ambiguous_is_error=strict),
        lambda: parse_api_number(text, decimals=decimals),
        lambda: parse_scaled(text, decimals=0, scale_digits=6),
    )
    for read in reads:
        value = None
        with suppress(NumberError):
            value = read()
        assert value is None or abs(value) < LIMIT


@given(st.text(alphabet="0123456789.,- ", max_size=14), st.integers(min_value=3, max_value=6))
def test_a_strict_field_never_reads_what_a_lenient_one_reads_otherwise(text: str, decimals: int) -> None:
    try:
        strict = parse_form_number(text, decimals=decimals, ambiguous_is_error=True)
    except NumberError:
        return
    assert parse_form_number(text, decimals=decimals) == strict


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "plain"),
    [
        (12345, 1, "1.234,5", "1234.5"),
        (12340, 1, "1.234", "1234"),
        (-12345, 1, "-1.234,5", "-1234.5"),
        (5, 3, "0,005", "0.005"),
        (-5, 1, "-0,5", "-0.5"),
        (0, 2, "0", "0"),
        (1_234_567, 0, "1.234.567", "1234567"),
    ],
)
def test_a_stored_number_is_shown(value: int, decimals: int, vietnamese: str, plain: str) -> None:
    assert format_number(value, decimals) == vietnamese
    assert format_plain(value, decimals) == plain


def test_millions_are_rounded_half_up() -> None:
    assert format_scaled(36_500_000, 0, 6) == "36,5"
    assert format_scaled(171_330_000_000, 0, 9, places=2) == "171,33"
    assert format_scaled(1_234_500, 0, 6) == "1,235"
    assert format_scaled(-1_234_500, 0, 6) == "-1,235"


@pytest.mark.parametrize(
    ("numerator", "denominator", "vietnamese", "plain"),
    [
        (230, 2500, "9,20%", "9.20"),
        (195, 2500, "7,80%", "7.80"),
        (97_640, 260_500, "37,48%", "37.48"),
        (3058, 2837, "107,79%", "107.79"),
        (1, 800, "0,13%", "0.13"),
        (-201, 10_000, "-2,01%", "-2.01"),
        (-1, 800, "-0,13%", "-0.13"),
        (125, 10, "1.250,00%", "1250.00"),
        (0, 7, "0,00%", "0.00"),
        (-1, 1_000_000, "0,00%", "0.00"),
        (Fraction(187, 2), 2490, "3,76%", "3.76"),
    ],
)
def test_a_percentage_comes_from_its_sums(
    numerator: int | Fraction, denominator: int, vietnamese: str, plain: str
) -> None:
    assert format_percent(numerator, denominator) == vietnamese
    assert percent_text(numerator, denominator) == plain


def test_nothing_over_nothing_has_no_percentage() -> None:
    with pytest.raises(ZeroDivisionError):
        format_percent(0, 0)


def test_a_percentage_can_do_without_decimals() -> None:
    assert format_percent(1, 3, places=0) == "33%"
    assert percent_text(1, 3, places=0) == "33"


@pytest.mark.parametrize(
    ("numerator", "denominator", "bar", "met", "shown"),
    [
        (79_996, 100_000, 80, False, "79,996%"),
        (79_999_999, 100_000_000, 80, False, "79,999999%"),
        (80_001, 100_000, 80, True, "80,00%"),
        (4, 5, 80, True, "80,00%"),
        (13_004, 100_000, 13, False, "13,004%"),
        (12_996, 100_000, 13, True, "13,00%"),
        (4, 5, 80, False, "80,00%"),
        (17, 100, 13, False, "17,00%"),
    ],
)
def test_rounding_does_not_contradict_the_verdict(
    numerator: int, denominator: int, bar: int, met: bool, shown: str
) -> None:
    assert percent_showing(numerator, denominator, Fraction(bar), met) == shown


@given(
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=1, max_value=10**6),
    st.integers(min_value=0, max_value=100_000),
)
def test_the_shown_percentage_says_the_same_as_the_exact_one(
    numerator: int, denominator: int, bar_in_thousandths: int
) -> None:
    bar = Fraction(bar_in_thousandths, 1000)
    met = Fraction(100 * numerator, denominator) >= bar
    shown = percent_showing(numerator, denominator, bar, met)
    read = Fraction(shown.removesuffix("%").replace(".", "").replace(",", "."))
    assert (read >= bar) == met


@given(st.fractions(), st.integers(min_value=0, max_value=4))
def test_rounding_is_symmetric_and_within_half_a_step(value: Fraction, places: int) -> None:
    rounded = round_half_up(value, places)
    assert round_half_up(-value, places) == -rounded
    assert abs(Fraction(rounded, 10**places) - value) <= Fraction(1, 2 * 10**places)
