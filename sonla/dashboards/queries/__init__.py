"""Reads of the dashboards: each page's context is a dataclass made here, of (unit, period, state, today)."""
