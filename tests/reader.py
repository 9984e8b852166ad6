"""Somebody who opens a secret link of a letter and presses a button on the page behind it."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.test import Client
from django.urls import resolve, reverse

from mail.links import FIELD, name_of

PAGES = {
    "companies:wishes": "companies:wishes_page",
    "invitations:answer": "invitations:answer_page",
    "mail:stop": "mail:stop_page",
}


def page_of(link: str) -> tuple[str, str]:
    """(address of the page, its secret) of a link."""
    parts = urlsplit(link)
    found = resolve(unquote(parts.path))
    secret = found.kwargs["token"]
    query = f"?{parts.query}" if parts.query else ""
    return reverse(PAGES[found.view_name], args=[name_of(secret)]) + query, secret


def is_link(path: str) -> bool:
    return resolve(unquote(urlsplit(path).path)).view_name in PAGES


class MailReader(Client):
    """Goes where the link leads, and posts as the page's form does: with the secret, no cookie."""

    def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
        if not is_link(path):
            return super().get(path, *args, **kwargs)
        super().get(path)
        return super().get(page_of(path)[0], *args, **kwargs)

    def post(self, path: str, data: Any = None, **kwargs: Any) -> Any:
        if not is_link(path):
            return super().post(path, data, **kwargs)
        page, secret = page_of(path)
        return super().post(page, {**(data or {}), FIELD: secret}, **kwargs)
