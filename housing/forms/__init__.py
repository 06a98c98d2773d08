"""What people type into the pages of households, reviews and houses, as typed values."""
