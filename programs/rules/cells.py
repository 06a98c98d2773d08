"""Cells of the files that officials open in a spreadsheet."""

# A spreadsheet takes a cell that begins with one of these for a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
