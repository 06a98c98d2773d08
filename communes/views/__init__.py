"""Pages of the units' room: one's own account, and the reorganisation of units."""

from communes.views.account import own_people, whereabouts

__all__ = ["own_people", "whereabouts"]
