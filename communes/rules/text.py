"""Vietnamese text for searching: 'Lo Van' must find 'Lò Văn', however it was typed."""

import unicodedata

# Marks that turn the direction of what follows: they can make '15%' read as '%51', and no Vietnamese word
# needs one. Unicode's bidirectional controls, embeddings, overrides and isolates.
TURNS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def normalise(text: str) -> str:
    """Composed letters (NFC) and single spaces: Vietnamese keyboards send decomposed ones too."""
    return " ".join(_plain(text).split())


def composed(text: str) -> str:
    """What a person wrote, in composed letters (NFC) and without blanks around it; its lines stay."""
    return _plain(text).strip()


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(TURNS))


def fold(text: str) -> str:
    """Lower-case letters without accents, đ as d: what a search compares."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("đ", "d").split())
