"""Workbooks and papers of the room of households: what goes out, and what comes back as rows."""
