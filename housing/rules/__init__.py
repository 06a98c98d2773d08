"""The arithmetic of households, in plain Python: classes, movements, meetings, identity numbers, stages."""
