"""Workbooks in and out: a commune's report, the province's table, a list of villages."""
