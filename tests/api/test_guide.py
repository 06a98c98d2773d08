"""The examples of the guide run as they stand, from the first to the last."""

import re
import shlex
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from communes.actions.villages import NewVillage, Stay, add_villages
from housing.models import Household
from sonla.api.problems import KNOWN
from tests.api.conftest import Program
from tests.support import TODAY, make_member, make_report, unit

pytestmark = pytest.mark.django_db

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
PASSWORD = "mật-khẩu-thử"


def commands() -> list[list[str]]:
    """The words of every curl command, in order."""
    shell = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).replace("\\\n", " ")
    words = shlex.split(shell.replace("\ncurl", "\n; curl"), comments=True)
    found: list[list[str]] = []
    for word in words:
        if word == "curl":
            found.append([])
        elif word == ";" or re.match(r"[A-Z]+=", word):
            continue
        elif found:
            found[-1].append(word)
    return found


def run(words: list[str], known: dict[str, str]):
    """Send what a curl command would send."""
    for name, value in known.items():
        words = [word.replace(f"${name}", value) for word in words]
    options = {"-X": "GET", "-d": ""}
    headers: dict[str, str] = {}
    address = ""
    words = iter(words)
    for word in words:
        if word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name] = value
        elif word in options:
            options[word] = next(words)
        else:
            address = word
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    kind = headers.pop("Content-Type", "application/octet-stream")
    return Program().generic(options["-X"], path, options["-d"], content_type=kind, headers=headers)


def a_household() -> Household:
    """Of Quỳnh Nhai, poor, so that its review has one to ask about."""
    stay = Stay(unit("03703"), date(2025, 7, 1))
    (village,) = add_villages(
        villages=[NewVillage(name="Bản Phiêng Nèn", kind="ban", stays=(stay,))],
        by=make_member("keeper", unit("14"), "administrator"),
        today=TODAY,
    )
    return Household.objects.create(
        code="03703-00001",
        province=unit("14"),
        commune=unit("03703"),
        village=village,
        head_name="Lò Văn Ín",
        poverty_class="poor",
        persons=4,
        arrived_on=date(2025, 7, 1),
        updated_by=make_member("clerk", unit("03703"), "cadre"),
    )


# Where an example's answer has the number of what the next examples are about.
MADE = {"commune-reviews/": "REVIEW", "houses/": "HOUSE"}


def test_every_example_runs() -> None:
    make_member("xa.03703", unit("03703"), "cadre")
    home = a_household()
    known = {"API": "http://testserver/api/v1", "REPORT": str(make_report("03703", "2026").pk), "TOKEN": ""}
    known["HOUSEHOLD"] = str(home.pk)
    sent = commands()

    assert len(sent) >= 12
    for words in sent:
        words = [word.replace('"password": "…"', f'"password": "{PASSWORD}"') for word in words]
        answer = run(words, known)
        assert answer.status_code in (200, 201), f"{words}: {answer.content.decode()}"
        known["TOKEN"] = answer.json().get("token", known["TOKEN"])
        address = next(word for word in words if word.startswith("$API/")).removeprefix("$API/")
        if answer.status_code == 201 and address in MADE:
            known[MADE[address]] = str(answer.json()["id"])
        for sheet in home.reviews.all():
            known["SHEET"] = str(sheet.pk)


def test_every_code_of_a_problem_is_in_the_guide() -> None:
    assert {code for code in KNOWN if f"`{code}`" not in GUIDE} == set()
