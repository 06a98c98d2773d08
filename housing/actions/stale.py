"""A record that was changed since the version somebody's change was based on."""

from django.db import models


class StaleRecord(Exception):
    """Carries the row as it stands, so that neither of two people's words is lost."""

    def __init__(self, current: models.Model) -> None:
        super().__init__("stale record")
        self.current = current
