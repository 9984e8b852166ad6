"""The door through which files come: looked at before the body is read."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from applications.files import cleaned_name
from look import errors


def most_bytes() -> int:
    """Of one request: two of the largest files, and the text."""
    return 2 * settings.ATTACHMENT_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class LargeFilesLeftOut(FileUploadHandler):
    """Lets a file go by that is too large, so that the text sent with it is not lost."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.names: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.ATTACHMENT_BYTES:
            self.names.append(cleaned_name(self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class UploadDoor:
    """Refuses what is far too large unread, and drops single files that are too large.

    The check against forged requests reads the body, so it comes after this one.
    """

    large_files: LargeFilesLeftOut

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes():
            return errors.page(request, 413, limit=filesizeformat(settings.ATTACHMENT_BYTES))
        self.large_files = LargeFilesLeftOut(request)
        if request.method == "POST":
            request.upload_handlers.insert(0, self.large_files)
        return self.checked(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def checked(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
