"""What the stories of households stand on: see `tests.housing.world`."""

import importlib
import sys

import pytest

from tests.housing.world import HousingWorld, make_housing_world
from tests.support import TODAY


@pytest.fixture
def world(db: None) -> HousingWorld:
    """A commune with villages and people, and the commune next door; no household yet."""
    return make_housing_world()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of the room is looked at on the tests' day."""
    importlib.import_module("sonla.urls")
    for name, module in list(sys.modules.items()):
        if name.startswith("housing.views.") and hasattr(module, "today"):
            monkeypatch.setattr(module, "today", lambda: TODAY)
