"""A production's container: bring the database up to date, load the register and the rules, serve.

What is missing or wrong in the environment is named by the settings at the first step. Loading again changes
nothing that an administrator corrected. Standard library only; run by the environment's own Python.

Environment: HOST (0.0.0.0), PORT (8000), WORKERS, and what docs/operations.md lists.
"""

import os
import subprocess
import sys

from console import ROOT, fail, say

STEPS = (
    ("Cập nhật cơ sở dữ liệu", "migrating the database", ("migrate", "--noinput", "--verbosity=0")),
    ("Nạp đơn vị hành chính", "loading the register of units", ("load_register",)),
    ("Nạp chương trình và bộ tiêu chí", "loading programmes and criteria sets", ("load_programmes",)),
    ("Nạp chuẩn nghèo và danh sách nhà ở", "loading poverty standards and house lists", ("load_housing",)),
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sonla.settings.production")
    os.environ["PYTHONUTF8"] = "1"
    os.environ["HOST"] = os.environ.get("HOST") or "0.0.0.0"
    from start import serving  # It reads HOST when it is imported.

    os.chdir(ROOT)
    for vietnamese, english, command in STEPS:
        say(vietnamese, english)
        if subprocess.run([sys.executable, "manage.py", *command]).returncode:
            fail("Chưa khởi động được: xem lỗi ở trên.", f"'{command[0]}' failed: see above. Not serving.")
    port = int(os.environ.get("PORT") or 8000)
    say(f"Phục vụ ở cổng {port}", f"serving on port {port}")
    os.execv(sys.executable, [sys.executable, "-m", "granian", *serving(port), "sonla.wsgi:application"])


if __name__ == "__main__":
    main()
