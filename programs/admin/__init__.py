"""The administration of rules, periods, decisions, and the history to look at."""

from programs.admin import criteria, periods, reports, requirements, results

__all__ = ["criteria", "periods", "reports", "requirements", "results"]
