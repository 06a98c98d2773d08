"""Who still has to change a password that somebody else made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0002_postgresql"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_is_temporary",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Do người khác đặt; người này phải đổi khi đăng nhập.",
                verbose_name="mật khẩu tạm",
            ),
        ),
    ]
