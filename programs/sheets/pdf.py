"""A page of ours as PDF: the same HTML, our own style sheets and font, nothing fetched from anywhere."""

import logging
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

# Addresses that stand in the documents instead of a server's; nothing listens there and nothing is asked.
BASE = "sonla:/"
FONTS = {400: "BeVietnamPro-Regular.ttf", 600: "BeVietnamPro-SemiBold.ttf"}


class PdfUnavailable(Exception):
    """This machine lacks what makes PDFs; the words say what to do instead."""


def pdf_of(html: str, *styles: str) -> bytes:
    """The document as PDF, under these style sheets of ours ('css/official.css').

    Raises PdfUnavailable where the library, or the system's Pango that it draws with, is not there.
    """
    weasyprint = _library()
    fetcher, fonts = _fetcher(), _fonts()
    about = {"base_url": BASE, "url_fetcher": fetcher}
    texts = [faces(), *(_static(name) for name in styles)]
    sheets = [weasyprint.CSS(string=text, font_config=fonts, **about) for text in texts]
    made: bytes = weasyprint.HTML(string=html, **about).write_pdf(stylesheets=sheets, font_config=fonts)
    return made


def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _library() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: Pango is no Python package and may be missing.
        raise PdfUnavailable(
            _(
                "Máy chủ chưa tạo được PDF vì thiếu thư viện Pango (gói libpango-1.0-0, libpangoft2-1.0-0). "
                "Bấm In rồi chọn “Lưu thành PDF”, hoặc tải Excel."
            )
        ) from error
    # Of each page, and of every rule meant for screens, it would write a line.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
    return weasyprint


def faces() -> str:
    """The site's font, from the font package's own files: what is made for the web is a compressed subset."""
    face = '@font-face {{ font-family: "{name}"; font-weight: {weight}; src: url("{base}font/{weight}") }}'
    return "\n".join(face.format(name="Be Vietnam Pro", weight=weight, base=BASE) for weight in FONTS)


def _static(name: str) -> str:
    found = finders.find(name) or Path(settings.STATIC_ROOT) / name
    return Path(str(found)).read_text()


def _fetcher() -> Any:
    """Answers for the two files of the font, and refuses everything else, whatever a document names."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Ours(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            for weight, name in FONTS.items():
                if url == f"{BASE}font/{weight}":
                    content = (files("fontpkg_be_vietnam_pro") / "files" / name).read_bytes()
                    return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})
            raise ValueError(f"not fetched: {url}")

    return Ours()
