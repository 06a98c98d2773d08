"""How long lists are cut into pages."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination

from sonla.api.problems import Problem, at_parameter


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`: 100 rows unless asked, never more than 500 (`filters.Paged` says so)."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset, request, view=None):
        """One page of rows. Raises a 404 problem for a page past the end."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except NotFound as error:
            raise Problem("not_found", errors=[at_parameter("page", _("Không có trang này."))]) from error
