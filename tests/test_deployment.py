"""The container files say what the code has, and their commands are run here as the container runs them."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
EXAMPLE = (ROOT / "deploy" / "env.example").read_text()
SCRIPT = re.compile(r"(?:\.venv/bin/)?python ((?:scripts/\w+|manage)\.py)(?: (\w+))?")
# What base images bring along.
TOOLS = {"groupadd", "useradd", "mkdir", "chown", "pg_isready", "apt-get", "rm"}


def instructions() -> Iterator[tuple[str, str]]:
    """(instruction, the rest of it), continued lines joined, comments left out."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip():
            name, _space, rest = line.strip().partition(" ")
            yield name, " ".join(rest.split())


def of_kind(name: str) -> list[str]:
    return [rest for kind, rest in instructions() if kind == name]


def listed(text: str) -> str:
    """CMD ["python", "x.py"] as one line."""
    return " ".join(yaml.safe_load(text[text.index("[") :]))


def commands() -> list[str]:
    """Every command that the image or a service runs."""
    found = [part for run in of_kind("RUN") for part in run.split(" && ")]
    found += [listed(rest) for kind in ("CMD", "HEALTHCHECK") for rest in of_kind(kind)]
    for service in SERVICES.values():
        kind, *words = service["healthcheck"]["test"]
        assert kind == "CMD", "no shell in a health check"
        found.append(" ".join(words))
        assert "entrypoint" not in service, "the image says how it runs"
        if "command" in service:
            found.append(" ".join(service["command"]))
    return [" ".join(command.split()) for command in found]


def images() -> list[str]:
    return [rest.split(" AS ")[0] for rest in of_kind("FROM")] + [one["image"] for one in SERVICES.values()]


def test_every_command_is_one_that_exists() -> None:
    for command in commands():
        program = shlex.split(command)[0]
        if program in TOOLS:
            continue
        if command.startswith(".venv/bin/python -m compileall "):
            assert all((ROOT / folder).is_dir() for folder in command.split()[4:])
            continue
        found = SCRIPT.match(command)
        assert found, command
        script, word = found.groups()
        assert (ROOT / script).is_file(), command
        if script == "manage.py":
            assert word in get_commands(), command


def test_what_the_image_copies_is_there() -> None:
    for rest in of_kind("COPY"):
        *sources, _target = [word for word in rest.split() if not word.startswith("--")]
        assert all(source == "/app" or (ROOT / source).exists() for source in sources), rest


def test_nothing_runs_as_root() -> None:
    assert of_kind("USER")[-1] == "10001:10001"
    last_from = DOCKERFILE.rindex("\nFROM ")
    assert DOCKERFILE.index("\nUSER ") > last_from, "the image that runs says who it is"
    for name, service in SERVICES.items():
        assert service["user"].split(":")[0] not in ("0", "root"), name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert not service.get("privileged"), name


def test_images_are_named_plainly_and_by_version() -> None:
    for image in images():
        assert re.fullmatch(r"[a-z]+:\d[\w.-]+", image), image
        assert not image.endswith("latest")
    assert {image for image in images() if image.startswith("postgres")} == {"postgres:15-bookworm"}
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert f"sonla:{version[1]}" in images()


