"""The village meeting: at least half of those present must agree, else a second one is held.

Decision 24/2021/QĐ-TTg, Article 4.
"""


def passes(present: int, agreed: int) -> bool:
    """Whether at least half of those present agreed; nobody present passes nothing."""
    return present > 0 and 2 * agreed >= present
