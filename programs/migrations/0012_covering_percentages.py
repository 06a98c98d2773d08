"""Totals read percentages given alone: the covering indexes of PostgreSQL hold them too."""

from django.db import migrations

INDEXES = {
    "observation_cover": "(period_id, indicator_id, unit_id) "
    "INCLUDE (value, denominator, state, not_applicable{more})",
    "observation_series_cover": "(indicator_id, unit_id, period_id) "
    "INCLUDE (value, denominator, state{more})",
}


def remake(schema_editor, more):
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in INDEXES.items():
            schema_editor.execute(f"DROP INDEX {name}")
            schema_editor.execute(f"CREATE INDEX {name} ON programs_observation {columns.format(more=more)}")


def widen(apps, schema_editor):
    remake(schema_editor, ", percentage")


def narrow(apps, schema_editor):
    remake(schema_editor, "")


class Migration(migrations.Migration):
    dependencies = [("programs", "0011_forms_from_records")]

    operations = [migrations.RunPython(widen, narrow, elidable=False)]
