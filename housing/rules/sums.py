"""Sums that people write of codes: 'base.households - base.households.no_labour'."""

import re

_TERM = re.compile(r"\s*([+-])\s*([a-z0-9][a-z0-9_.]*)")


def read_sum(text: str) -> tuple[tuple[int, str], ...]:
    """The codes with their signs. Raises ValueError for anything else."""
    rest = text.strip() if text.lstrip().startswith(("+", "-")) else f"+{text.strip()}"
    found = []
    while rest:
        match = _TERM.match(rest)
        if match is None:
            raise ValueError(text)
        found.append((1 if match[1] == "+" else -1, match[2]))
        rest = rest[match.end() :].strip()
    if not found:
        raise ValueError(text)
    return tuple(found)
