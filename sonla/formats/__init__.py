"""How dates and times are written, by language, where a page does not say it itself."""
