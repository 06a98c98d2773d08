"""What an uploaded file is, read from its bytes: never from its name or from what the browser says.

Nothing is unpacked or decoded beyond a few bounded reads, so that a hostile file costs no more than its size.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

__all__ = [
    "DOC",
    "DOCX",
    "JPEG",
    "PDF",
    "PNG",
    "XLS",
    "XLSX",
    "BadFile",
    "FileType",
    "clean_name",
    "plain_name",
    "type_of",
]


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that may be kept: its media type, and the ending that its name gets."""

    media_type: str
    extension: str


PDF = FileType("application/pdf", ".pdf")
JPEG = FileType("image/jpeg", ".jpg")
PNG = FileType("image/png", ".png")
DOCX = FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
XLSX = FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
DOC = FileType("application/msword", ".doc")
XLS = FileType("application/vnd.ms-excel", ".xls")


class BadFile(Exception):
    """A file that is not kept; `code` says why: unknown, broken, macros, active, password, bomb or heic."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def type_of(content: bytes) -> FileType:
    """The type of a whole file. Raises BadFile when it is none of ours, broken, or holds what runs."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content)
    if content.startswith(b"PK\x03\x04"):
        return _office_package(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(content)
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"heim", b"msf1"):
        raise BadFile("heic")
    raise BadFile("unknown")


# PDF

PDF_STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
PDF_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# Long names cannot stand in compressed bytes by chance; /JS can, and is looked for outside of them.
PDF_RUNS = re.compile(rb"/(JavaScript|Launch|RichMedia)(?![A-Za-z0-9])")
PDF_RUNS_SHORT = re.compile(rb"/JS[\s(<]")
PDF_OBJECT_STREAM = re.compile(rb"/ObjStm.{0,400}?stream\r?\n(.*?)endstream", re.DOTALL)
UNPACKED_AT_MOST = 20 * 1024 * 1024


def _pdf(content: bytes) -> FileType:
    if b"%%EOF" not in content[-2048:] or _is_also_a_zip(content):
        raise BadFile("broken")
    if _pdf_runs(content, PDF_STREAM.sub(b"", content)):
        raise BadFile("active")
    left = UNPACKED_AT_MOST
    for found in PDF_OBJECT_STREAM.finditer(content):
        try:
            objects = zlib.decompressobj().decompress(found[1], left)
        except zlib.error:
            continue
        left -= len(objects)
        if left <= 0:
            raise BadFile("bomb")
        if _pdf_runs(objects, objects):
            raise BadFile("active")
    return PDF


def _pdf_runs(content: bytes, outside_streams: bytes) -> bool:
    def plain(text: bytes) -> bytes:
        return PDF_NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)

    return bool(PDF_RUNS.search(plain(content)) or PDF_RUNS_SHORT.search(plain(outside_streams)))


# Pictures

JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
JPEG_SCAN, JPEG_END = 0xDA, b"\xff\xd9"


def _jpeg(content: bytes) -> FileType:
    """Walk the segments: a frame with a size, then a scan, then an end.

    Phones append notes of their own after the end, so only what makes it an archive as well is refused.
    """
    at, has_frame = 2, False
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9].ljust(4, b"\0"))
            has_frame = height > 0 and width > 0
        if marker == JPEG_SCAN:
            if has_frame and content.find(JPEG_END, at + 2 + length) > 0 and not _is_also_a_zip(content):
                return JPEG
            break
        if length < 2:
            break
        at += 2 + length
    raise BadFile("broken")


def _png(content: bytes) -> FileType:
    """Walk the chunks: the head with a size first, sums that are right, the end last and nothing after it."""
    at, number, has_data = 8, 0, False
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) < 4 or zlib.crc32(kind + body) != struct.unpack(">I", checksum)[0]:
            break
        if number == 0 and (kind != b"IHDR" or length != 13 or 0 in struct.unpack(">II", body[:8])):
            break
        has_data = has_data or kind == b"IDAT"
        at, number = at + 12 + length, number + 1
        if kind == b"IEND":
            if has_data and at == len(content):
                return PNG
            break
    raise BadFile("broken")


# Word and Excel

