"""WHAT and WHEN: indicators, criteria, periods, reports, observations, roll-up, assessment."""
