"""A file is what its bytes say: hostile ones are told from real ones, whatever they are called."""

import io
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.rules.file_types import DOC, DOCX, JPEG, PDF, PNG, XLS, XLSX, BadFile, clean_name, type_of
from tests.paper import EXCEL, compound, jpeg, package, pdf, png


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), PDF),
        (pdf() + b"\r\n\0\0", PDF),
        (pdf(b"/OpenAction [3 0 R /Fit]"), PDF),
        (jpeg(), JPEG),
        (jpeg(after=b"SEFH phone's own notes"), JPEG),
        (png(), PNG),
        (package(), DOCX),
        (package(EXCEL, xl__worksheets__sheet1=b"<sheet/>"), XLSX),
        (compound("WordDocument"), DOC),
        (compound("Workbook"), XLS),
        (compound("Book"), XLS),
        (compound("WordDocument", "ObjectPool", "Workbook"), DOC),
    ],
)
def test_real_files_are_known(content: bytes, kind: object) -> None:
    assert type_of(content) == kind


def zipped(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed_script() -> bytes:
    """A PDF whose script lies in a compressed stream of objects."""
    inside = zlib.compress(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    stream = (
        b"9 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + inside + b"\nendstream\nendobj\n"
    )
    return pdf().replace(b"trailer", stream + b"trailer")


HOSTILE = {
    "a page renamed .pdf": (b"<!DOCTYPE html><script>alert(1)</script>", "unknown"),
    "a picture with a script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "unknown"),
    "a program": (b"MZ\x90\x00" + bytes(100), "unknown"),
    "a page before a PDF": (b"<html>" + pdf(), "unknown"),
    "half a PDF": (pdf()[:-20], "broken"),
    "a PDF that is an archive too": (pdf() + zipped(a=b"x") + b"%%EOF", "broken"),
    "a PDF with a script": (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "active"),
    "a script under another spelling": (pdf(b"/OpenAction << /S /J#61vaScript >>"), "active"),
    "a script in packed objects": (packed_script(), "active"),
    "a PDF that starts a program": (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active"),
    "a picture that is an archive too": (jpeg(after=zipped(a=b"x")), "broken"),
    "half a picture": (jpeg()[:-10], "broken"),
    "a head without a picture": (b"\xff\xd8\xff" + b"<script>alert(1)</script>" + b"\xff\xd9", "broken"),
    "a PNG with a page behind it": (png() + b"<script>", "broken"),
    "a PNG with a wrong sum": (png()[:-1] + b"\0", "broken"),
    "Word with macros": (
        package("application/vnd.ms-word.document.macroEnabled.main+xml", word__vbaProject=b"x"),
        "macros",
    ),
    "macros under a plain type": (package(**{"word__vbaProject.bin": b"x"}), "macros"),
    "macros of old Excel in a new one": (package(EXCEL, **{"xl__macrosheets__s1.xml": b"x"}), "macros"),
    "old Word with macros": (compound("WordDocument", "Macros"), "macros"),
    "old Excel with macros": (compound("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    "a file under a password": (compound("EncryptedPackage"), "password"),
    "an installer": (compound("Property"), "unknown"),
    "an archive": (zipped(a=b"x"), "unknown"),
    "a name that leaves its folder": (package(**{"..__..__evil": b"x"}), "broken"),
    "a bomb": (package(bomb=bytes(60 * 1024 * 1024)), "bomb"),
    "many entries": (package(**{f"e{n}": b"" for n in range(5001)}), "bomb"),
    "an archive behind a program": (b"MZ" + package(), "unknown"),
    "a picture of an iPhone": (b"\0\0\0\x18ftypheic" + bytes(40), "heic"),
    "nothing of ours": (b"\0" * 40, "unknown"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_the_reason(name: str) -> None:
    content, code = HOSTILE[name]

    with pytest.raises(BadFile) as refused:
        type_of(content)

    assert refused.value.code == code


@given(st.sampled_from([pdf(), jpeg(), png(), package(), compound("Workbook")]), st.data())
def test_no_damage_does_more_than_refuse(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content)))
    damaged = (
        content[:at] + data.draw(st.binary(max_size=20)) + content[data.draw(st.integers(at, at + 40)) :]
    )

    def answer() -> str:
        try:
            return type_of(damaged).media_type
        except BadFile as refused:
            return refused.code

    assert answer()


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("biên bản.pdf", "biên bản.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Lò Văn A\\Biên bản.PDF", "Biên bản.pdf"),
        ("Biên bản.pdf.exe", "Biên bản.pdf"),
        ("Báo cáo số 12.6.pdf", "Báo cáo số 12.6.pdf"),
        ("bản \u202efdp.exe", "bản fdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie- x.pdf"),
        ('a"; filename="b.pdf', "a-; filename=-b.pdf"),
        (" .pdf", "pdf.pdf"),
        ("", "tệp.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_say_one_thing(given_name: str, kept: str) -> None:
    assert clean_name(given_name, PDF) == kept


@given(st.text(max_size=300))
def test_every_name_is_safe_to_save_under(name: str) -> None:
    kept = clean_name(name, JPEG)

    assert kept.endswith(".jpg")
    assert len(kept) <= 120
    assert not set(kept) & set('/\\<>:"|?*\r\n\t\0')
    assert kept == unicodedata.normalize("NFC", kept)
    assert not kept.startswith(".")


def test_letters_sent_apart_are_joined() -> None:
    assert clean_name(unicodedata.normalize("NFD", "Biên bản.pdf"), PDF) == "Biên bản.pdf"
