from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def close_files(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Signed decisions name households, pictures show where they live."""
    files = apps.get_model("programs", "StoredFile").objects
    scans = apps.get_model("housing", "CommuneReview").objects.exclude(scan=None).values("scan")
    files.filter(pk__in=scans).update(close=True)
    files.filter(pk__in=apps.get_model("housing", "ProjectPhoto").objects.values("file")).update(close=True)


class Migration(migrations.Migration):
    dependencies = [("housing", "0003_counted_ratios"), ("programs", "0015_close_files")]

    operations = [migrations.RunPython(close_files, migrations.RunPython.noop, elidable=True)]
