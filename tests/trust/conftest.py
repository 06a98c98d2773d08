"""What every test of trust starts with."""

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """Hundreds of calls a minute are these tests' trade: none meets the limit of another."""
    caches["throttling"].clear()
