"""Look whether the register of units holds: every breach is named, and the command fails on an error."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from communes.queries.findings import register_words
from communes.queries.register import register_findings


class Command(BaseCommand):
    help = "Tự kiểm tra danh mục đơn vị: không hở, không chồng ngày, mọi đơn vị thuộc tỉnh mỗi ngày."

    def handle(self, *args: Any, **options: Any) -> None:
        found = register_words(register_findings())
        for one in found:
            self.stdout.write(f"{one.weight_word} · {one.code} · {one.words}")
        errors = sum(one.is_error for one in found)
        if errors:
            raise CommandError(f"{errors} lỗi trong danh mục đơn vị.", returncode=1)
        self.stdout.write(f"Danh mục đơn vị: không có lỗi, {len(found)} điều ghi nhận.")
