from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("housing", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewround",
            name="posting_days",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Chưa đối chiếu văn bản: nhớ là 3 ngày làm việc.",
                verbose_name="niêm yết ít nhất (ngày làm việc)",
            ),
        ),
    ]
