"""Take households and houses along with their villages once an act is in operation: daily, without harm."""

from django.core.management.base import BaseCommand, CommandError

from communes.models import Reorganisation, User, today
from housing.actions.reorganised import follow_acts


class Command(BaseCommand):
    help = "Đưa hộ, nhà ở theo bản sang đơn vị mới khi nghị quyết sắp xếp đã có hiệu lực."

    def handle(self, *args: object, **options: object) -> None:
        acts = Reorganisation.objects.filter(act__operative_on__lte=today(), confirmed_by__isnull=False)
        last = acts.select_related("confirmed_by").order_by("-act__operative_on").first()
        by = last.confirmed_by if last else User.objects.filter(is_superuser=True, is_active=True).first()
        if by is None:
            raise CommandError("Chưa có quản trị hệ thống để ghi tên người thực hiện.")
        count = follow_acts(today(), by=by, today=today())
        self.stdout.write(f"{count} xã nhận thêm hộ hoặc nhà ở.")
