"""Writes of the programmes' room: one door for each, whoever knocks."""

from programs.actions.assess import reassess
from programs.actions.extensions import answer_extension, ask_extension
from programs.actions.figures import (
    Draft,
    Item,
    Recorded,
    StaleFigures,
    drafting,
    record_batches,
    record_observations,
)
from programs.actions.leader import approve_report, present_report, send_back
from programs.actions.periods import move_deadlines, open_reports, set_period_state
from programs.actions.reports import submit_report, submit_reports
from programs.actions.review import accept_report, accept_reports, return_report
from programs.actions.versions import Signing

__all__ = [
    "Draft",
    "Item",
    "Recorded",
    "Signing",
    "StaleFigures",
    "accept_report",
    "accept_reports",
    "answer_extension",
    "approve_report",
    "ask_extension",
    "drafting",
    "move_deadlines",
    "open_reports",
    "present_report",
    "reassess",
    "record_batches",
    "record_observations",
    "return_report",
    "send_back",
    "set_period_state",
    "submit_report",
    "submit_reports",
]
