"""What a company wants of invitations, chosen from a letter without signing in."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.generic import FormView

from companies import actions
from companies.forms import LettersForm, Opened
from companies.models import Company
from companies.tokens import BadToken, read_wishes_token
from look.asking import asked
from look.editing import OpenedFormMixin
from mail.links import LetterLink, LetterPage


class WishesLink(LetterLink):
    page = "companies:wishes_page"


class WishesByLink(LetterPage, OpenedFormMixin, FormView):
    """The secret is the proof that the reader gets the company's letters."""

    template_name = "companies/wishes.html"
    form_class = LettersForm
    address_hash = ""

    def unknown(self, secret: str) -> HttpResponse | None:
        try:
            self.address_hash = read_wishes_token(secret)
        except BadToken:
            return render(self.request, "companies/wishes_broken.html", status=404)
        return None

    @cached_property
    def companies(self) -> list[Company]:
        rows = Company.objects.active().written_to_at(self.address_hash)
        return list(rows.order_by("name", "pk"))

    def get_instance(self) -> Company:
        """That of the address; where several share it, the one that was picked."""
        slug = asked(self.request, "company")
        picked = [one for one in self.companies if not slug or one.slug == slug]
        if not picked:
            raise Http404
        return picked[0]

    def save(self, form: Opened) -> None:
        user = self.request.user
        actions.update_profile(
            company=form.instance,
            fields=form.values(),
            revision=form.cleaned_data["revision"],
            by=user if user.is_authenticated else None,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"company": context["form"].instance, "companies": self.companies}

    def get_success_url(self) -> str:
        return self.request.get_full_path()
