"""The pages of households, reviews and houses."""
