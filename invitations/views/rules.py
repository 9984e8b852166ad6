"""What the laws of countries want before a first letter: the table of the send-gate."""

from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView
from django_countries import countries

from accounts.doors import AdministratorPage
from invitations import actions
from invitations.choices import AddressKind
from invitations.forms import RuleForm
from invitations.models import CountryRule
from invitations.problems import InvitationProblem


class RulesView(AdministratorPage, TemplateView):
    """All rules in force; a country that is not listed gets the strictest treatment."""

    template_name = "invitations/rule_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        country = request.GET.get("country", "")
        if country in dict(countries):
            url = reverse("invitations:rule", args=[country, AddressKind.PERSONAL])
            return HttpResponseRedirect(url)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = sorted(
            CountryRule.objects.in_force().select_related("recorded_by"),
            key=lambda row: (str(row.country.name), row.country.code, row.kind == "generic"),
        )
        listed = {row.country.code for row in rows}
        return super().get_context_data(
            by_country=[
                (country, list(group)) for country, group in groupby(rows, lambda row: row.country)
            ],
            others=[(code, name) for code, name in countries if code not in listed],
            **kwargs,
        )


class RuleView(AdministratorPage, FormView):
    """One rule: what holds, what held before, and a form for what holds from now on."""

    template_name = "invitations/rule_form.html"
    form_class = RuleForm

    @cached_property
    def history(self) -> list[CountryRule]:
        rows = CountryRule.objects.filter(country=self.kwargs["country"], kind=self.kwargs["kind"])
        return list(rows.select_related("recorded_by").order_by("-pk"))

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["country"] not in dict(countries) or kwargs["kind"] not in AddressKind.values:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        today: date = timezone.localdate()
        if not self.history:
            return {"since": today}
        return {"rule": self.history[0].rule, "source": self.history[0].source, "since": today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            country=dict(countries)[self.kwargs["country"]],
            kind=AddressKind(self.kwargs["kind"]).label,
            history=self.history,
            crumbs=[{"label": _("Rules of countries"), "url": reverse("invitations:rules")}],
            **kwargs,
        )

    def form_valid(self, form: RuleForm) -> HttpResponse:
        where = {"country": self.kwargs["country"], "kind": self.kwargs["kind"]}
        try:
            actions.set_rule(**where, **form.cleaned_data, by=self.request.user)
        except InvitationProblem as problem:
            form.add_error("since", str(problem))
            return self.form_invalid(form)
        return HttpResponseRedirect(reverse("invitations:rules"))

    def form_invalid(self, form: RuleForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
