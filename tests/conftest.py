"""What every test stands on."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    """A request in English leaves its language behind in the thread; no test inherits it."""
    with translation.override("vi"):
        yield
