"""The administration of rules, periods, decisions, and the history to look at."""

from programs.admin import agencies, criteria, holidays, periods, reports, requirements, results

__all__ = ["agencies", "criteria", "holidays", "periods", "reports", "requirements", "results"]
