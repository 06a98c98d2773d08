"""Work that a person does not wait for: one door, whatever carries it.

In this process, one piece after the other, each on a database connection of its own that is closed when it
ends. A queue with workers can stand behind the same door.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections, transaction

log = logging.getLogger(__name__)

_workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sonla-background")


def run_in_background(function: Callable[..., object], *args: Any) -> None:
    """Call `function(*args)` soon, once what the caller stored is stored for good.

    What it raises is written to the log and nowhere else: the function keeps its own account of failure.
    """
    if settings.BACKGROUND_THREADS:
        transaction.on_commit(partial(_workers.submit, _run, function, args))
    else:
        function(*args)


def _run(function: Callable[..., object], args: tuple[Any, ...]) -> None:
    try:
        function(*args)
    except Exception:
        log.exception("background work failed: %s", getattr(function, "__qualname__", function))
    finally:
        connections.close_all()
