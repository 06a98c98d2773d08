"""`make smoke`: start the site as a newcomer would, twice, and ask one question that has a published answer.

On a database of its own, so nothing of this clone's is touched. Standard library only.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from console import ROOT, fail, say

PATIENCE = 300
# A decision of the province: 74 communes met the standard by the middle of 2025.
QUESTION = "/api/v1/rollup/?indicator=ntm.communes.met&unit=14&at=2025-06-30"
PUBLISHED = "74"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="sonla-smoke-") as folder:
        site = Site(Path(folder))
        first = site.up()
        say(f"Lần đầu: sẵn sàng sau {first:.0f} s", f"first start: ready in {first:.0f} s")
        before = site.answer()
        site.down()
        again = site.up()
        say(f"Lần hai: sẵn sàng sau {again:.0f} s", f"second start: ready in {again:.0f} s")
        after = site.answer()
        site.down()
    if before != after:
        fail("Lần khởi động thứ hai đổi số liệu.", f"The second start changed figures: {before} → {after}")
    if before["rows"][0]["value"] != PUBLISHED:
        fail("Số liệu không khớp số đã công bố.", f"{QUESTION} gave {before}, published: {PUBLISHED}")
    say("Khởi động tốt", f"both starts answer {PUBLISHED}")


class Site:
    """A site of our own: `make start` on a free port and a database in `folder`."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.password = secrets.token_urlsafe(12)
        self.database = f"sqlite:///{folder / 'smoke.sqlite3'}"

    def up(self) -> float:
        """Start, wait until it says that it is ready; returns the seconds it took."""
        started = time.monotonic()
        variables = {**os.environ, "DATABASE_URL": self.database, "DEMO_PASSWORD": self.password}
        command = [sys.executable, ROOT / "scripts" / "start.py"]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**variables, "PORT": str(self.port)})
        while time.monotonic() - started < PATIENCE:
            if self.process.poll() is not None:
                fail("Không khởi động được.", f"The start ended with code {self.process.returncode}.")
            if self.is_ready():
                return time.monotonic() - started
            time.sleep(0.2)
        self.down()
        fail(f"Sau {PATIENCE} s vẫn chưa sẵn sàng.", f"Not ready after {PATIENCE} s.")

    def is_ready(self) -> bool:
        try:
            return self.ask("/readyz").strip() == "ready"
        except (URLError, ConnectionError):
            return False

    def answer(self) -> dict[str, list[dict[str, str]]]:
        """Sign in as a program of the province would, and ask."""
        body = json.dumps({"username": "tinh", "password": self.password}).encode()
        try:
            token = json.loads(self.ask("/api/v1/auth/token/", body, {"Content-Type": "application/json"}))
            return json.loads(self.ask(QUESTION, headers={"Authorization": f"Token {token['token']}"}))
        except HTTPError as error:
            words = error.read().decode(errors="replace")
            self.down()
            fail("API không trả lời.", f"{error.url}: {error.code} {words[:500]}")

    def ask(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> str:
        request = Request(f"http://127.0.0.1:{self.port}{path}", body, headers or {})
        with urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    def down(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


if __name__ == "__main__":
    main()
