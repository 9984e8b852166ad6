"""Our scripts and stylesheets, each with the hash by which a browser checks what it was given."""

import base64
import hashlib
from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


def script(path: str) -> SafeString:
    return format_html(
        '<script src="{}"{} defer></script>', static(path), _attribute(integrity(path))
    )


def stylesheet(path: str) -> SafeString:
    return format_html(
        '<link rel="stylesheet" href="{}"{}>', static(path), _attribute(integrity(path))
    )


def integrity(path: str) -> str:
    """The hash of the collected file; empty in development, where files change as one looks."""
    storage: Any = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):
        return ""
    return _hash_of(storage.stored_name(path))


@cache
def _hash_of(stored_name: str) -> str:
    with staticfiles_storage.open(stored_name) as file:
        digest = hashlib.sha384(file.read()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"


def _attribute(value: str) -> SafeString:
    return format_html(' integrity="{}"', value) if value else SafeString()
