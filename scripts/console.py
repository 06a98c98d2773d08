"""How the scripts talk: one line per step, Vietnamese first, English after it. Standard library only."""

import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]

# A terminal in the C locale would stop at the first Vietnamese letter.
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def say(vietnamese: str, english: str) -> None:
    print(f"→ {vietnamese} · {english}", flush=True)


def fail(vietnamese: str, english: str) -> NoReturn:
    sys.stdout.flush()
    print(f"✗ {vietnamese}\n  {english}", file=sys.stderr, flush=True)
    raise SystemExit(1)
