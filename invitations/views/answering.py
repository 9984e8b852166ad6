"""Where a company reads an invitation and answers it, by its link or signed in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.generic import View

from accounts.doors import PermissionPage
from accounts.permissions import Permission, Scope
from challenges.choices import Status as ChallengeStatus
from invitations.actions import answer, ask, may_tell, nominate, postpone, take_back_answer
from invitations.choices import ANSWERABLE, ANSWERED, DeclineReason, Status
from invitations.emails import LIST, language_of, recipient_of
from invitations.forms import (
    ASK,
    DECLINED,
    ON_A_DAY,
    PASS_ON,
    PAUSE_LABELS,
    UNDO,
    AnswerForm,
    PassOnForm,
    QuestionForm,
)
from invitations.models import Invitation
from invitations.problems import InvitationProblem
from invitations.reasons import with_reasons
from invitations.tokens import hash_of
from invitations.wording import told_reasons
from invitations.written import letter_of
from mail.letters import stop_url
from mail.links import LetterLink, LetterPage
from mail.models import hash_of as hash_of_address
from mail.tokens import PREVIEW

RELATED = ("challenge__lab__cluster", "company")


def state_of(invitation: Invitation, at: datetime) -> str:
    """What can be done here: ask, interested, later, declined, closed, withdrawn or over."""
    challenge = invitation.challenge
    if challenge.status == ChallengeStatus.WITHDRAWN:
        return "challenge_withdrawn"
    if invitation.status == Status.WITHDRAWN:
        return "withdrawn"
    if not challenge.is_open or challenge.deadline is None or challenge.deadline < at:
        return "closed"
    if invitation.status in ANSWERABLE:
        return "ask"
    return str(invitation.status) if invitation.status in ANSWERED else "over"


def hears_news(invitation: Invitation) -> bool:
    """Whether we may write should the challenge open again: not to whom others passed it on."""
    return may_tell([invitation])[invitation.pk]


def is_after_deadline(invitation: Invitation) -> bool:
    """Whether the day named by *not now* comes too late for this challenge."""
    day, deadline = invitation.not_before, invitation.challenge.deadline
    return bool(day and deadline and day > timezone.localdate(deadline))


def record(form: AnswerForm, invitation: Invitation, *, request: HttpRequest) -> None:
    """What the pressed button means."""
    by = request.user if request.user.is_authenticated else None
    arrived_at = request.arrived_at  # type: ignore[attr-defined]
    note = form.cleaned_data["note"]
    if form.cleaned_data["answer"] == UNDO:
        take_back_answer(invitation=invitation, arrived_at=arrived_at, by=by)
    elif until := form.postponed_until:
        postpone(invitation=invitation, until=until, note=note, arrived_at=arrived_at, by=by)
    else:
        answer(
            invitation=invitation,
            interested=form.cleaned_data["answer"] == Status.INTERESTED,
            reason=form.chosen_reason,
            note=note,
            arrived_at=arrived_at,
            by=by,
        )


def record_question(form: QuestionForm, invitation: Invitation, *, request: HttpRequest) -> None:
    by = request.user if request.user.is_authenticated else None
    text, language = form.cleaned_data["question"], get_language() or ""
    ask(invitation=invitation, text=text, language=language, by=by)


def record_nomination(form: PassOnForm, invitation: Invitation, *, request: HttpRequest) -> None:
    by = request.user if request.user.is_authenticated else None
    given, company = form.cleaned_data, form.company
    nominate(
        invitation=invitation,
        kind=given["kind"],
        name=company.name if company else given["whom"],
        email="" if company else given["address"],
        country="" if company else given["country"],
        reason=given["why"],
        company=company,
        by=by,
    )


# By the button pressed: what its form is called on the page, the form, and what it does.
DOORS: dict[str, tuple[str, Any, Callable[..., None]]] = {
    ASK: ("question_form", QuestionForm, record_question),
    PASS_ON: ("pass_on_form", PassOnForm, record_nomination),
}


class AnswerPage(View):
    """Shows an invitation; POST answers it. A GET changes nothing, whoever sends it."""

    template_name: str
    invitation: Invitation

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pressed = request.POST.get("answer", "")
        name, make, act = DOORS.get(pressed, ("form", AnswerForm, record))
        form = make(request.POST, **(self.reader() if pressed == PASS_ON else {}))
        if not form.is_valid():
            return self.page(status=422, **{name: form})
        try:
            act(form, self.invitation, request=request)
        except InvitationProblem as problem:
            return self.page(problem=str(problem), status=409, **{name: form})
        done = f"?done={pressed}" if pressed in DOORS else ""
        return HttpResponseRedirect(f"{request.path}{done}")

    def reader(self) -> dict[str, Any]:
        """For whom the form is that passes an invitation on."""
        return {"reader": self.request.user, "country": str(self.invitation.company.country)}

    def page(self, *, problem: str = "", status: int = 200, **forms: Any) -> HttpResponse:
        """Each form as it was typed, where one was refused."""
        state = state_of(self.invitation, timezone.now())
        with_reasons([self.invitation])
        form = forms.get("form") or AnswerForm(initial={"note": self.invitation.answer_note})
        context = {
            "invitation": self.invitation,
            "challenge": self.invitation.challenge,
            "company": self.invitation.company,
            "state": state,
            "reasons": told_reasons(self.invitation, get_language() or "en"),
            "decline_reasons": DeclineReason.choices,
            "pauses": PAUSE_LABELS,
            "on_a_day": ON_A_DAY,
            "declined": DECLINED,
            "is_after_deadline": is_after_deadline(self.invitation),
            "form": form,
            "question_form": forms.get("question_form") or QuestionForm(),
            "pass_on_form": forms.get("pass_on_form") or PassOnForm(**self.reader()),
            "hears_news": state == "closed" and hears_news(self.invitation),
            "done": "" if forms else self.request.GET.get("done", ""),
            "problem": problem,
            "stop_url": self.stop_url() if state == Status.DECLINED else "",
        }
        return render(self.request, self.template_name, context, status=status)

    def stop_url(self) -> str:
        """Offered to whoever is not interested in such letters."""
        address = recipient_of(self.invitation.company)
        if self.invitation.decline_reason != DeclineReason.NOT_INTERESTED or address is None:
            return ""
        return stop_url(address_hash=hash_of_address(address), list_name=LIST)


class AnswerLink(LetterLink):
    page = "invitations:answer_page"


class AnswerByLinkView(LetterPage, AnswerPage):
    """The page behind the link in the letter: the secret is the proof, whoever holds it."""

    template_name = "invitations/answer.html"

    def unknown(self, secret: str) -> HttpResponse | None:
        found = Invitation.objects.select_related(*RELATED).behind(hash_of(secret)).first()
        if found is not None:
            self.invitation = found
            self.speak_as_the_letter()
            return None
        context = {"is_preview": secret == PREVIEW}
        status = 200 if secret == PREVIEW else 404
        return render(self.request, "invitations/answer_unknown.html", context, status=status)

    def speak_as_the_letter(self) -> None:
        """Whoever follows its link reads on in its language, unless they chose another here."""
        chosen = settings.LANGUAGE_COOKIE_NAME in self.request.COOKIES
        if chosen or getattr(self.request.user, "language", ""):
            return
        letter = letter_of(self.invitation)
        translation.activate(letter.language if letter else language_of(self.invitation.company))
        self.request.LANGUAGE_CODE = translation.get_language()


class InvitationView(PermissionPage, AnswerPage):
    """The same for a colleague who is signed in."""

    permission = Permission.INVITATION_ANSWER
    template_name = "invitations/invitation_detail.html"

    @cached_property
    def invitation(self) -> Invitation:  # type: ignore[override]
        rows = Invitation.objects.written().select_related(*RELATED)
        return get_object_or_404(rows.prefetch_related("company__members"), pk=self.kwargs["pk"])

    def get_scope(self) -> Scope:
        return self.invitation.company
