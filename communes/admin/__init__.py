"""The administration of units and people."""

from communes.admin import people, units

__all__ = ["people", "units"]