def test_the_site_waits_for_the_database_the_worker_for_the_site_and_all_are_asked() -> None:
    assert SERVICES["web"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert SERVICES["worker"]["depends_on"]["web"]["condition"] == "service_healthy"
    assert SERVICES.keys() == {"web", "worker", "database"}
    assert all("healthcheck" in service for service in SERVICES.values())
    asked = re.findall(r"healthcheck\.py (/\w+)", "\n".join(commands()))
    assert len(asked) == 2
    assert {resolve(path).url_name for path in asked} == {"readyz"}


def test_what_must_last_lies_in_volumes_and_what_is_written_is_writable() -> None:
    mounts = {name: [mount.split(":")[1] for mount in one["volumes"]] for name, one in SERVICES.items()}
    assert mounts == {
        "web": ["/app/var/files"],
        "worker": ["/app/var/files"],
        "database": ["/var/lib/postgresql/data"],
    }
    assert COMPOSE["volumes"].keys() == {"files", "database"}
    fleeting = [mount.split(":")[0] for mount in SERVICES["web"]["tmpfs"]]
    assert fleeting == ["/tmp", "/app/var/cache"]


def test_ports_are_open_to_this_machine_only_and_the_database_to_none() -> None:
    assert SERVICES["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert "ports" not in SERVICES["database"]
    assert "ports" not in SERVICES["worker"]


def test_the_worker_is_the_same_image_and_does_what_the_site_leaves_it() -> None:
    web, worker = SERVICES["web"], SERVICES["worker"]
    assert worker["image"] == web["image"]
    assert worker["environment"] == web["environment"]
    assert web["environment"]["BACKGROUND"] == "worker"
    assert worker["command"][:3] == ["python", "manage.py", "work"]
    # It is asked about the file that it touches.
    assert worker["command"][-2:] == worker["healthcheck"]["test"][-2:]


def test_packages_are_installed_by_hash_and_secrets_stay_outside() -> None:
    assert "--require-hashes" in (ROOT / "scripts" / "environment.py").read_text()
    assert not re.search(r"pip install|curl|wget|ADD ", DOCKERFILE)
    # From the distribution comes what draws PDFs, and nothing else.
    installed = [one.split() for one in commands() if one.startswith("apt-get install")]
    assert [[word for word in words[2:] if not word.startswith("-")] for words in installed] == [
        ["libpango-1.0-0", "libpangoft2-1.0-0"]
    ]
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var", ".venv"} <= set(ignored)
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    final = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert "SECRET_KEY" not in final


def test_what_compose_asks_for_is_in_the_example_and_read_by_somebody() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text))
    named = set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))
    assert asked == named
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    empty = set(re.findall(r"^(\w+)=$", EXAMPLE, re.MULTILINE))
    assert needed <= empty, "no secret has a value that somebody could leave as it is"
    code = "".join(
        path.read_text() for path in [*ROOT.glob("sonla/settings/*.py"), *ROOT.glob("scripts/*.py")]
    )
    given = SERVICES["web"]["environment"]
    assert [name for name in given if f'"{name}"' not in code] == []


# -- as the container runs them --------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def container(folder: Path, **more: str) -> dict[str, str]:
    """The container's environment, with a database of SQLite in place of PostgreSQL."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "sonla.settings.embedded",
        "DATABASE_URL": f"sqlite:///{folder / 'served.sqlite3'}",
        "SECRET_KEY": "only for this test, where nothing is secret, and long enough for the check",
        "ALLOWED_HOSTS": "sonla.example,127.0.0.1",
        "HOST": "127.0.0.1",
        "WORKERS": "1",
        **more,
    }


def healthy(variables: dict[str, str], *path: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/healthcheck.py", *path]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What the image is built by, then scripts/serve.py with an empty database, until it is healthy."""
    variables = container(tmp_path, PORT=str(free_port()))
    for command in (("build_assets",), ("collectstatic", "--noinput", "--verbosity=0")):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=variables, check=True)
    process = subprocess.Popen([sys.executable, "scripts/serve.py"], cwd=ROOT, env=variables)
    try:
        limit = time.monotonic() + 180
        while (last := healthy(variables)).returncode:
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() < limit, last.stderr
            time.sleep(1)
        yield variables
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_an_empty_database_is_made_ready_and_served(served: dict[str, str]) -> None:
    assert healthy(served, "/healthz").returncode == 0
    missing = healthy(served, "/no-such-page")
    assert missing.returncode == 1
    assert "/no-such-page: 302" in missing.stderr or "404" in missing.stderr
    foreign = healthy({**served, "ALLOWED_HOSTS": "elsewhere.example"})
    assert foreign.returncode == 1
    assert "400" in foreign.stderr


def test_what_is_missing_is_named_and_nothing_is_served(tmp_path: Path) -> None:
    variables = container(tmp_path, DJANGO_SETTINGS_MODULE="sonla.settings.production", SECRET_KEY="")
    command = [sys.executable, "scripts/serve.py"]
    ended = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 1
    assert "SECRET_KEY is not set" in ended.stderr
    assert "'migrate' failed" in ended.stderr


def test_a_site_that_does_not_answer_is_not_healthy(tmp_path: Path) -> None:
    answer = healthy(container(tmp_path, PORT=str(free_port())))

    assert answer.returncode == 1
    assert "/readyz" in answer.stderr
