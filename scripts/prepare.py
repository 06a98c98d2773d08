"""What `make start` does before it serves: assets, database, register, rules, demo. Again without harm."""

import hashlib
import os
import secrets
import sys

from console import ROOT, say

sys.path.insert(0, str(ROOT))
FONTS = ROOT / "var" / "build" / "static"
# Letters and digits that cannot be taken for each other when read from a screen.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


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
    """Load the demo, and say how to sign in; a password that was made here is shown this once."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    given = os.environ.get("DEMO_PASSWORD", "")
    known = get_user_model().objects.filter(username="xem").exists()
    password = given or ("" if known else "".join(secrets.choice(ALPHABET) for _ in range(14)))
    say("Nạp dữ liệu minh họa", "loading the demo's figures")
    call_command("load_demo", **({"password": password} if password else {}))
    if given:
        shown = "như DEMO_PASSWORD · as given in DEMO_PASSWORD"
    elif password:
        shown = f"{password}  (chỉ hiện một lần · shown only now)"
    else:
        shown = "như lần đầu · as before (đặt lại · set anew: make start DEMO_PASSWORD=…)"
    print(f"\n  Sonla: {os.environ['SONLA_URL']}")
    print("  Tài khoản · logins: admin, tinh, xa.03703, xem")
    print(f"  Mật khẩu · password: {shown}")
    print("  Dừng · stop: Ctrl+C\n", flush=True)


if __name__ == "__main__":
    main()
