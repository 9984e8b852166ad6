"""Questions and answers about a challenge: read by all, asked by those signed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from accounts.doors import PermissionPage, PublicPage, SignedInPage
from accounts.permissions import Permission, has_permission
from challenges import actions
from challenges.actions import ChallengeRefused
from challenges.forms import QuestionForm, ReplyForm
from challenges.models import Challenge, Question
from challenges.views.pages import whole


class OfChallenge:
    """Finds the challenge of the address among those the reader may see."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def challenge(self) -> Challenge:
        return get_object_or_404(whole(self.request.user), slug=self.kwargs["slug"])

    @property
    def crumbs(self) -> list[dict[str, str]]:
        challenge = self.challenge
        return [{"label": challenge.title, "url": challenge.get_absolute_url()}]


class QuestionsView(OfChallenge, PublicPage, TemplateView):
    template_name = "challenges/question_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        challenge = self.challenge
        rows = Question.objects.filter(challenge=challenge)
        answers = has_permission(self.request.user, Permission.QUESTION_ANSWER, challenge)
        return super().get_context_data(**kwargs) | {
            "challenge": challenge,
            "crumbs": self.crumbs,
            "questions": rows.public(),
            "answers": answers,
            "unanswered": rows.unanswered() if answers else (),
            "hidden": rows.hidden() if answers else (),
        }


class AskView(OfChallenge, SignedInPage, FormView):
    template_name = "challenges/question_ask.html"
    form_class = QuestionForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(challenge=self.challenge, crumbs=self.crumbs, **kwargs)

    def form_valid(self, form: QuestionForm) -> HttpResponse:
        try:
            actions.ask(
                challenge=self.challenge,
                text=form.cleaned_data["question"],
                language=get_language() or "",
                by=self.person,
            )
        except ChallengeRefused as refused:
            form.add_error(None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, _("Your question is with the cluster manager."))
        return redirect("challenges:questions", self.challenge.slug)


class QuestionDoor(PermissionPage):
    permission = Permission.QUESTION_ANSWER

    @cached_property
    def question(self) -> Question:
        rows = Question.objects.with_answers().select_related("challenge__lab__cluster")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_scope(self) -> Question:
        return self.question


class AnswerView(QuestionDoor, FormView):
    template_name = "challenges/question_answer.html"
    form_class = ReplyForm

    def get_initial(self) -> dict[str, Any]:
        answer = getattr(self.question, "answer", None)
        return {"answer": answer.text} if answer else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        question = self.question
        crumbs = [
            {"label": question.challenge.title, "url": question.challenge.get_absolute_url()},
            {"label": _("Questions"), "url": question.get_absolute_url()},
        ]
        return super().get_context_data(question=question, crumbs=crumbs, **kwargs)

    def form_valid(self, form: ReplyForm) -> HttpResponse:
        actions.answer_question(
            question=self.question,
            text=form.cleaned_data["answer"],
            language=get_language() or "",
            by=self.person,
        )
        messages.success(self.request, _("The answer is public."))
        return redirect(self.question.get_absolute_url())


class HideView(QuestionDoor, View):
    """Hides a question, or shows a hidden one again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "show" in request.POST:
            actions.show_question(question=self.question, by=self.person)
            messages.success(request, _("The question can be read again."))
        else:
            actions.hide_question(question=self.question, by=self.person)
            messages.success(request, _("The question is hidden."))
        return redirect(reverse("challenges:questions", args=[self.question.challenge.slug]))
