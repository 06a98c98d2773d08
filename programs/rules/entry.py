"""When an indicator counts as entered, and what a parent is that nobody types: the sum of its parts."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from programs.rules.verdicts import Figure


def entered(rule_parts: AbstractSet[str], figures: Mapping[str, Figure], own_typed: bool) -> bool:
    """Whether everything that its rule names is there; 'không áp dụng' counts as an answer.

    `own_typed` says that the indicator has a figure of its own beside its parts (piped water of 17.1), which
    must then be there too; of a sum (men and women of 12.1) or a composed one (3.2) only the parts are typed.
    """
    own = figures.get("")
    if own is not None and own.not_applicable:
        return True
    needed = set(rule_parts)
    if own_typed or not needed:
        needed.add("")
    return all(part in figures and figures[part].given for part in needed)


def sum_of_parts(parts: Sequence[Figure]) -> Figure:
    """The parent's figure: numerators and denominators each summed, missing while any part is missing.

    Parts that do not apply are left out; the parent does not apply when none of them does. A part known only
    by its percentage cannot be summed and leaves the parent missing.
    """
    counted = [part for part in parts if not part.not_applicable]
    if parts and not counted:
        return Figure(None, not_applicable=True)
    if not counted or any(part.value is None for part in counted):
        return Figure(None)
    value = sum(part.value for part in counted if part.value is not None)
    denominators = [part.denominator for part in counted if part.denominator is not None]
    if not denominators:
        return Figure(value)
    if len(denominators) < len(counted):
        return Figure(None)
    return Figure(value, sum(denominators))
