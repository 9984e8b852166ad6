"""What every page needs for its frame."""

from typing import Any

from django.http import HttpRequest

from look import navigation


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "navigation": lambda: navigation.links(navigation.MAIN, request),
        "footer_links": lambda: navigation.links(navigation.FOOTER, request),
    }
