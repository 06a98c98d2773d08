"""How often one person or program may ask: generous, and told in every answer.

The count is kept in the cache `throttling`, which the processes of a machine share.
"""

import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from sonla.middleware import client_address

WINDOW = 60


class PerMinute(BaseThrottle):
    """So many requests a minute for each person, or for each address of those who are nobody yet."""

    def __init__(self) -> None:
        self.left = 0
        self.reset = WINDOW

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_REQUESTS_PER_MINUTE
        minute, second = divmod(int(time.time()), WINDOW)
        key = f"{self._who(request)}:{minute}"
        cache = caches["throttling"]
        cache.add(key, 0, 2 * WINDOW)
        try:
            count = cache.incr(key)
        except ValueError:  # another process swept the cache just now
            count = 1
        self.left, self.reset = max(0, limit - count), WINDOW - second
        request._request.throttle = self
        return count <= limit

    def wait(self) -> float:
        return self.reset

    def headers(self) -> dict[str, str]:
        """What an answer says about the limit (IETF draft: RateLimit header fields)."""
        limit = settings.API_REQUESTS_PER_MINUTE
        return {
            "RateLimit-Policy": f'"default";q={limit};w={WINDOW}',
            "RateLimit": f'"default";r={self.left};t={self.reset}',
        }

    @staticmethod
    def _who(request: Request) -> str:
        if request.user is not None and request.user.is_authenticated:
            return f"user:{request.user.pk}"
        return f"address:{client_address(request._request)}"
