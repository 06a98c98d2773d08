"""Vietnamese text for searching: 'Lo Van' must find 'Lò Văn', however it was typed."""

import unicodedata


def normalise(text: str) -> str:
    """Composed letters (NFC) and single spaces: Vietnamese keyboards send decomposed ones too."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def composed(text: str) -> str:
    """What a person wrote, in composed letters (NFC) and without blanks around it; its lines stay."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """Lower-case letters without accents, đ as d: what a search compares."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").split())
