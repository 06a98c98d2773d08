"""Reproducible measurements on PostgreSQL: figures are ratios taken in one run, machines are noisy."""
