"""How well a fact is known; the mark stays visible wherever the fact is shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verification(models.TextChoices):
    """The mark of a fact: only `verified` was read at its source, the rest says how it was come by."""

    VERIFIED = "verified", _("đã xác minh")
    AS_GIVEN = "as_given", _("theo nguồn công bố")
    SECONDARY = "secondary", _("nguồn thứ cấp")
    INFERRED = "inferred", _("suy ra")
    COMPUTED = "computed", _("tính toán")
    MEMORY = "memory", _("chưa đối chiếu văn bản")
    PROVISIONAL = "provisional", _("tạm áp dụng")
    DEMO = "demo", _("số liệu minh họa")
    UNKNOWN = "unknown", _("chưa rõ")

    @classmethod
    def from_mark(cls, text: str) -> "Verification":
        """The mark of a data file: its first word counts, `yes` is verified, nothing is unknown."""
        words = text.replace(":", " ").replace("(", " ").split()
        first = words[0].lower() if words else "unknown"
        if text.lower().startswith("as given"):
            return cls.AS_GIVEN
        first = {"yes": "verified"}.get(first, first)
        return cls(first) if first in cls.values else cls.UNKNOWN
