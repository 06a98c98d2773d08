"""Plain Python of the units' room: no Django here."""
