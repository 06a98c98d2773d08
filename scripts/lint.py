"""`make lint`: style, import contracts, types, migrations, settings, API schema: all of them, then a sum."""

import os
import subprocess
from pathlib import Path

import environment
from console import ROOT, say

# A production that exists only for `check --deploy`.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "sonla.settings.production",
    "SECRET_KEY": "only-for-the-check-1234567890-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "ALLOWED_HOSTS": "sonla.example",
    "DATABASE_URL": "postgresql://sonla@127.0.0.1:5432/sonla",
}
TEST = {"DJANGO_SETTINGS_MODULE": "sonla.settings.test"}
STRICT_MODULES = ("actions", "queries", "rules")


def main() -> None:
    python = environment.ensure("test")
    tools, manage = python.parent, [python, "manage.py"]
    steps: list[tuple[str, list[str | Path], dict[str, str]]] = [
        ("ruff check", [tools / "ruff", "check", "--output-format", "concise", "."], {}),
        ("ruff format", [tools / "ruff", "format", "--check", "--quiet", "."], {}),
        ("import contracts", [tools / "lint-imports", "--no-logo"], {}),
        ("types", [tools / "mypy", *strictly_typed()], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], TEST),
        ("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("API schema", [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull], TEST),
    ]
    failed = [name for name, command, variables in steps if not passes(name, command, variables)]
    print("\n" + "─" * 72)
    print(f"✗ lint: {', '.join(failed)}" if failed else f"✓ lint: {', '.join(name for name, *_ in steps)}")
    raise SystemExit(bool(failed))


def passes(name: str, command: list[str | Path], variables: dict[str, str]) -> bool:
    say("Kiểm tra", name)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}).returncode == 0


def strictly_typed() -> list[Path]:
    """The rooms' core, as files and packages: what reads, what writes, what decides."""
    found = [
        path
        for room in ("communes", "programs", "housing")
        for module in STRICT_MODULES
        for path in (ROOT / room / f"{module}.py", ROOT / room / module)
        if path.exists()
    ]
    return [path.relative_to(ROOT) for path in found]


if __name__ == "__main__":
    main()
