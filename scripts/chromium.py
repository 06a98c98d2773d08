"""Where this machine's Chromium is: the browser of the browser tests. Standard library only."""

import os
import shutil

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path in CHROMIUM, else the first that is installed; None when there is none."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
