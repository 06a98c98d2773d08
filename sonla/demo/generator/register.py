"""The register as the generator takes it: from the database, or from the project's own data files."""

import csv
from datetime import date, timedelta
from pathlib import Path

from sonla.demo.generator.territory import LAST_WITH_DISTRICTS, Key, Place, Territory, build_territory

DATA = Path(__file__).resolve().parents[3] / "communes" / "data" / "son_la"


def territory_from_files(folder: Path = DATA) -> Territory:
    """The territory by the data files alone, for whoever has no database at hand."""
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


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
