"""What a cluster manager or an administrator writes down of a company."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import ClusterOrganisation
from companies.choices import RECORDED_BY_HAND, GroundKind
from look.forms import DateInput


class KnowForm(forms.Form):
    """A cluster organisation knows a company that is no member of it."""

    cluster = forms.ModelChoiceField(
        label=_("Cluster organisation"),
        queryset=ClusterOrganisation.objects.none(),
        to_field_name="slug",
    )
    proof = forms.CharField(
        label=_("How do you know each other?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
        help_text=_("For example: they took part in our project on heat storage in 2025."),
    )

    def __init__(self, *args: Any, clusters: list[ClusterOrganisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cluster"]
        field.queryset = ClusterOrganisation.objects.filter(pk__in=[one.pk for one in clusters])
        if len(clusters) == 1:
            field.widget = forms.HiddenInput()
            self.initial["cluster"] = clusters[0].slug


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

    def __init__(self, *args: Any, objections_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if objections_only:
            field: Any = self.fields["kind"]
            field.choices = [(GroundKind.OBJECTED.value, GroundKind.OBJECTED.label)]
