"""What a manager fills in about a lab."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import ClusterOrganisation
from labs.models import LabPartner, LivingLab, Site
from look.editing import OpenedForm
from taxonomy.forms import one_country
from taxonomy.themes import THEME_CHOICES

PLACE = {
    "lat": forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        help_text=_("In degrees, for example 55.48. With both the place shows on the map."),
        widget=forms.NumberInput(attrs={"data-width": "s", "step": "any"}),
    ),
    "lon": forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("In degrees, for example 8.45."),
        widget=forms.NumberInput(attrs={"data-width": "s", "step": "any"}),
    ),
}


def place_is_whole(cleaned: dict[str, Any]) -> bool:
    return (cleaned.get("lat") is None) == (cleaned.get("lon") is None)


class PlaceForm(OpenedForm):
    """A form with coordinates: both or none."""

    lat = PLACE["lat"]
    lon = PLACE["lon"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"lat", "lon"} & set(self.errors) and not place_is_whole(cleaned):
            missing = "lat" if cleaned.get("lat") is None else "lon"
            self.add_error(missing, _("Give both latitude and longitude, or neither."))
        return cleaned


class LabForm(PlaceForm):
    country = one_country(_("Country"))
    themes = forms.MultipleChoiceField(
        label=_("Themes"), choices=THEME_CHOICES, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = LivingLab
        fields = (
            "name",
            "summary",
            "owner",
            "city",
            "country",
            "language",
            "themes",
            "opened",
            "description",
            "lat",
            "lon",
        )
        help_texts = {
            "summary": _("One sentence: what is the place, and what can be tried there?"),
            "owner": _("The organisation whose need the lab's challenges state."),
            "language": _("The language you write in."),
            "description": _("Markdown: **bold**, lists with a dash, links."),
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2, "data-count": 200, "maxlength": 200}),
            "opened": forms.NumberInput(attrs={"data-width": "s", "min": 1900, "max": 2100}),
            "description": forms.Textarea(attrs={"rows": 10}),
        }


class NewLabForm(LabForm):
    """The first page of a new lab also asks who runs it."""

    cluster = forms.ModelChoiceField(
        label=_("Run by"), queryset=ClusterOrganisation.objects.none(), to_field_name="slug"
    )
    field_order = ("cluster",)

    def __init__(self, *args: Any, clusters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = clusters  # type: ignore[attr-defined]


class SiteForm(PlaceForm):
    class Meta:
        model = Site
        fields = (
            "name",
            "address",
            "what_can_be_tested",
            "access",
            "data_available",
            "power",
            "permits",
            "lat",
            "lon",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("what_can_be_tested", "access", "data_available", "power", "permits")
        }


class PartnerForm(forms.ModelForm):
    country = one_country(_("Country"), required=False)

    class Meta:
        model = LabPartner
        fields = ("name", "kind", "country")


PartnerFormSet = forms.inlineformset_factory(
    LivingLab, LabPartner, form=PartnerForm, extra=3, max_num=60
)
