"""`make start`: from a fresh clone to a served site. Standard library only; the rest is done by prepare.py.

Environment: HOST (127.0.0.1), PORT (8000), WORKERS, DEMO_PASSWORD, DATABASE_URL, ALLOWED_HOSTS.
"""

import os
import socket
import subprocess

import environment
from console import ROOT, fail

HOST = os.environ.get("HOST") or "127.0.0.1"
LOCAL = ("localhost", "127.0.0.1", "[::1]")


def main() -> None:
    port = free_port(os.environ.get("PORT") or "8000")
    python = environment.ensure("base")
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "sonla.settings.embedded"),
        "SONLA_DEMO": os.environ.get("SONLA_DEMO", "1"),
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS")
        or ",".join(dict.fromkeys((*LOCAL, *names_of(HOST)))),
        "PYTHONUTF8": "1",
        "SONLA_URL": f"http://{'localhost' if HOST in ('127.0.0.1', '0.0.0.0') else HOST}:{port}/",
    }
    prepared = subprocess.run([python, ROOT / "scripts" / "prepare.py"], cwd=ROOT, env=variables)
    if prepared.returncode:
        raise SystemExit(prepared.returncode)
    # The password has been printed or stored as a hash: the server has no use for it.
    variables.pop("DEMO_PASSWORD", None)
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", "granian", *serving(port), "sonla.wsgi:application"], variables)


def free_port(text: str) -> int:
    """The port as a number, once it is known that nobody listens there."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        fail(f"PORT={text} không phải là số cổng.", f"PORT={text} is not a port number (1 to 65535).")
    with socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            fail(
                f"Không mở được {HOST}:{text} ({error.strerror}). Thử cổng khác: make start PORT=8123",
                f"{HOST}:{text} cannot be opened ({error.strerror}). Try another port: make start PORT=8123",
            )
    return int(text)


def names_of(host: str) -> list[str]:
    """What this machine is called by others, when it is to be reached by them."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return []
    try:
        name, aliases, addresses = socket.gethostbyname_ex(socket.gethostname())
    except OSError:
        name, aliases, addresses = socket.gethostname(), [], []
    return [known for known in (host, name, *aliases, *addresses) if known != "0.0.0.0"]


def serving(port: int) -> list[str]:
    workers = os.environ.get("WORKERS") or str(max(2, min(4, os.cpu_count() or 2)))
    return [
        *("--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws"),
        *("--workers", workers, "--blocking-threads", "4", "--respawn-failed-workers"),
        *("--log-level", "warning"),
    ]


if __name__ == "__main__":
    main()
