"""Sonla: progress of public programmes, from the commune to the province."""
