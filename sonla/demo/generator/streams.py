"""Randomness that stays put: a stream of its own for every purpose, so that one change moves nothing else."""

from functools import cache
from random import Random

SEED = 2026
"""The demo's seed: the same figures on every machine."""


def stream(seed: int, *purpose: object) -> Random:
    """A generator for one purpose; the same seed and purpose give the same numbers on every Python."""
    return Random("/".join(str(part) for part in (seed, *purpose)))


@cache
def chance(seed: int, *purpose: object) -> float:
    """One number from 0 to 1 for one purpose: what stays the same from period to period."""
    return stream(seed, *purpose).random()


def share_out(total: int, weights: list[float]) -> list[int]:
    """`total` in whole parts in proportion to the weights: the parts add up, the largest remainders win."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
