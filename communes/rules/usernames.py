"""User names: proposed from a Vietnamese name, short enough to dictate over the telephone."""

import re
from collections.abc import Collection

from communes.rules.text import fold

LONGEST = 30


def proposed_username(full_name: str, taken: Collection[str]) -> str:
    """'Lò Văn Ánh' → 'anh.lv': given name, then the initials before it; 'anh.lv2' when that is taken."""
    words = [re.sub(r"[^a-z0-9]", "", word) for word in fold(full_name).split()]
    words = [word for word in words if word]
    if not words:
        return ""
    initials = "".join(word[0] for word in words[:-1])
    base = f"{words[-1]}.{initials}" if initials else words[-1]
    base = base[:LONGEST]
    used = {name.casefold() for name in taken}
    if base not in used:
        return base
    return next(name for number in range(2, len(used) + 3) if (name := f"{base}{number}") not in used)
