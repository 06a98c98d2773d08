"""Writes of the programmes' room: one door for each, whoever knocks."""

from programs.actions.assess import reassess
from programs.actions.figures import Item, Recorded, StaleFigures, record_batches, record_observations
from programs.actions.periods import open_reports, set_period_state
from programs.actions.reports import (
    accept_report,
    accept_reports,
    return_report,
    submit_report,
    submit_reports,
)

__all__ = [
    "Item",
    "Recorded",
    "StaleFigures",
    "accept_report",
    "accept_reports",
    "open_reports",
    "reassess",
    "record_batches",
    "record_observations",
    "return_report",
    "set_period_state",
    "submit_report",
    "submit_reports",
]
