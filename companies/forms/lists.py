"""Uploading a member list and saying what its columns mean."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.models import ClusterOrganisation
from companies.choices import ListKind, Visibility
from companies.member_lists import FIELDS, MOST_BYTES
from companies.models import MemberList
from companies.wording import FIELD_LABELS
from taxonomy.forms import one_country
from taxonomy.languages import LANGUAGES

LEAVE_OUT = ""


class UploadForm(forms.Form):
    cluster = forms.ModelChoiceField(
        label=_("Cluster organisation"),
        queryset=ClusterOrganisation.objects.none(),
        to_field_name="slug",
    )
    file = forms.FileField(
        label=_("Member list"),
        validators=[FileExtensionValidator(["csv", "txt", "tsv", "xlsx"])],
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=_(
            "CSV or Excel (XLSX), one company a row, column names in the first row. "
            "At most 10 MB and 20,000 rows."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Whom does it name?"),
        choices=ListKind.choices,
        initial=ListKind.MEMBERS,
        widget=forms.RadioSelect,
        help_text=_(
            "You vouch for members and may write to them. Companies from a public source become "
            "no members: the rules of their country decide who may write, and everybody sees them."
        ),
    )
    public_source = forms.CharField(
        label=_("Which public source?"),
        required=False,
        max_length=200,
        help_text=_(
            "Only for companies from a public source. The first letter to each names it: for "
            "example “the business register of Denmark”."
        ),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see these companies by name"),
        choices=(
            (Visibility.CLUSTER, _("Only our own cluster organisation")),
            (Visibility.NETWORK, _("Everybody in our networks")),
            (Visibility.PUBLIC, _("Everybody")),
        ),
        initial=Visibility.CLUSTER,
        widget=forms.RadioSelect,
        help_text=_("A company that takes over its profile decides for itself."),
    )

    def __init__(self, *args: Any, clusters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cluster"]
        field.queryset = clusters
        first = clusters.first()
        if clusters.count() == 1:
            field.widget = forms.HiddenInput()
        self.initial.setdefault("cluster", first.slug if first else None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") != ListKind.PUBLIC:
            given["public_source"] = ""
        elif not given.get("public_source"):
            self.add_error("public_source", gettext("Say which public source it is."))
        return given

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext("This file is larger than 10 MB."))
        return file


class ColumnsForm(forms.Form):
    """One choice for each column of the list, and what holds for all its rows."""

    def __init__(self, *args: Any, member_list: MemberList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member_list = member_list
        choices = [(LEAVE_OUT, _("Leave out")), *((f, FIELD_LABELS[f]) for f in FIELDS)]
        for number, name in enumerate(member_list.columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                required=False,
                initial=member_list.mapping.get(str(number), LEAVE_OUT),
            )
        self.fields["country"] = one_country(
            _("Country where the list names none"),
            required=False,
            initial=member_list.country,
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the descriptions"),
            choices=LANGUAGES,
            initial=member_list.language,
        )

    def columns(self) -> list[tuple[Any, str]]:
        """Each column's field with what stands in it in the first rows."""
        rows = [row.cells for row in self.member_list.rows.all()[:3]]
        return [
            (self[f"column_{number}"], " · ".join(row[number] for row in rows if row[number]))
            for number in range(len(self.member_list.columns))
        ]

    def mapping(self) -> dict[str, str]:
        return {
            str(number): chosen
            for number in range(len(self.member_list.columns))
            if (chosen := self.cleaned_data[f"column_{number}"])
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, str] = {}
        for number, name in enumerate(self.member_list.columns):
            field = cleaned.get(f"column_{number}")
            if not field:
                continue
            if field in chosen:
                self.add_error(
                    f"column_{number}",
                    gettext("The column “%(other)s” fills this already.")
                    % {"other": chosen[field]},
                )
            chosen[field] = name
        if "name" not in chosen:
            self.add_error(None, gettext("Choose the column that holds the name of the company."))
        return cleaned
