"""Asking a colleague in, and claiming a company."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from companies.choices import CompanyRole


class ColleagueForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=CompanyRole.choices, initial=CompanyRole.EDITOR
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, initial=get_language
    )


class ClaimSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name or registry number"),
        max_length=160,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("The whole name as your cluster organisation would write it."),
    )


class ClaimForm(forms.Form):
    message = forms.CharField(
        label=_("Message to the cluster manager"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500, "data-count": 500}),
        help_text=_("How can they know that you speak for the company?"),
    )
