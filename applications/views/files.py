"""The door to the files: a download, never a page."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.doors import PermissionPage
from accounts.permissions import Permission, has_permission
from applications.models import Attachment


class DownloadFile(PermissionPage, View):
    """For who writes the application, and for who may read it once it has arrived."""

    permission = Permission.APPLICATION_WRITE

    def get_scope(self) -> Attachment:
        rows = Attachment.objects.select_related("application__challenge__lab__cluster")
        self.file = get_object_or_404(rows, public_id=self.kwargs["file"])
        if has_permission(self.request.user, Permission.APPLICATION_READ, self.file):
            self.permission = Permission.APPLICATION_READ  # type: ignore[misc]
        return self.file

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        try:
            content = self.file.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            content,
            as_attachment=True,
            filename=self.file.name,
            content_type=self.file.content_type,
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
