"""Pages of the programmes' room: the cadre's home, the report form."""
