"""Reads of the units' room that are more than one filter."""

from communes.queries.people import (
    GRANTABLE,
    administered_people,
    administered_units,
    free_username,
    managed_communes,
    managed_people,
)

__all__ = [
    "GRANTABLE",
    "administered_people",
    "administered_units",
    "free_username",
    "managed_communes",
    "managed_people",
]