PACKAGE_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
CONTENT_TYPE = re.compile(r'ContentType\s*=\s*["\']([^"\']*)["\']')
ENTRIES_AT_MOST = 5000
PACKAGE_AT_MOST = 200 * 1024 * 1024
RATIO_AT_MOST = 300


def _office_package(content: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_entries(package, entries)
            with package.open("[Content_Types].xml") as listing:
                types = listing.read(1024 * 1024).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, zlib.error, OSError) as error:
        raise BadFile("unknown") from error
    declared = set(CONTENT_TYPE.findall(types))
    if any("macro" in one.lower() or "vba" in one.lower() for one in declared):
        raise BadFile("macros")
    found = {PACKAGE_TYPES[one] for one in declared if one in PACKAGE_TYPES}
    if len(found) != 1:
        raise BadFile("unknown")
    return found.pop()


def _check_entries(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """An archive is whole, starts at the first byte, stays small unpacked and keeps nothing that runs."""
    names = [entry.filename.lower() for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > ENTRIES_AT_MOST or unpacked > PACKAGE_AT_MOST:
        raise BadFile("bomb")
    if unpacked > 1024 * 1024 and unpacked > RATIO_AT_MOST * max(packed, 1):
        raise BadFile("bomb")
    starts = min((entry.header_offset for entry in entries), default=1)
    odd_name = any(name.startswith(("/", "\\")) or ".." in name.split("/") for name in names)
    if package.comment or starts != 0 or odd_name or len(set(names)) < len(names):
        raise BadFile("broken")
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile("password")
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise BadFile("macros")


def _old_office(content: bytes) -> FileType:
    if any(_has_entry(content, name) for name in ("EncryptedPackage", "EncryptionInfo")):
        raise BadFile("password")
    if any(_has_entry(content, name) for name in ("Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR")):
        raise BadFile("macros")
    found = {
        kind
        for name, kind in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS))
        if _has_entry(content, name)
    }
    if not found:
        raise BadFile("unknown")
    # A Word file often holds an Excel table inside; seldom the other way round.
    return DOC if DOC in found else XLS


def _has_entry(content: bytes, name: str) -> bool:
    """Whether a compound file's directory names this storage or stream.

    An entry is 128 bytes on a multiple of 128: the name in UTF-16 filled up to 64, its length, its type.
    """
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded) + 2)
    at = content.find(head)
    while at >= 0:
        if at % 128 == 0 and content[at + 66 : at + 67] in (b"\x01", b"\x02"):
            return True
        at = content.find(head, at + 1)
    return False


def _is_also_a_zip(content: bytes) -> bool:
    """Whether an archive ends where the file ends, as in a file that is two things at once."""
    at = content.rfind(b"PK\x05\x06", -(22 + 65535))
    return at >= 0 and len(content) >= at + 22


# Names

LONGEST_NAME = 120
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]+')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def plain_name(name: str) -> str:
    """A name for one file or folder on any system: no path, no signs that hide or steer, 120 letters."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(FORBIDDEN.sub("-", name).split()).strip(". ")[:LONGEST_NAME].rstrip(". ") or "tệp"


def clean_name(name: str, kind: FileType) -> str:
    """What the person called a file, as `plain_name`, and with the true ending.

    'C:\\x\\Biên bản.pdf.exe' of a PDF is 'Biên bản.pdf'.
    """
    name = plain_name(name[-500:])
    same = {kind.extension, ".jpeg"} if kind is JPEG else {kind.extension}
    while (ending := ENDING.search(name)) and (
        ending[0].lower() in same or ending[0].lower() in ENDINGS_THAT_MEAN
    ):
        name = name[: ending.start()].rstrip(". ")
    return (name or "tệp")[: LONGEST_NAME - len(kind.extension)].rstrip(". ") + kind.extension


# Endings that an office computer acts on: taken off, so that a name says one thing.
ENDINGS_THAT_MEAN = frozenset(
    ".pdf .doc .docx .docm .xls .xlsx .xlsm .jpg .jpeg .png .heic .exe .com .bat .cmd .scr .pif .js .vbs .jar"
    " .ps1 .msi .lnk .hta .htm .html .svg .xml .zip .rar .php .py .sh .dll".split()
)
