"""Small numbers of people in public outputs: fewer than five say who it is, so they are not shown.

One hidden cell of a row with a total can be computed from the others: then a second one is hidden too.
"""

from collections.abc import Mapping

SMALLEST_SHOWN = 5


def suppressed(cells: Mapping[str, int], *, has_total: bool = True) -> dict[str, int | None]:
    """The cells with those from 1 to 4 taken out, and one more where a single one could be computed.

    Zero stays: it names nobody. The second cell is the smallest of the others that are not zero.
    """
    shown: dict[str, int | None] = {
        name: None if 0 < count < SMALLEST_SHOWN else count for name, count in cells.items()
    }
    hidden = [name for name, count in shown.items() if count is None]
    if has_total and len(hidden) == 1:
        others = [name for name in cells if name not in hidden and cells[name] > 0]
        if others:
            shown[min(others, key=lambda name: (cells[name], name))] = None
    return shown
