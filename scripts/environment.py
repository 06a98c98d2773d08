"""Makes .venv and installs the pinned requirements, only when they changed. Standard library only.

python3 scripts/environment.py base     what Sonla runs on
python3 scripts/environment.py test     and what its checks need
"""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from console import ROOT, fail, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def ensure(kind: str) -> Path:
    """The environment's Python, with requirements/<kind>.txt installed; else exits with a sentence."""
    if not works():
        say("Tạo môi trường Python .venv", "making the virtual environment")
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    needed = digest(kind)
    # test.txt holds all of base.txt, so either stamp will do for base.
    stamps = {VENV / f"installed-{name}": digest(name) for name in {kind, "test"}}
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp, wanted in stamps.items()):
        return PYTHON
    say("Cài các gói thư viện (lần đầu khoảng nửa phút)", f"installing requirements/{kind}.txt")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*command, "-r", ROOT / "requirements" / f"{kind}.txt"], cwd=ROOT).returncode:
        fail(
            "Không cài được các gói thư viện: pip cần mạng, hoặc một kho gói đã khai báo. Rồi chạy lại.",
            "The packages could not be installed: pip needs the network or an index. Then run again.",
        )
    (VENV / f"installed-{kind}").write_text(needed)
    return PYTHON


def works() -> bool:
    """Whether .venv is there, whole, and new enough."""
    if not PYTHON.exists():
        return False
    test = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([PYTHON, "-c", test], stderr=subprocess.DEVNULL).returncode == 0


def digest(kind: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{kind}.txt").read_bytes()).hexdigest()


if __name__ == "__main__":
    ensure(sys.argv[1] if len(sys.argv) > 1 else "base")
