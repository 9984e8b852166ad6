"""What people type into pages of invitations."""

from django import forms
from django.utils.translation import gettext_lazy as _

from invitations.choices import DeclineReason, RuleChoice, Status
from invitations.models import NetworkShares
from look.editing import OpenedForm
from look.forms import DateInput

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


class RuleForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Before a first letter"), choices=[("", ""), *RuleChoice.choices]
    )
    since = forms.DateField(
        label=_("As of"), widget=DateInput(), help_text=_("The day on which you looked it up.")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": True}),
        help_text=_("The law, the guidance or who told you. Your counsel should confirm it."),
    )


class SharesForm(OpenedForm):
    class Meta:
        model = NetworkShares
        fields = ("newcomers", "cluster")
        help_texts = {
            "newcomers": _(
                "Of a challenge's invitations so many are kept for companies that were never "
                "invited before, as far as there are any above the lowest score. 0: none are kept."
            ),
            "cluster": _(
                "No more of a challenge's invitations go to members of the same cluster "
                "organisation; a company of several counts for each. 100: no limit."
            ),
        }
        widgets = {
            "newcomers": forms.NumberInput(attrs={"data-width": "s", "data-unit": "%"}),
            "cluster": forms.NumberInput(attrs={"data-width": "s", "data-unit": "%"}),
        }
