"""Plain Python of the programmes' room: numbers, verdicts, restated totals, periods. No Django here."""
