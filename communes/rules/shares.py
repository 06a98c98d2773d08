"""Shares of a divided unit as people write them: 60%, 60, 0,6 or 3/5."""

from fractions import Fraction

from communes.rules.acts import WHOLE


class BadShare(ValueError):
    """What stands there is no share."""


def read_share(text: str) -> int | None:
    """Millionths, None for nothing. A number above 1 is taken as per cent. Raises BadShare."""
    words = text.strip().replace(" ", "")
    if not words:
        return None
    per_cent = words.endswith("%")
    try:
        share = Fraction(words.rstrip("%").replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise BadShare(text) from error
    if per_cent or share > 1:
        share /= 100
    if not 0 < share <= 1:
        raise BadShare(text)
    return round(share * WHOLE)


def say_share(millionths: int) -> str:
    """'60%', '33,3333%'."""
    whole, rest = divmod(millionths, 10_000)
    fraction = f"{rest:04d}".rstrip("0")
    return f"{whole},{fraction}%" if fraction else f"{whole}%"
