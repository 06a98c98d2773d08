"""What `make start` says on a machine where it cannot start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def machine_with(folder: Path, **pythons: str) -> dict[str, str]:
    """An environment whose PATH has only these commands, each with its shell script."""
    for name, script in pythons.items():
        file = folder / name.replace("_", ".")
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    return {"PATH": str(folder)}


def find_python(environment: dict[str, str], *named: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(SCRIPTS / "find_python.sh"), *named]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / "start.py")]
    return subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=20
    )


REAL = f'exec {sys.executable} "$@"'
OLD = 'case "$*" in *--version*) echo "Python 3.9.2";; *) exit 1;; esac'
WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1;; *) exit 0;; esac'


def test_an_old_python_is_refused_with_its_version(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path, python3=OLD))

    assert found.returncode == 1
    assert "3.11" in found.stderr
    assert "Python 3.9.2" in found.stderr


def test_no_python_at_all(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path))

    assert found.returncode == 1
    assert "no python3" in found.stderr


def test_a_python_that_cannot_make_environments_says_what_to_install(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path, python3=WITHOUT_VENV))

    assert found.returncode == 1
    assert "apt-get install python3-venv" in found.stderr


def test_a_newer_python_is_found_beside_an_old_one(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path, python3=OLD, python3_12=REAL))

    assert (found.returncode, found.stdout) == (0, "python3.12\n")


def test_a_command_that_only_pretends_to_be_there_is_passed_over(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path, python3=REAL, python3_13="exit 127"))

    assert found.stdout == "python3\n"


def test_the_named_python_comes_first(tmp_path: Path) -> None:
    found = find_python(machine_with(tmp_path, python3=REAL, mine=REAL), "mine")

    assert found.stdout == "mine\n"


def test_a_taken_port_is_named_before_anything_is_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        tried = start(PORT=str(port), HOST="")

    assert tried.returncode == 1
    assert f"127.0.0.1:{port}" in tried.stderr
    assert "make start PORT=" in tried.stderr
    assert tried.stdout == ""


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    tried = start(PORT=port)

    assert tried.returncode == 1
    assert f"PORT={port}" in tried.stderr
