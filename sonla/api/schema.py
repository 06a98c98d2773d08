"""The API's description: parameters from each resource's own declaration, problems on every operation."""

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from sonla.api.problems import CONTENT_TYPE, KNOWN

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_('Thẻ ETag mạnh của báo cáo, ví dụ "17": khác bản hiện có thì trả 412.'),
)

MUST_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=_(
        'Bắt buộc: thẻ ETag mạnh của bản đã đọc, ví dụ "17". Thiếu thì trả 428; khác bản hiện có thì trả 412.'
    ),
)

# What any operation may answer besides its own words; what only some answer stands at the operation.
ALWAYS = (400, 401, 403, 404, 405, 406, 429, 500)
WITH_BODY = (413, 415)

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "enum": sorted(KNOWN)},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "examples": ["/observations/0/value"]},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string"},
    },
}


class DescribedView(AutoSchema):
    """Query parameters are those that the view's `question` declares, no more and no fewer."""

    def get_override_parameters(self) -> list[Any]:
        question = getattr(self.view, "question", None)
        return [question] if self.method == "GET" and question and question().fields else []


def add_problems(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Every operation may answer with a problem document: said once for all of them."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            for status in (*ALWAYS, *(WITH_BODY if "requestBody" in operation else ())):
                responses.setdefault(str(status), {"description": ""})
            for status, response in responses.items():
                if int(status) >= 400:
                    response["description"] = response["description"] or _titles(int(status))
                    response["content"] = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            operation["responses"] = dict(sorted(responses.items()))
    return result


def _titles(status: int) -> str:
    return " · ".join(f"{title} ({code})" for code, (number, title) in KNOWN.items() if number == status)


def problem(words: Any = "") -> OpenApiResponse:
    """A problem that only this operation answers with."""
    return OpenApiResponse(description=words)


def changing(answer: Any, status: int = 200) -> dict[int, Any]:
    """The answers of an operation on a record whose version is asked by If-Match."""
    return {status: answer, 412: problem(), 428: problem()}


@lru_cache
def page_of(row: type[serializers.Serializer]) -> serializers.Serializer:
    """A page of these rows, as lists are answered."""
    name = row.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "count": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )


class TokenScheme(OpenApiAuthenticationExtension):
    """The token as the API's description names it."""

    target_class = "sonla.api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "'Token <khóa>'; khóa do POST /api/v1/auth/token/ cấp.",
        }
