"""The README's pictures are there, small, and the ones that the script makes."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "scripts" / "screenshots.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "screenshots", module)
    spec.loader.exec_module(module)
    return module


def test_the_readme_shows_what_the_script_makes(script) -> None:
    shown = set(re.findall(r"docs/screenshots/([\w-]+)\.png", (ROOT / "README.md").read_text()))

    assert shown == {picture.name for picture in script.PICTURES}
    assert shown == {file.stem for file in FOLDER.iterdir()}


def test_each_picture_is_small_and_of_the_size_it_says(script) -> None:
    from PIL import Image

    for picture in script.PICTURES:
        file = FOLDER / f"{picture.name}.png"
        assert file.stat().st_size < script.LARGEST, file.name
        with Image.open(file) as opened:
            assert opened.size == picture.size
        assert picture.name.endswith(f"-{picture.size[0]}")
