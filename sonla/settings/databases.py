"""What each engine needs so that concurrent writers neither fail nor lose a figure."""

from typing import Any

SQLITE = {
    # A deferred transaction that turns from reader to writer fails with 'database is locked'; this one waits.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: the last figures saved before a power cut are still there afterwards.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


def tuned(database: dict[str, Any], *, pool: int = 0) -> dict[str, Any]:
    """The database with its engine's options; `pool` is the most connections of a process (0: none)."""
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return {**database, "CONN_MAX_AGE": 60, "OPTIONS": {**SQLITE, **database.get("OPTIONS", {})}}
    options = dict(database.get("OPTIONS", {}))
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {
        **database,
        # A pool keeps connections itself; Django refuses both at once.
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
