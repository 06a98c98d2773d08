"""Identity numbers: twelve digits, with sex and century in the fourth and the birth year in the next two.

Circular 59/2021/TT-BCA, Article 4. The first three digits name the place of registration and say nothing
about where somebody lives: they are never compared.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity number says: `old` for a nine-digit paper, which says nothing."""

    number: str
    old: bool = False
    sex: str = ""
    birth_year: int | None = None


def read_identity(text: str) -> Identity | None:
    """Read a number as typed (blanks and dots between digits are allowed); None when it is none."""
    digits = re.sub(r"[\s.]", "", text)
    if not digits.isascii() or not digits.isdigit():
        return None
    if len(digits) == 9:
        return Identity(digits, old=True)
    if len(digits) != 12:
        return None
    code = int(digits[3])
    year = 1900 + 100 * (code // 2) + int(digits[4:6])
    return Identity(digits, sex="female" if code % 2 else "male", birth_year=year)


def masked(number: str) -> str:
    """'0140…482': enough to recognise one's own, too little to copy."""
    return f"{number[:4]}…{number[-3:]}" if len(number) >= 9 else "…"
