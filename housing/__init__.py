"""WHOSE HOME: households, poverty reviews and houses; their records turn into the commune's figures."""
