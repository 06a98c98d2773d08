"""A worker: does what pages left for the background, one piece after the other, until it is told to stop."""

import signal
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from programs.actions.background import work_once

PAUSE = 1.0


class Command(BaseCommand):
    help = "Làm các việc nền (đọc, áp dụng tệp nạp) cho đến khi được bảo dừng."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="Làm hết việc đang chờ rồi dừng.")
        parser.add_argument("--alive", type=Path, help="Tệp được chạm vào mỗi vòng, để biết còn sống.")

    def handle(self, *args: object, once: bool, alive: Path | None, **options: object) -> None:
        self.stopping = False
        if not once:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, self._stop)
        while not self.stopping:
            if alive is not None:
                alive.touch()
            if not once:
                close_old_connections()
            if work_once():
                continue
            if once:
                return
            time.sleep(PAUSE)

    def _stop(self, *args: object) -> None:
        """The piece under way is finished first."""
        self.stopping = True
