"""Heads of the demo's households: name, sex, year of birth and people, each plainly made up.

Names are put together as the peoples of Sơn La bear them, and marked; an identity number begins with 099,
which no province bears, and holds the sex and the year of birth as a real one does.
"""

from dataclasses import dataclass
from random import Random

from sonla.demo.generator.names import MARK, PEOPLES, PROPORTIONS

GROUPS = {"Thái": "03", "Kinh": "01", "Mông": "08", "Mường": "06", "Dao": "09", "Khơ Mú": "29"}
"""The statistics office's code of each people's ethnic group."""
MADE_UP_PLACE = "099"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a household; `group` is the code of the ethnic group."""

    name: str
    sex: str
    birth_year: int
    group: str
    identity: str


def draw_people(drawn: Random) -> str:
    """One of the peoples of the province, in proportion."""
    return drawn.choices(list(PROPORTIONS), list(PROPORTIONS.values()))[0]


def draw_head(drawn: Random, people: str = "") -> Head:
    """One head of a household, of this people or of any."""
    people = people or draw_people(drawn)
    families, men_middle, women_middle, men, women = PEOPLES[people]
    woman = drawn.random() < 0.16
    middle, given = (women_middle, women) if woman else (men_middle, men)
    name = f"{drawn.choice(families)} {drawn.choice(middle)} {drawn.choice(given)} {MARK}"
    year = drawn.randint(1945, 1998)
    return Head(name, "female" if woman else "male", year, GROUPS[people], _identity(drawn, woman, year))


def _identity(drawn: Random, woman: bool, year: int) -> str:
    """Nobody's number in the form of a real one; one in ten households has not shown theirs."""
    if drawn.random() < 0.1:
        return ""
    return f"{MADE_UP_PLACE}{int(woman)}{year % 100:02d}{drawn.randrange(1_000_000):06d}"
