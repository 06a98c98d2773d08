from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def close_imported(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A workbook that was read in may be a list of names."""
    jobs = apps.get_model("programs", "ImportJob").objects.values("file")
    apps.get_model("programs", "StoredFile").objects.filter(pk__in=jobs).update(close=True)


class Migration(migrations.Migration):
    dependencies = [("programs", "0014_background_tasks")]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="close",
            field=models.BooleanField(
                default=False,
                help_text="Chỉ trang của chính tệp đó đưa tệp ra, cho người được xem dữ liệu cá nhân của xã.",
                verbose_name="có dữ liệu cá nhân",
            ),
        ),
        migrations.RunPython(close_imported, migrations.RunPython.noop, elidable=True),
    ]
