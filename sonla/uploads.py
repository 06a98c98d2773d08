"""What is kept of an uploaded file while it comes in."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class Limit(FileUploadHandler):
    """Stands before Django's own handlers and hands on little more than the largest file that is taken.

    The rest is read from the wire and dropped, so that nobody fills the disk; the file that arrives is still
    too large, and is refused in words where it is looked at.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.kept > settings.LARGEST_UPLOAD:
            return None
        self.kept += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one make the file."""
