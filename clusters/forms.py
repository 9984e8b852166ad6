from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation, Network
from look.editing import OpenedForm
from taxonomy.forms import one_country


class OrganisationForm(OpenedForm):
    country = one_country(_("Country"))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = ClusterOrganisation
        fields = ("name", "kind", "country", "city", "language", "website", "description")
        widgets = {"description": forms.Textarea(attrs={"rows": 6})}


class NetworkForm(forms.ModelForm):
    class Meta:
        model = Network
        fields = ("name", "description", "shows_quality")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class JoinNetworkForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=ClusterOrganisation.objects.none()
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outside = ClusterOrganisation.objects.exclude(networks=network)
        cast(forms.ModelChoiceField, self.fields["organisation"]).queryset = outside


class AccessLetterForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=settings.LANGUAGES, initial=get_language
    )
