"""What people do to households, reviews and houses: one function per act, in one transaction."""
