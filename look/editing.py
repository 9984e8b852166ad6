"""Editing what others may edit at the same time: nobody overwrites unseen."""

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from look.problems import EditedMeanwhile


class OpenedForm(forms.ModelForm):
    """Carries the revision that the person opened."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("revision", self.instance.revision)

    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class OpenedFormMixin(ABC):
    """For a FormView whose `save` may raise EditedMeanwhile: who comes second keeps their text."""

    request: HttpRequest

    @abstractmethod
    def get_instance(self) -> Any:
        """What is edited, as it is now."""

    @abstractmethod
    def save(self, form: Any) -> None:
        """Raises EditedMeanwhile."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.get_instance()}  # type: ignore[misc]

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.save(form)
        except EditedMeanwhile as problem:
            return self.compare(form, problem)
        messages.success(self.request, _("Saved."))
        return redirect(self.get_success_url())  # type: ignore[attr-defined]

    def form_invalid(self, form: Any) -> HttpResponse:
        return self._page(422, form=form)

    def compare(self, form: OpenedForm, problem: EditedMeanwhile) -> HttpResponse:
        """The person's own text, now on top of the newest revision, and the other's beside it."""
        current = type(form.instance).objects.filter(pk=form.instance.pk).first()
        if current is None:
            raise Http404
        data = self.request.POST.copy()
        data["revision"] = str(current.revision)
        mine = type(form)(data, instance=current)
        theirs = type(form)(instance=current)
        mine.is_valid()
        mine.add_error(None, str(problem))
        differing = [
            {"label": theirs[name].label, "value": _shown(theirs, name)}
            for name, value in form.values().items()
            if theirs[name].initial != value
        ]
        return self._page(409, form=mine, differing=differing)

    def _page(self, status: int, **context: Any) -> HttpResponse:
        page: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]
            self.get_context_data(**context),  # type: ignore[attr-defined]
            status=status,
        )
        return page


def _shown(form: OpenedForm, name: str) -> str:
    """A saved value in the words of its field."""
    value: Any = form[name].initial
    labels: dict[Any, Any] = {}
    for code, label in getattr(form.fields[name], "choices", ()):
        labels |= dict(label) if isinstance(label, list | tuple) else {code: label}
    if isinstance(value, list):
        return ", ".join(str(labels.get(one, one)) for one in value)
    return str(labels.get(value, "" if value is None else value))
