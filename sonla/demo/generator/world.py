"""Everything drawn, in its order, from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sonla.demo.generator.asks import Ask
from sonla.demo.generator.bases import Bases, draw_bases
from sonla.demo.generator.decisions import Decision, draw_decisions
from sonla.demo.generator.figures import FigureDraw
from sonla.demo.generator.poverty import Poverty, draw_poverty
from sonla.demo.generator.standing import Standing, draw_standing
from sonla.demo.generator.streams import SEED
from sonla.demo.generator.territory import Territory


@dataclass(frozen=True)
class World:
    """The demo's province; `figures` draws reports, term after term."""

    territory: Territory
    bases: Bases
    standing: Standing
    poverty: Poverty
    decisions: list[Decision]
    figures: FigureDraw


def draw_world(territory: Territory, asks: Sequence[Ask], seed: int = SEED) -> World:
    """The demo from its territory, the requirements and a seed."""
    bases = draw_bases(territory, seed)
    standing = draw_standing(territory, bases, seed)
    poverty = draw_poverty(territory, bases, standing, seed)
    decisions = draw_decisions(territory, standing, seed)
    figures = FigureDraw(territory, bases, standing, poverty, asks, seed)
    return World(territory, bases, standing, poverty, decisions, figures)
