"""The generator's sources from the project's data files, so that it is tested without a database."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

from sonla.demo.generator.asks import Ask
from sonla.demo.generator.territory import LAST_WITH_DISTRICTS, Key, Place, Territory, build_territory

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "communes" / "data" / "son_la"
PROGRAMMES = ROOT / "programs" / "data"


def territory_from_files(folder: Path = REGISTER) -> Territory:
    """The territory by the register's files."""
    districts: dict[Key, str] = {}
    for row in _rows(folder / "placements.csv"):
        if row["tie"] == "former" or date.fromisoformat(row["first_day"]) <= LAST_WITH_DISTRICTS:
            districts[row["code"], date.fromisoformat(row["code_from"])] = row["parent_code"]
    places = []
    for row in _rows(folder / "units.csv"):
        if row["level"] == "commune":
            first = date.fromisoformat(row["first_day"])
            last = date.fromisoformat(row["last_day"]) + timedelta(days=1) if row["last_day"] else None
            people = int(row["population"]) if row["population"] else None
            district = districts[row["code"], first]
            places.append(Place(row["code"], first, last, row["name"], row["kind"], district, people))
    ties = [
        (
            (row["predecessor_code"], date.fromisoformat(row["predecessor_from"])),
            (row["successor_code"], date.fromisoformat(row["successor_from"])),
        )
        for row in _rows(folder / "successions.csv")
    ]
    return build_territory(places, ties)


def asks_from_files(folder: Path = PROGRAMMES) -> list[Ask]:
    """What the commune set asks, by the programmes' files."""
    shapes: dict[str, list[dict[str, str]]] = {}
    for row in _rows(folder / "indicators.csv"):
        shapes.setdefault(row["code"], []).append(row)
    asks = []
    for row in _rows(folder / "requirements.csv"):
        if row["set"] == "NTM_XA_2021_2025":
            first = date.fromisoformat(row["first_day"])
            known = [shape for shape in shapes[row["indicator"]] if shape["first_day"] <= row["first_day"]]
            last = date.fromisoformat(row["last_day"]) + timedelta(days=1) if row["last_day"] else None
            asks.append(
                Ask(
                    row["indicator"],
                    int(row["criterion"]),
                    known[-1]["kind"],
                    int(known[-1]["decimals"]),
                    json.loads(row["rule"]),
                    row["may_not_apply"] == "yes",
                    first,
                    last,
                )
            )
    return asks


def measures_from_files(day: date, folder: Path = PROGRAMMES) -> dict[str, tuple[str, int]]:
    """Kind and decimals of each indicator and part on that day, by code."""
    return {
        row["code"]: (row["kind"], int(row["decimals"]))
        for row in _rows(folder / "indicators.csv")
        if row["first_day"] <= day.isoformat() and (not row["last_day"] or day.isoformat() <= row["last_day"])
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
