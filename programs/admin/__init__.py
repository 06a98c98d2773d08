"""The administration of rules, periods, decisions, and the history to look at."""

from programs.admin import criteria, holidays, periods, reports, requirements, results

__all__ = ["criteria", "holidays", "periods", "reports", "requirements", "results"]
