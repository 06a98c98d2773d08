"""How long lists are cut into pages."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`: 100 rows unless asked, never more than 1,000."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
