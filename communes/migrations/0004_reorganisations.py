"""Reorganisations being prepared, and what ended units hand over."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0003_temporary_passwords'),
    ]

    operations = [
        migrations.AddField(
            model_name='succession',
            name='by_villages',
            field=models.BooleanField(default=False, help_text='Văn bản nói rõ thôn, bản nào chuyển: số theo thôn, bản là số đúng.', verbose_name='chia theo thôn, bản'),
        ),
        migrations.AddField(
            model_name='succession',
            name='share_base',
            field=models.CharField(blank=True, help_text='Ví dụ: dân số 2024, số hộ 2024.', max_length=60, verbose_name='tỷ lệ theo'),
        ),
        migrations.CreateModel(
            name='Reorganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, verbose_name='số, ký hiệu')),
                ('title', models.CharField(max_length=300, verbose_name='trích yếu')),
                ('in_force_on', models.DateField(verbose_name='có hiệu lực từ')),
                ('operative_on', models.DateField(verbose_name='đơn vị mới hoạt động từ')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='nguồn')),
                ('mark', models.CharField(choices=[('verified', 'đã xác minh'), ('as_given', 'theo nguồn công bố'), ('secondary', 'nguồn thứ cấp'), ('inferred', 'suy ra'), ('computed', 'tính toán'), ('memory', 'chưa đối chiếu văn bản'), ('provisional', 'tạm áp dụng'), ('demo', 'số liệu minh họa'), ('unknown', 'chưa rõ')], default='verified', max_length=12, verbose_name='mức xác minh')),
                ('ended_tier', models.CharField(blank=True, choices=[('district', 'huyện')], help_text='Mọi đơn vị của cấp này kết thúc và không có đơn vị kế thừa.', max_length=10, verbose_name='cấp kết thúc')),
                ('state', models.CharField(choices=[('draft', 'đang soạn'), ('checked', 'đã kiểm tra'), ('confirmed', 'đã thực hiện'), ('dropped', 'đã bỏ')], default='draft', max_length=10, verbose_name='trạng thái')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='phiên bản')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='soạn lúc')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='thực hiện lúc')),
                ('act', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reorganisation', to='communes.act', verbose_name='văn bản')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thực hiện')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người soạn')),
                ('province', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.unit', verbose_name='tỉnh')),
            ],
            options={
                'verbose_name': 'dự thảo sắp xếp',
                'verbose_name_plural': 'dự thảo sắp xếp',
                'ordering': ['-operative_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReorganisationFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='tên tệp')),
                ('rows', models.JSONField(default=list)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='lúc')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='đưa vào dự thảo lúc')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='communes.reorganisation')),
            ],
            options={
                'verbose_name': 'tệp của dự thảo',
                'verbose_name_plural': 'tệp của dự thảo',
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='ReorganisationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveIntegerField(verbose_name='thứ tự')),
                ('predecessor_code', models.CharField(blank=True, max_length=10, verbose_name='mã đơn vị cũ')),
                ('predecessor_name', models.CharField(blank=True, max_length=120, verbose_name='tên đơn vị cũ')),
                ('create_closed', models.BooleanField(default=False, help_text='Khi danh mục chưa có đơn vị cũ: thêm và ghi đã kết thúc.', verbose_name='thêm đơn vị cũ vào danh mục')),
                ('successor_code', models.CharField(blank=True, max_length=10, verbose_name='mã đơn vị mới')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='tên đơn vị mới')),
                ('parent_code', models.CharField(blank=True, max_length=10, verbose_name='thuộc mã')),
                ('whole', models.BooleanField(default=True, verbose_name='toàn bộ')),
                ('share_millionths', models.PositiveIntegerField(blank=True, null=True, verbose_name='tỷ lệ (phần triệu)')),
                ('share_base', models.CharField(blank=True, help_text='Ví dụ: dân số 2024, số hộ 2024.', max_length=60, verbose_name='tỷ lệ theo')),
                ('villages', models.TextField(blank=True, verbose_name='thôn, bản chuyển theo')),
                ('area_ha', models.PositiveIntegerField(blank=True, null=True, verbose_name='diện tích (ha)')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='dân số (người)')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='ghi chú')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.unitkind', verbose_name='loại')),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='communes.reorganisation')),
            ],
            options={
                'verbose_name': 'dòng của dự thảo',
                'verbose_name_plural': 'dòng của dự thảo',
                'ordering': ['reorganisation', 'order'],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=30, verbose_name='loại')),
                ('ref', models.CharField(max_length=40, verbose_name='đối tượng')),
                ('words', models.CharField(max_length=300, verbose_name='nội dung')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ghi lúc')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='ghi chú')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='bàn giao lúc')),
                ('keeper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.unit', verbose_name='đơn vị tiếp nhận')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='communes.unit', verbose_name='đơn vị đã kết thúc')),
            ],
            options={
                'verbose_name': 'việc bàn giao',
                'verbose_name_plural': 'việc bàn giao',
                'ordering': ['unit__code', 'kind', 'ref'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'kind', 'ref'), name='hand_over_once'), models.CheckConstraint(condition=models.Q(('settled_at', None), ('keeper__isnull', False), models.Q(('note', ''), _negated=True), _connector='OR'), name='hand_over_names_keeper', violation_error_message='Chọn đơn vị tiếp nhận, hoặc ghi vì sao không cần bàn giao.')],
            },
        ),
        migrations.AddConstraint(
            model_name='reorganisation',
            constraint=models.CheckConstraint(condition=models.Q(('operative_on__gte', models.F('in_force_on'))), name='reorganisation_operates_after_force', violation_error_message='Ngày hoạt động không được trước ngày có hiệu lực.'),
        ),
        migrations.AddConstraint(
            model_name='reorganisationline',
            constraint=models.UniqueConstraint(fields=('reorganisation', 'order'), name='reorganisation_line_order'),
        ),
        migrations.AddConstraint(
            model_name='reorganisationline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('predecessor_code', ''), _negated=True), models.Q(('successor_code', ''), _negated=True), models.Q(('name', ''), _negated=True), _connector='OR'), name='reorganisation_line_says_something', violation_error_message='Dòng cần có đơn vị cũ hoặc đơn vị mới.'),
        ),
    ]
