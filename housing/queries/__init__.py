"""What is asked of households, reviews and houses: every page and answer reads through here."""
