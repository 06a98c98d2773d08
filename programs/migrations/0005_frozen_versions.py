from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_desks_files_imports")]

    operations = [
        migrations.RemoveField(model_name="reportversion", name="content"),
        migrations.AddField(
            model_name="reportversion",
            name="packed",
            field=models.BinaryField(default=b"", verbose_name="nội dung (nén)"),
            preserve_default=False,
        ),
    ]
