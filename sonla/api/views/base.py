"""What every resource has in common: who asks, what is asked, pages, and headers."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from communes.models import Unit, today
from sonla.api import filters
from sonla.api.pagination import Pages
from sonla.api.problems import Problem, at_parameter
from sonla.api.queries.units import readable_code, readable_territory


class Resource(APIView):
    """An address under /api/: signed in by token or session; `question` declares what may be asked."""

    question: type[filters.Question] = filters.Question
    http_method_names = ["get", "head", "post", "patch", "delete"]
    asked: Mapping[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        reads = request.method in ("GET", "HEAD")
        self.asked = filters.read(self.question if reads else filters.Question, request.query_params)
        self.today: date = today()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        throttle = getattr(getattr(request, "_request", request), "throttle", None)
        if throttle is not None:
            for name, value in throttle.headers().items():
                response[name] = value
        return response

    def page(
        self,
        rows: QuerySet,
        serializer: type[Serializer],
        shape: Callable[[Any], Iterable[Any]] | None = None,
    ) -> Response:
        """One page of rows; `shape` turns its rows, all at once, into what the serializer shows."""
        pages = Pages()
        found = pages.paginate_queryset(rows, self.request, view=self)
        shown = shape(found) if shape else found
        return pages.get_paginated_response(serializer(shown, many=True).data)

    def territory(self, name: str, day: date) -> Unit:
        """The unit named by a parameter, as one to look under on that day. Raises a 404 problem."""
        found = readable_territory(self.request.user, self.today, self.asked[name], day)
        return found or self.refuse_unit(name)

    def check_unit(self, name: str = "unit") -> str:
        """The code in a parameter, '' when it is not asked. Raises a 404 problem for one not readable."""
        code = self.asked.get(name, "")
        if code and not readable_code(self.request.user, self.today, code):
            self.refuse_unit(name)
        return code

    def refuse_unit(self, name: str) -> Any:
        words = _("Không có đơn vị mang mã này, hoặc ngoài phạm vi của bạn.")
        raise Problem("not_found", errors=[at_parameter(name, words)])

    def one_by_code(self, name: str, rows: QuerySet) -> Any:
        """The row whose code a parameter names, None when it is not asked. Raises a 400 problem."""
        code = self.asked.get(name)
        if not code:
            return None
        found = rows.filter(code=code).first()
        if found is None:
            raise Problem("invalid_parameter", errors=[at_parameter(name, _("Không có mã này."))])
        return found
