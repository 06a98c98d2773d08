"""What the approved aggregate of a commune says beyond its poor and near-poor households.

Both ledgers, persons and deprivations; drawn so that every ledger balances.
"""

from random import Random

from sonla.demo.generator.bases import Bases
from sonla.demo.generator.figures import Entry
from sonla.demo.generator.poverty import Poverty
from sonla.demo.generator.registers import DEPRIVATIONS, OFTEN
from sonla.demo.generator.territory import Piece

PERSONS_OF_POOR = 4.7
NO_LABOUR = 0.05


def aggregate_entries(
    drawn: Random, pieces: tuple[Piece, ...], bases: Bases, poverty: Poverty, year: int
) -> list[Entry]:
    """The figures of the form on the review, in its order, of a commune that keeps no register."""
    poor, near = poverty.of(pieces, year)
    poor_before, near_before = poverty.of(pieces, year - 1)
    households = bases.of("households", pieces, year)
    found = {
        "poverty.persons.poor": round(poor * PERSONS_OF_POOR),
        "poverty.persons.near_poor": round(near * (PERSONS_OF_POOR - 0.2)),
        "base.households.no_labour": round(households * 0.03),
        "poverty.poor.no_labour": round(poor * NO_LABOUR),
        "poverty.near_poor.no_labour": round(near * NO_LABOUR),
    }
    together = sum(OFTEN)
    for code, often in zip(DEPRIVATIONS, OFTEN, strict=True):
        share = min(0.95, 3.1 * often / together * drawn.uniform(0.85, 1.15))
        found[f"poverty.deprived.{code}"] = round(share * (poor + near))
    moves = ledgers_of(drawn, poor_before, poor, near_before, near)
    found |= {f"poverty.move.{name}": count for name, count in moves.items()}
    return [Entry(code, value) for code, value in found.items()]


def ledgers_of(drawn: Random, poor_before: int, poor: int, near_before: int, near: int) -> dict[str, int]:
    """Movements that lead from one year's poor and near-poor households to the next's."""
    again, arisen = round(0.01 * poor), round(0.02 * poor)
    decrease, increase = drawn.choice((0, 0, 1, 2)), drawn.choice((0, 0, 1))
    left = poor_before + again + arisen + increase - decrease - poor
    if left < 0:
        arisen, left = arisen - left, 0
    to_near = min(round(0.45 * left), near)
    down = min(round(0.5 * (again + arisen)), near_before)
    near_again, near_arisen = round(0.01 * near), round(0.04 * near)
    out = near_before + to_near + near_again + near_arisen - down - near
    if out < 0:
        near_arisen, out = near_arisen - out, 0
    return {
        "poor.to_near": to_near,
        "poor.to_neither": left - to_near,
        "poor.decrease": decrease,
        "poor.again": again,
        "poor.arisen": arisen,
        "poor.increase": increase,
        "near.out": out,
        "near.down": down,
        "near.decrease": 0,
        "near.again": near_again,
        "near.arisen": near_arisen,
        "near.increase": 0,
    }
