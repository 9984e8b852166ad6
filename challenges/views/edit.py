"""Writing a brief: a new draft, and its steps with autosave."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View

from accounts.doors import PermissionPage, SignedInPage
from accounts.permissions import Permission, Scope
from challenges import actions
from challenges import forms as challenge_forms
from challenges.actions import ChallengeRefused, ChangedMeanwhile, can_edit, fingerprint
from challenges.forms import NewChallengeForm
from challenges.markdown import html_of
from challenges.models import Challenge
from challenges.profiles import completeness
from challenges.views.completeness import meter
from challenges.wording import value_in_words
from labs.models import LivingLab
from look.asking import asked


@dataclass(frozen=True)
class Step:
    """A part of the brief with its own address."""

    label: str | Promise
    title: str | Promise
    form: Any
    template: str = "challenges/challenge_edit.html"


STEPS = {
    "need": Step(gettext_lazy("Need"), gettext_lazy("The need"), challenge_forms.NeedForm),
    "outcome": Step(
        gettext_lazy("Wanted outcome"),
        gettext_lazy("The wanted outcome"),
        challenge_forms.OutcomeForm,
    ),
    "requirements": Step(
        gettext_lazy("Requirements"),
        gettext_lazy("What a company must be able to do"),
        challenge_forms.RequirementsForm,
        "challenges/challenge_edit_requirements.html",
    ),
    "who": Step(
        gettext_lazy("Who can answer"), gettext_lazy("Who can answer"), challenge_forms.WhoForm
    ),
    "offer": Step(gettext_lazy("Offer"), gettext_lazy("What you offer"), challenge_forms.OfferForm),
    "dates": Step(
        gettext_lazy("Dates"),
        gettext_lazy("Dates"),
        challenge_forms.DatesForm,
        "challenges/challenge_edit_dates.html",
    ),
    "invitations": Step(
        gettext_lazy("Invitations"), gettext_lazy("Invitations"), challenge_forms.InvitationsForm
    ),
}
ORDER = list(STEPS)


class ChallengeCreate(PermissionPage, FormView):
    """A title is enough to begin with."""

    permission = Permission.CHALLENGE_EDIT
    template_name = "challenges/challenge_create.html"
    form_class = NewChallengeForm

    def get_scope(self) -> Scope:
        """The lab asked for, else the first the person manages."""
        self.labs = LivingLab.objects.managed_by(self.request.user).select_related("cluster")
        slug = asked(self.request, "lab")
        found = self.labs.filter(slug=slug).first() if slug else self.labs.first()
        if found is None:
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "labs": self.labs}

    def get_initial(self) -> dict[str, Any]:
        return {"lab": self.scope.slug, "language": self.scope.language}

    def form_valid(self, form: NewChallengeForm) -> HttpResponse:
        draft = actions.create_draft(**form.cleaned_data, by=self.request.user)
        return redirect("challenges:edit", slug=draft.slug, step=ORDER[0])


class EditStep(PermissionPage, View):
    """One step of a brief. A plain POST saves and goes on; htmx saves while the person writes."""

    permission = Permission.CHALLENGE_EDIT
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_scope(self) -> Challenge:
        if self.kwargs["step"] not in STEPS:
            raise Http404
        self.code = self.kwargs["step"]
        self.step = STEPS[self.code]
        self.challenge = self._stored()
        return self.challenge

    def _stored(self) -> Challenge:
        rows = Challenge.objects.select_related("lab__cluster").prefetch_related("requirements")
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.step.form(instance=self.challenge)
        form.initial["seen"] = fingerprint(self.challenge, form.parts())
        return self._page(form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # A form writes on its instance; the page around it keeps showing what is stored.
        form = self.step.form(request.POST, instance=self._stored())
        if not form.is_valid():
            return self._refused(form)
        try:
            self.challenge = self._save(form)
        except ChangedMeanwhile as changed:
            return self._conflict(form, str(changed))
        except ChallengeRefused as refused:
            form.add_error(None, str(refused))
        except ValidationError as faulty:
            form.add_error(None, faulty.messages)
        if not form.is_valid():
            return self._refused(form)
        return self._saved(form)

    def _save(self, form: Any) -> Challenge:
        common = {"challenge": self.challenge, "seen": form.cleaned_data["seen"] or None}
        if self.code == "requirements":
            return actions.set_requirements(
                must=form.of("must"), nice=form.of("nice"), by=self.request.user, **common
            )
        return actions.update_brief(changes=form.changes(), by=self.request.user, **common)

    def _saved(self, form: Any) -> HttpResponse:
        if not self._instant:
            messages.success(self.request, _("Saved."))
            return redirect(self._next())
        stored = self._stored()
        context = {
            "saved_at": f"{datetime.now(ZoneInfo(stored.time_zone)):%H:%M}",
            "seen": fingerprint(stored, form.parts()),
            "meter": meter(stored),
        }
        return render(self.request, "challenges/_saved.html", context)

    def _next(self) -> str:
        if "stay" in self.request.POST:
            return self.request.path
        following = ORDER[ORDER.index(self.code) + 1 :]
        if following:
            return reverse("challenges:edit", args=[self.challenge.slug, following[0]])
        if self.challenge.is_draft:
            return reverse("challenges:publish", args=[self.challenge.slug])
        return self.challenge.get_absolute_url()

    def _refused(self, form: Any) -> HttpResponse:
        if self._instant:
            return render(self.request, "challenges/_not_saved.html", {"form": form}, status=422)
        return self._page(form, status=422)

    def _conflict(self, form: Any, sentence: str) -> HttpResponse:
        """The text typed stays in the form, what is stored stands beside it; saving again wins."""
        if self._instant:
            context = {"sentence": sentence}
            return render(self.request, "challenges/_not_saved.html", context, status=422)
        stored = self._stored()
        kept = self.request.POST.copy()
        kept["seen"] = fingerprint(stored, form.parts())
        again = self.step.form(kept, instance=stored)
        theirs = [value_in_words(stored, part) for part in form.differing(stored)]
        return self._page(again, status=409, conflict=sentence, theirs=theirs)

    @property
    def _instant(self) -> bool:
        return bool(self.request.htmx)  # type: ignore[attr-defined]

    def _page(self, form: Any, status: int = 200, **extra: Any) -> HttpResponse:
        form.mark_needed()
        context = {
            "challenge": self.challenge,
            "form": form,
            "step": self.step,
            "steps": self._steps(),
            "meter": meter(self.challenge),
            "editable": can_edit(self.challenge, form.parts()),
            "is_last": self.code == ORDER[-1],
            "crumbs": [
                {"label": _("My challenges"), "url": reverse("challenges:mine")},
                {"label": self.challenge.title, "url": self.challenge.get_absolute_url()},
            ],
            **extra,
        }
        return render(self.request, self.step.template, context, status=status)

    def _steps(self) -> list[dict[str, Any]]:
        wanting = {item.step for item in completeness(self.challenge).missing} | {"invitations"}
        return [
            {
                "label": step.label,
                "url": reverse("challenges:edit", args=[self.challenge.slug, code]),
                "state": _state(code, self.code, wanting),
            }
            for code, step in STEPS.items()
        ]


def _state(code: str, current: str, wanting: set[str]) -> str:
    if code == current:
        return "current"
    return "todo" if code in wanting else "done"


class MarkdownPreview(SignedInPage, View):
    """What the public page will make of a text."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get(request.GET.get("field", ""), "")
        return HttpResponse(html_of(text))
