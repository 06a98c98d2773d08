"""Forms whose figures are counted from records say so; the first ones are marked."""

from django.db import migrations, models

COUNTED = ("poverty.groups", "housing")


def mark(apps, schema_editor):
    apps.get_model("programs", "ReportForm").objects.filter(code__in=COUNTED).update(from_records=True)


class Migration(migrations.Migration):
    dependencies = [("programs", "0010_review_per_agency")]

    operations = [
        migrations.AddField(
            model_name="reportform",
            name="from_records",
            field=models.BooleanField(
                default=False,
                help_text="Số liệu tính từ sổ hộ, phiếu rà soát, hồ sơ nhà ở; không ai phải nhập.",
                verbose_name="số liệu tính từ hồ sơ",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
