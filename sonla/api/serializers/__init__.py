"""How rows become JSON, and how JSON becomes what the actions take."""
