"""Make what the repository does not carry: the web font's subset, the joined styles, the compiled messages.

All come from packages and text files that are already here; nothing is fetched. Again at no cost when
nothing changed.
"""

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

FONT = "be-vietnam-pro"
WEIGHTS = {400: "BeVietnamPro-Regular.ttf", 600: "BeVietnamPro-SemiBold.ttf"}
# All Latin letters with the Vietnamese ones, the combining marks of text that is not NFC, and the punctuation
# and signs that the font has; arrows and state marks (▽ ✓ ★) it has not.
RANGES = ["0020-007E", "00A0-024F", "1E00-1EFF", "0300-0303", "0306", "0309", "031B", "0323", "2010-2027"]
RANGES += ["2030", "2032-2033", "2039-203A", "20AB", "2212", "2264-2265"]
# The styles of every page, in the order in which they are joined: one request on a bad line, not twenty.
STYLES = (
    "tokens",
    "base",
    "band",
    "header",
    "crumbs",
    "button",
    "field",
    "chip",
    "strip",
    "progress",
    "tasklist",
    "headline",
    "table",
    "bars",
    "message",
    "details",
    "filters",
    "pager",
    "entry",
    "review",
    "evidence",
    "heatmap",
    "sheet",
)


class Command(BaseCommand):
    help = "Tạo phông chữ web, tệp kiểu chung và tệp dịch (.mo). Chạy lại không tốn gì khi không có thay đổi."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        fonts = build_fonts(settings.VAR_DIR / "build" / "static" / "fonts")
        built = settings.VAR_DIR / "build" / "static"
        styles = join_styles(settings.BASE_DIR / "static" / "css", built / "css")
        messages = [made for folder in settings.LOCALE_PATHS for made in compile_messages(Path(folder))]
        for made in (*fonts, *styles, *messages):
            self.stdout.write(f"{made.relative_to(settings.BASE_DIR)}: {made.stat().st_size / 1000:.0f} kB")


def build_fonts(folder: Path) -> list[Path]:
    """Subset each weight into a woff2; returns the files made, none when the recipe is unchanged."""
    recipe = f"{version('fontpkg-be-vietnam-pro')} {version('fonttools')} {','.join(RANGES)}"
    stamp = folder.parent.parent / "fonts.recipe"
    targets = {weight: folder / f"{FONT}-{weight}.woff2" for weight in WEIGHTS}
    if stamp.is_file() and stamp.read_text() == recipe and all(file.is_file() for file in targets.values()):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    for weight, target in targets.items():
        subset_font(files("fontpkg_be_vietnam_pro") / "files" / WEIGHTS[weight], target)
    stamp.write_text(recipe)
    return list(targets.values())


def subset_font(source: object, target: Path) -> None:
    from fontTools import subset  # slow to import, and seldom needed

    subset.main(
        [
            str(source),
            f"--unicodes={','.join(RANGES)}",
            "--layout-features=kern,liga,mark,mkmk,ccmp,locl,tnum,lnum",
            "--flavor=woff2",
            f"--output-file={target}",
        ]
    )


def join_styles(source: Path, folder: Path) -> list[Path]:
    """Join the components' styles into sonla.css; returns the file when it was made anew."""
    target = folder / "sonla.css"
    text = "\n".join((source / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return [target]


def compile_messages(folder: Path) -> list[Path]:
    """Compile each catalogue that is newer than its .mo; returns the files made."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        import polib

        polib.pofile(str(source)).save_as_mofile(str(target))
        made.append(target)
    return made
