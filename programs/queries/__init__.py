"""Reads of the programmes' room: the shape of a form, figures, totals and verdicts."""
