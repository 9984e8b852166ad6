"""A question about a challenge, and its answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from challenges.models.question import ANSWER_LENGTH, QUESTION_LENGTH


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=_("Your question"),
        help_text=_("Everybody can read it with its answer; nobody reads who asked."),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": True}),
    )


class ReplyForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("Everybody can read it at once; who asked gets it by letter."),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6, "data-count": True}),
    )
