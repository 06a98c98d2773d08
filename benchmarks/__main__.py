"""Run the measurements: `make bench`, or `python -m benchmarks [--size 75|204] [--country] [--restated]
[--households [NUMBER]]`.

Makes a PostgreSQL database of its own (server from BENCH_DATABASE_URL, else the local one), fills it,
measures, prints a table of ratios and drops it.
"""

import argparse
import os
import sys
from datetime import date

SIZES = {75: date(2025, 7, 1), 204: date(2021, 1, 1)}
HOUSEHOLDS = 300_000
SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, choices=sorted(SIZES), action="append", help="communes")
    parser.add_argument("--country", action="store_true", help="the province among 3,321 communes")
    parser.add_argument("--restated", action="store_true", help="204 communes by the units of today")
    parser.add_argument(
        "--households", type=int, nargs="?", const=HOUSEHOLDS, help="registers of so many households"
    )
    parser.add_argument("--runs", type=int, default=40, help="counted runs of each measurement")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "sonla.settings.test"
    os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL", SERVER)
    import django

    django.setup()
    from benchmarks.households import run_households
    from benchmarks.restated import run_restated
    from benchmarks.suite import run, run_country

    chosen = (options.size, options.country, options.restated, options.households)
    everything = not any(chosen)
    for size in sorted(SIZES) if everything else options.size or ():
        run(size, SIZES[size], options.runs)
    if options.country or everything:
        run_country(options.runs)
    if options.restated or everything:
        run_restated(options.runs)
    if options.households or everything:
        run_households(options.households or HOUSEHOLDS, options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
