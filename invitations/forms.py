"""What people type into pages of invitations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from invitations.choices import DeclineReason, Status

NOTE_LENGTH = 600
DECLINED = "declined"
UNDO = "undo"
ANSWERS = [(Status.INTERESTED, ""), (DECLINED, ""), (UNDO, ""), *DeclineReason.choices]


class AnswerForm(forms.Form):
    """One button is the whole answer; a reason is a button of its own."""

    answer = forms.ChoiceField(
        choices=ANSWERS,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose an answer.")},
    )
    note = forms.CharField(
        label=_("A word to the cluster manager"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": True}),
    )

    @property
    def chosen_reason(self) -> str:
        chosen = str(self.cleaned_data["answer"])
        return chosen if chosen in DeclineReason.values else ""


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Personal note"),
        help_text=_("Stands in every one of these letters, in your own words."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
    )
