"""What PostgreSQL alone can hold: no unit code twice, and no unit under two parents, on one day."""

from django.db import migrations

CONSTRAINTS = {
    "unit_code_once_a_day": (
        "communes_unit",
        "EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to) WITH &&)",
    ),
    "placement_one_parent_a_day": (
        "communes_placement",
        "EXCLUDE USING gist (unit_id WITH =, tie WITH =, daterange(valid_from, valid_to) WITH &&)",
    ),
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        for name, (table, body) in CONSTRAINTS.items():
            schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {body}")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (table, _body) in CONSTRAINTS.items():
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("communes", "0001_initial")]

    operations = [migrations.RunPython(create, drop, elidable=False)]
