"""The pages that move a challenge: each says what will happen, and its button does it."""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.doors import PermissionPage
from accounts.permissions import Permission
from challenges import actions
from challenges.actions import ChallengeRefused
from challenges.forms import DeadlineForm, WithdrawForm
from challenges.models import Challenge
from challenges.views.completeness import meter


class MovePage(PermissionPage, FormView):
    """A question with one button. `act` calls the verb; its refusal is shown on the page."""

    permission = Permission.CHALLENGE_PUBLISH
    template_name = "challenges/challenge_move.html"
    form_class: Any = forms.Form
    question: str | Promise
    button: str | Promise
    done: str | Promise
    tone = ""
    consequences: tuple[str | Promise, ...] = ()

    def get_scope(self) -> Challenge:
        rows = Challenge.objects.select_related("lab__cluster").prefetch_related("requirements")
        self.challenge = get_object_or_404(rows, slug=self.kwargs["slug"])
        return self.challenge

    @abstractmethod
    def act(self, form: Any) -> Challenge:
        """Raises ChallengeRefused."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            moved = self.act(form)
        except ChallengeRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.address_after(moved))

    def address_after(self, challenge: Challenge) -> str:
        return challenge.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge = self.challenge
        return super().get_context_data(
            challenge=challenge,
            move=self,
            crumbs=[
                {"label": _("My challenges"), "url": reverse("challenges:mine")},
                {"label": challenge.title, "url": challenge.get_absolute_url()},
            ],
            **kwargs,
        )


class Publish(MovePage):
    template_name = "challenges/challenge_publish.html"
    done = gettext_lazy("Published. Companies are being scored now.")

    def act(self, form: Any) -> Challenge:
        return actions.publish(challenge=self.challenge, by=self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.challenge.is_open:
            return self.already()
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Refused, perhaps because somebody else's click came first: the same end for both."""
        self.challenge.refresh_from_db()
        return self.already() if self.challenge.is_open else super().form_invalid(form)

    def already(self) -> HttpResponse:
        messages.info(self.request, _("This challenge is published already."))
        return redirect(self.challenge)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = meter(self.challenge)
        deadline = self.challenge.deadline
        return super().get_context_data(
            meter=found,
            required=[item for item in found["missing"] if item["required"]],
            deadline_passed=deadline is not None and deadline <= datetime.now(UTC),
            **kwargs,
        )


class Close(MovePage):
    question = gettext_lazy("Close this challenge now?")
    button = gettext_lazy("Close the challenge")
    done = gettext_lazy("Closed. No more applications are taken.")
    consequences = (
        gettext_lazy("No more applications are taken, although the deadline is still ahead."),
        gettext_lazy("Those invited and those with drafts are told."),
        gettext_lazy("You can reopen it later."),
    )

    def act(self, form: Any) -> Challenge:
        return actions.close(challenge=self.challenge, by=self.request.user)


class Extend(MovePage):
    form_class = DeadlineForm
    question = gettext_lazy("Extend the deadline")
    button = gettext_lazy("Extend the deadline")
    done = gettext_lazy("The deadline is extended.")
    consequences = (
        gettext_lazy("Those invited and those with drafts are told of the new deadline."),
        gettext_lazy("A deadline can only move later, so that nobody loses time."),
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "challenge": self.challenge}

    def act(self, form: Any) -> Challenge:
        return actions.extend(
            challenge=self.challenge, deadline=form.cleaned_data["deadline"], by=self.request.user
        )


class Reopen(MovePage):
    form_class = DeadlineForm
    question = gettext_lazy("Reopen this challenge")
    button = gettext_lazy("Reopen the challenge")
    done = gettext_lazy("Open again. Those invited and those with drafts are told.")
    consequences = (gettext_lazy("Applications are taken again until the deadline below."),)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "challenge": self.challenge}

    def act(self, form: Any) -> Challenge:
        return actions.reopen(
            challenge=self.challenge, deadline=form.cleaned_data["deadline"], by=self.request.user
        )


class Withdraw(MovePage):
    form_class = WithdrawForm
    question = gettext_lazy("Withdraw this challenge?")
    button = gettext_lazy("Withdraw the challenge")
    done = gettext_lazy("Withdrawn. The public no longer sees it.")
    tone = "danger"
    consequences = (
        gettext_lazy("The public no longer sees it. This cannot be undone."),
        gettext_lazy("You can still read it and copy it into a new draft."),
    )

    def act(self, form: Any) -> Challenge:
        return actions.withdraw(
            challenge=self.challenge, reason=form.cleaned_data["reason"], by=self.request.user
        )


class Duplicate(MovePage):
    permission = Permission.CHALLENGE_EDIT
    question = gettext_lazy("Copy this challenge into a new draft?")
    button = gettext_lazy("Make a copy")
    done = gettext_lazy("This is the copy. Give it a title and dates of its own.")
    consequences = (
        gettext_lazy("The whole brief and its requirements are copied; the dates are left out."),
        gettext_lazy("The original stays as it is."),
    )

    def act(self, form: Any) -> Challenge:
        return actions.duplicate(challenge=self.challenge, by=self.request.user)

    def address_after(self, challenge: Challenge) -> str:
        return reverse("challenges:edit", args=[challenge.slug, "need"])
