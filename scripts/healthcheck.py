"""Exit 0 when the site on this machine answers '/readyz' (or the path given) with 200. Standard library only.

It calls itself by the first of ALLOWED_HOSTS: a site in production answers to its own names only.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE = 5


def main() -> None:
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


if __name__ == "__main__":
    main()
