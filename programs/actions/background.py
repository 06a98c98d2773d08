"""Work that a person does not wait for: one door, whatever carries it.

BACKGROUND says how: 'thread' (one after the other in this process, the default), 'worker' (a row that
`manage.py work` takes up, as the containers do), 'here' (at once: tests). What is called keeps its own
account of failure, and may be called again: a worker can be killed at any moment.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from programs.models import BackgroundTask

__all__ = ["run_in_background", "work_once"]

log = logging.getLogger(__name__)
DAY = "day:"

_workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sonla-background")


def run_in_background(function: Callable[..., object], *args: Any) -> None:
    """Call `function(*args)` soon, once what the caller stored is stored for good.

    `function` is one of a module's own; `args` are whole numbers, texts and days.
    """
    if settings.BACKGROUND == "worker":
        name = f"{function.__module__}:{function.__qualname__}"
        BackgroundTask.objects.create(function=name, arguments=[_packed(one) for one in args])
    elif settings.BACKGROUND == "thread":
        transaction.on_commit(partial(_workers.submit, _run_in_thread, function, args))
    else:
        function(*args)


def _run_in_thread(function: Callable[..., object], args: tuple[Any, ...]) -> None:
    """Each on a database connection of its own that is closed when it ends."""
    try:
        function(*args)
    except Exception:
        log.exception("background work failed: %s", getattr(function, "__qualname__", function))
    finally:
        connections.close_all()


def work_once() -> bool:
    """Take up the first waiting task and do it; False when there is none. Two workers never get the same."""
    with transaction.atomic():
        task = BackgroundTask.objects.for_claiming(timezone.now()).first()
        if task is None:
            return False
        task.started_at, task.tries = timezone.now(), task.tries + 1
        task.save(update_fields=["started_at", "tries"])
    try:
        _named(task.function)(*(_unpacked(one) for one in task.arguments))
    except Exception as error:
        log.exception("background work failed: %s", task.function)
        # What may have been typed by people stays out of it: the kind of error and no more.
        task.problem, task.started_at = type(error).__name__[:500], None
        task.save(update_fields=["problem", "started_at"])
        return True
    task.finished_at, task.problem = timezone.now(), ""
    task.save(update_fields=["finished_at", "problem"])
    return True


def _named(function: str) -> Callable[..., object]:
    module, _colon, name = function.partition(":")
    found: Callable[..., object] = getattr(import_module(module), name)
    return found


def _packed(value: object) -> object:
    return f"{DAY}{value.isoformat()}" if isinstance(value, date) else value


def _unpacked(value: object) -> object:
    if isinstance(value, str) and value.startswith(DAY):
        return date.fromisoformat(value.removeprefix(DAY))
    return value
