"""The contact form."""

from django import forms
from django.utils.translation import gettext_lazy as _

QUESTION_LENGTH = 4000


class ContactForm(forms.Form):
    """`website` is for machines only: a person never sees the field."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("The answer goes there."))
    question = forms.CharField(
        label=_("Your question"),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7, "data-count": ""}),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)
