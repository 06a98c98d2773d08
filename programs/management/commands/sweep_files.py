"""Find stored files that no row names, and with --delete remove them."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from programs.actions.sweep import loose_files, remove_loose


class Command(BaseCommand):
    help = "Tìm tệp đã lưu mà không dòng dữ liệu nào còn trỏ tới; với --delete thì xóa."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="Xóa thật; không có thì chỉ liệt kê.")
        grace = "Chỉ những tệp ghi cách đây hơn chừng này giờ (mặc định 24)."
        parser.add_argument("--hours", type=int, default=24, help=grace)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["hours"] < 1:
            raise CommandError("--hours: ít nhất 1, vì tệp mới có thể thuộc về việc đang làm dở.")
        before = timezone.now() - timedelta(hours=options["hours"])
        count = size = 0
        for file in loose_files(before):
            if options["delete"] and not remove_loose(file):
                continue
            count, size = count + 1, size + file.size
            written = f"{timezone.localtime(file.written_at):%Y-%m-%d %H:%M}"
            self.stdout.write(f"{written} {file.size:>10} {file.name}")
        done = "Đã xóa" if options["delete"] else "Có thể xóa (--delete)"
        self.stdout.write(f"{done}: {count} tệp, {size} byte.")
