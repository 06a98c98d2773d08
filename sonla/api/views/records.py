"""Records of a commune's register: who meets them by name, and changing one as of the version read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communes.models import Unit
from housing.actions.stale import StaleRecord
from housing.queries.register import Ground, ground_of
from sonla.api.problems import KNOWN, Problem, at_parameter, at_pointer
from sonla.api.queries.units import readable_code
from sonla.api.views.base import Resource

# What an action calls it, where the API has its own word.
CODES = {"state": "wrong_step", "order": "wrong_step", "passed": "wrong_step", "early": "wrong_step"}


def etag(row: Any) -> str:
    """A strong tag: a weak one never matches If-Match (RFC 9110)."""
    return f'"{row.version}"'


def as_problem(refused: ValidationError) -> Problem:
    """What an action refused: every bad field with its pointer, or the whole under its own code."""
    if hasattr(refused, "error_dict"):
        return Problem("invalid", errors=pointed_errors(refused))
    # Django keeps no code of a list of words; what comes as a list is everything that is missing.
    code = (refused.code or "invalid") if hasattr(refused, "message") else "lacking"
    code = CODES.get(code, code)
    errors = [at_pointer("", words) for words in refused.messages] if len(refused.messages) > 1 else []
    return Problem(code if code in KNOWN else "invalid", " ".join(refused.messages), errors=errors)


def pointed_errors(refused: ValidationError, before: str = "") -> list[dict[str, str]]:
    """The fields of an action's refusal as pointers under `before`."""
    if not hasattr(refused, "error_dict"):
        return [at_pointer(before, " ".join(refused.messages))]
    return [
        at_pointer(before if name == "all" else f"{before}/{name}", " ".join(words))
        for name, words in refused.message_dict.items()
    ]


def version_problem(row: Any, by: str | None) -> Problem:
    """412 with what stands now: its tag, when it was changed and by whom."""
    current = {
        "version": row.version,
        "updated_at": timezone.localtime(row.updated_at).isoformat(),
        "updated_by": by,
    }
    words = _("Đang ở phiên bản {version}. Đọc lại rồi sửa tiếp.").format(version=row.version)
    return Problem("precondition_failed", words, extra={"current": current}, headers={"ETag": etag(row)})


class Records(Resource):
    """Addresses about people by name: who reads the commune without knowing its people is told where the
    counts are."""

    def ground(self, code: str) -> Ground:
        """The commune of a code, known by name. Raises 403 for its other readers, 404 for outsiders."""
        found = ground_of(code, self.request.user, self.today)
        if found is not None and found.knows:
            return found
        if found is None and not readable_code(self.request.user, self.today, code):
            words = _("Không có đơn vị mang mã này, hoặc ngoài phạm vi của bạn.")
            raise Problem("not_found", errors=[self.at_unit(words)])
        raise self.counts_only()

    def at_unit(self, words: str) -> dict[str, str]:
        reads = self.request.method in ("GET", "HEAD")
        return at_parameter("unit", words) if reads else at_pointer("/unit", words)

    @staticmethod
    def counts_only() -> Problem:
        words = _(
            "Từng hộ chỉ người của xã xem được. Số đếm ở /api/v1/rollup/, /api/v1/commune-reviews/ và "
            "/api/v1/houses/summary/."
        )
        return Problem("permission_denied", words)

    def kept_commune(self, refusal: str) -> Unit:
        """The living commune that the body names, for its own cadre. Raises 400, 403, 404."""
        code = self.request.data.get("unit") if isinstance(self.request.data, dict) else None
        if not isinstance(code, str) or not code or "\0" in code:
            raise Problem("invalid", errors=[at_pointer("/unit", _("Ghi mã xã."))])
        ground = self.ground(code)
        if not ground.keeps:
            raise self.refuse_write(refusal)
        return ground.unit

    @staticmethod
    def refuse_write(words: str) -> Problem:
        return Problem("permission_denied", words)

    def match(self, row: Any) -> int:
        """The version that If-Match names. Raises 428 without it, 412 when another stands."""
        header = self.request.headers.get("If-Match")
        if header is None:
            words = _("Gửi kèm If-Match với ETag của bản đã đọc.")
            raise Problem("precondition_required", words, headers={"ETag": etag(row)})
        tags = [tag.strip() for tag in header.split(",")]
        if "*" not in tags and etag(row) not in tags:
            raise version_problem(row, name_of(row))
        return row.version

    @contextmanager
    def answering(self) -> Iterator[None]:
        """An action's refusals become problems."""
        try:
            yield
        except StaleRecord as stale:
            raise version_problem(stale.current, name_of(stale.current)) from stale
        except ValidationError as refused:
            raise as_problem(refused) from refused

    def body(self, serializer: type[Any], **context: Any) -> dict[str, Any]:
        """What was sent, typed. Raises a 400 problem that names every bad member."""
        asked = serializer(data=self.request.data, context=context)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)


def name_of(row: Model | Any) -> str | None:
    by = getattr(row, "updated_by", None)
    return by.username if by is not None else None
