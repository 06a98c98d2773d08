"""How a body is read: JSON with exact decimals, of a size and depth that somebody could mean."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from sonla.api.problems import Problem


class ExactJSONParser(BaseParser):
    """JSON without floats: 36.2 stays 36.2. A member given twice, NaN, and bodies too large are refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        # One byte more than allowed is enough to know; what a header says about the length is not needed.
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem("too_large", _("Nội dung không quá {size} byte.").format(size=limit))
        try:
            return json.loads(
                body.decode(),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_members,
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Không đọc được JSON: {error}").format(error=error)) from error


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(_("một tên được ghi hai lần"))
    return found
