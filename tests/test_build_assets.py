"""What is made at start: the font, the joined styles and the compiled messages."""

from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

from communes.management.commands.build_assets import STYLES, build_fonts, compile_messages, join_styles

VIETNAMESE = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽềếểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
COMBINING = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"


def test_the_font_has_every_vietnamese_letter_composed_and_in_parts(tmp_path: Path) -> None:
    made = build_fonts(tmp_path / "static" / "fonts")

    assert [file.name for file in made] == ["be-vietnam-pro-400.woff2", "be-vietnam-pro-600.woff2"]
    for file in made:
        letters = TTFont(file).getBestCmap()
        assert [
            sign
            for sign in VIETNAMESE + VIETNAMESE.upper() + COMBINING + "—≥≤·…₫×"
            if ord(sign) not in letters
        ] == []
        assert file.stat().st_size < 40_000


def test_a_second_build_makes_nothing(tmp_path: Path) -> None:
    build_fonts(tmp_path / "static" / "fonts")

    assert build_fonts(tmp_path / "static" / "fonts") == []


def test_messages_are_compiled_once_and_again_after_a_change(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source.write_text(head + 'msgid "xã"\nmsgstr "commune"\n', encoding="utf-8")

    assert compile_messages(tmp_path) == [source.with_suffix(".mo")]
    assert b"commune" in source.with_suffix(".mo").read_bytes()
    assert compile_messages(tmp_path) == []

    source.write_text(head + 'msgid "xã"\nmsgstr "ward"\n', encoding="utf-8")
    assert compile_messages(tmp_path) == [source.with_suffix(".mo")]


def test_styles_are_joined_in_their_order_and_only_when_one_changed(tmp_path: Path) -> None:
    source = Path(settings.BASE_DIR) / "static" / "css"
    (joined,) = join_styles(source, tmp_path)

    text = joined.read_text(encoding="utf-8")
    assert text.index("--accent") < text.index(".chip") < text.index(".heatmap")
    assert all((source / f"{name}.css").read_text(encoding="utf-8") in text for name in STYLES)
    assert join_styles(source, tmp_path) == []
