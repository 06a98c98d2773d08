"""Makes the demo: a seeded province whose figures give the published results."""
