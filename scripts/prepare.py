"""What `make start` does before it serves: assets, database, register, rules, demo. Again without harm."""

import hashlib
import os
import sys

from console import ROOT, say

sys.path.insert(0, str(ROOT))
FONTS = ROOT / "var" / "build" / "static"


def main() -> None:
    # Before the settings look for it.
    FONTS.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    say("Tạo phông chữ và bản dịch", "making fonts and translations")
    call_command("build_assets")
    collect_static()
    say("Cập nhật cơ sở dữ liệu", "migrating the database")
    call_command("migrate", interactive=False, verbosity=0)
    say("Nạp đơn vị hành chính", "loading the register of units")
    call_command("load_register")
    say("Nạp chương trình và bộ tiêu chí", "loading programmes and criteria sets")
    call_command("load_programmes")
    say("Nạp chuẩn nghèo và danh sách nhà ở", "loading poverty standards and house lists")
    call_command("load_housing")
    load_demo()


def collect_static() -> None:
    """Compressing everything takes seconds, so only when a file changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for finder in get_finders():
        for path, storage in finder.list([]):
            seen.update(f"{path} {storage.get_modified_time(path).timestamp()}\n".encode())
    stamp = settings.STATIC_ROOT.parent / "static.stamp"
    if stamp.is_file() and stamp.read_text() == seen.hexdigest() and settings.STATIC_ROOT.is_dir():
        return
    say("Gom và nén tệp tĩnh", "collecting and compressing static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def load_demo() -> None:
    """Load the demo, which says how to sign in, and once only what password it made; then say where."""
    from django.core.management import call_command

    say(
        "Nạp dữ liệu minh họa (lần đầu mất một lúc)",
        "loading the demo's figures (the first time takes a while)",
    )
    call_command("load_demo", password=os.environ.get("DEMO_PASSWORD", ""))
    print(f"\n  Sonla: {os.environ['SONLA_URL']}")
    print("  Đổi mật khẩu minh họa · a new demo password: make start DEMO_PASSWORD=…")
    print("  Dừng · stop: Ctrl+C\n", flush=True)


if __name__ == "__main__":
    main()
