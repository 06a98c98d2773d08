"""WHERE and WHO MAY: units over time, placements, acts, memberships and scope."""
