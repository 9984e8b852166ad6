"""How far the background reading of profiles is, asked for again and again while it goes on."""

from typing import Any

from django.views.generic import TemplateView

from accounts.doors import SignedInPage
from matching.reading import under_way


class ReadingView(SignedInPage, TemplateView):
    template_name = "matching/_reading.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(reading=under_way(), **kwargs)
