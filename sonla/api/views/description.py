"""The API's description and its pages, open to everyone: they hold names of fields, no figures.

Beside them, what answers for every address under /api/ that does not exist.
"""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class SchemaView(SpectacularAPIView):
    authentication_classes = ()


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The description to read and try. Its library sets styles inline; scripts stay our own files."""

    authentication_classes = ()
    url_name = "api-schema"


class UnknownView(APIView):
    """404 as a problem document; a reader who forgot the slash at the end is sent on."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and is_known(f"{request.path_info}/"):
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{request.path}/" + (f"?{query}" if query else ""), permanent=True)
        return super().dispatch(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    post = put = patch = delete = options = get


def is_known(path: str) -> bool:
    try:
        return resolve(path).url_name != "api-unknown"
    except Resolver404:
        return False
