"""What PostgreSQL alone can hold: covering indexes, so that a total reads no table row."""

from django.db import migrations

INDEXES = {
    "observation_cover": (
        "CREATE INDEX observation_cover ON programs_observation (period_id, indicator_id, unit_id) "
        "INCLUDE (value, denominator, state, not_applicable)"
    ),
    "observation_series_cover": (
        "CREATE INDEX observation_series_cover ON programs_observation (indicator_id, unit_id, period_id) "
        "INCLUDE (value, denominator, state)"
    ),
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in INDEXES.values():
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [migrations.RunPython(create, drop, elidable=False)]
