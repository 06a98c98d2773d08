"""Pages of the units' room: one's own account, and the reorganisation of units."""

from communes.views.account import about_person, whereabouts

__all__ = ["about_person", "whereabouts"]
