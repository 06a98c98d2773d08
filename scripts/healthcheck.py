"""Exit 0 when the site on this machine answers '/readyz' (or the path given) with 200. Standard library only.

It calls itself by the first of ALLOWED_HOSTS: a site in production answers to its own names only.
`--alive FILE` asks for a worker instead: it touches the file between two pieces of work.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PATIENCE = 5
LONGEST_SILENCE = 60


def main() -> None:
    if sys.argv[1:2] == ["--alive"]:
        return worker(Path(sys.argv[2]))
    path = sys.argv[1] if len(sys.argv) > 1 else "/readyz"
    name = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": name})
        answer = connection.getresponse()
    except (OSError, HTTPException) as error:
        sys.exit(f"{path}: {error}")
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {answer.read(300).decode(errors='replace').strip()}")


def worker(file: Path) -> None:
    """A long piece of work may keep it silent for minutes: the service's retries bear with it."""
    silent = time.time() - file.stat().st_mtime if file.is_file() else None
    if silent is None or silent > LONGEST_SILENCE:
        sys.exit(f"{file}: no worker has touched it for {LONGEST_SILENCE} s")


if __name__ == "__main__":
    main()
