"""What a cluster manager writes down of a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from companies.choices import RECORDED_BY_HAND
from look.forms import DateInput


class GroundForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What"),
        choices=[("", ""), *((kind.value, kind.label) for kind in RECORDED_BY_HAND)],
        help_text=_("An objection stops all letters of invitation for good."),
    )
    since = forms.DateField(label=_("Since"), widget=DateInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
        help_text=_("Who said or wrote it, when and where; or the address of the page."),
    )
