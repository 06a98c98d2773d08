"""The administration of what the rules rest on: standards, rounds, short lists, norms.

Nobody's household is here: names are seen by the commune's own people, on its own pages.
"""

from housing.admin import houses, poverty

__all__ = ["houses", "poverty"]
