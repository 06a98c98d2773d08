"""The administration of rules, periods, decisions, and the history to look at."""

from programs.admin import agencies, criteria, exports, holidays, periods, reports, requirements, results

__all__ = ["agencies", "criteria", "exports", "holidays", "periods", "reports", "requirements", "results"]
