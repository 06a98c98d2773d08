from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0006_due_days'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='observationchange',
            index=models.Index(condition=models.Q(('after', ''), _negated=True), fields=['-at'], name='observation_change_late'),
        ),
    ]
