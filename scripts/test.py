"""`make test`: every test that this machine can run; the last lines say what ran, and what did not and why.

SQLite always; PostgreSQL when TEST_DATABASE_URL answers; the browser when Chromium is found (CHROMIUM names
it). With STRICT=1 or CI=true, something that could not run is a failure. ARGS goes on to pytest.
"""

import os
import shlex
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import environment
from chromium import find_chromium
from console import ROOT, say

POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"
STRICT = os.environ.get("CI") == "true" or os.environ.get("STRICT", "") not in ("", "0")
ARGS = shlex.split(os.environ.get("ARGS", ""))


@dataclass
class Outcome:
    name: str
    ran: bool
    ok: bool
    words: str


def main() -> None:
    python = environment.ensure("test")
    manage(python, "build_assets")
    outcomes = [on_sqlite(python), on_postgres(python), in_browser(python)]
    print("\n" + "─" * 72)
    for outcome in outcomes:
        sign = "✓" if outcome.ran and outcome.ok else "✗" if outcome.ran or STRICT else "–"
        print(f"{sign} {outcome.name}: {outcome.words}")
    if any(not outcome.ran for outcome in outcomes) and STRICT:
        print("STRICT: what did not run counts as failed.")
    raise SystemExit(0 if all(outcome.ok or not (outcome.ran or STRICT) for outcome in outcomes) else 1)


def on_sqlite(python: Path) -> Outcome:
    say("Kiểm thử trên SQLite", "tests on SQLite")
    return pytest(python, "SQLite", "not browser", "sqlite://:memory:")


def on_postgres(python: Path) -> Outcome:
    reason = unreachable(python)
    if reason:
        return Outcome("PostgreSQL", False, False, f"not run: {reason}")
    say("Kiểm thử trên PostgreSQL", "tests on PostgreSQL")
    return pytest(python, "PostgreSQL", "not browser", POSTGRES)


def in_browser(python: Path) -> Outcome:
    chromium = find_chromium()
    if not chromium:
        return Outcome("Browser", False, False, "not run: no Chromium here (install it, or set CHROMIUM)")
    say("Kiểm thử bằng trình duyệt", f"browser tests with {chromium}")
    return pytest(python, "Browser", "browser", "sqlite://:memory:", CHROMIUM=chromium, workers=1)


def pytest(python: Path, name: str, marker: str, database: str, workers: int = 0, **more: str) -> Outcome:
    """Run the tests of one marker on one database; no test at all is a failure, unless ARGS chose them."""
    started = time.monotonic()
    spread = workers or max(1, min(4, os.cpu_count() or 1))
    command = [
        python,
        "-m",
        "pytest",
        "-m",
        marker,
        "--durations=3",
        *(["-n", str(spread)] if spread > 1 else []),
    ]
    variables = {
        **os.environ,
        **more,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "sonla.settings.test",
    }
    code = subprocess.run([*command, *ARGS], cwd=ROOT, env=variables).returncode
    took = f"{time.monotonic() - started:.0f} s"
    if code == 5:
        return Outcome(name, True, bool(ARGS), f"no test was collected ({took})")
    return Outcome(name, True, code == 0, f"{'passed' if code == 0 else 'FAILED'} ({took})")


def unreachable(python: Path) -> str:
    """Why PostgreSQL cannot be used; '' when it can. Of the address, only what holds no password is said."""
    code = (
        "import sys, psycopg\n"
        "try: psycopg.connect(sys.argv[1], connect_timeout=3).close()\n"
        "except psycopg.Error as error: sys.exit(str(error).strip().splitlines()[-1])"
    )
    tried = subprocess.run([python, "-c", code, POSTGRES], capture_output=True, text=True)
    if tried.returncode == 0:
        return ""
    address = POSTGRES.rpartition("@")[2]
    return f"no PostgreSQL at {address} (TEST_DATABASE_URL): {tried.stderr.strip()}"


def manage(python: Path, command: str) -> None:
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "sonla.settings.test"}
    subprocess.run([python, "manage.py", command], cwd=ROOT, env=variables, check=True)


if __name__ == "__main__":
    main()
