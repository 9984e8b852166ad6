"""What people type into pages of invitations."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Person
from challenges.models.question import QUESTION_LENGTH
from companies.models import Company
from invitations.choices import DeclineReason, NominationKind, RuleChoice, Status
from invitations.models import NetworkShares
from look.editing import OpenedForm
from look.forms import DateInput
from taxonomy.forms import one_country

NOTE_LENGTH = 600
DECLINED = "declined"
UNDO = "undo"
# How far ahead "not now" may look, by its button; the last one takes the day that was chosen.
PAUSES = {"in_a_month": timedelta(days=30), "in_three_months": timedelta(days=91)}
PAUSE_LABELS = [("in_a_month", _("In a month")), ("in_three_months", _("In three months"))]
ON_A_DAY = "on_a_day"
ASK, PASS_ON = "ask", "pass_on"
NONE = "none"
LEAST_LETTERS, MOST_NAMES = 3, 8
LONGEST_PAUSE = timedelta(days=730)
ANSWERS = [
    *((one, "") for one in (Status.INTERESTED, *PAUSES, ON_A_DAY, DECLINED, UNDO)),
    *DeclineReason.choices,
]


class AnswerForm(forms.Form):
    """One button is the whole answer; a reason or a pause is a button of its own."""

    answer = forms.ChoiceField(
        choices=ANSWERS,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose an answer.")},
    )
    until = forms.DateField(
        label=_("On another day"),
        required=False,
        widget=DateInput(),
        error_messages={"invalid": _("Write the day as year-month-day, for example 2027-03-01.")},
    )
    note = forms.CharField(
        label=_("A word to the cluster manager"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": True}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == ON_A_DAY and not self.has_error("until"):
            fault = self._fault_of(given.get("until"))
            if fault:
                self.add_error("until", fault)
        elif given.get("answer") != ON_A_DAY:
            self.errors.pop("until", None)
        return given

    def _fault_of(self, day: date | None) -> str:
        today = timezone.localdate()
        if day is None:
            return gettext("Choose the day from which we may ask again.")
        if day <= today:
            return gettext("Choose a day that is still to come.")
        return gettext("Choose a day within two years.") if day > today + LONGEST_PAUSE else ""

    @property
    def postponed_until(self) -> date | None:
        """The day before which nobody is to ask again, where the answer is *not now*."""
        chosen = self.cleaned_data["answer"]
        if chosen in PAUSES:
            return timezone.localdate() + PAUSES[chosen]
        day: date | None = self.cleaned_data["until"] if chosen == ON_A_DAY else None
        return day

    @property
    def chosen_reason(self) -> str:
        chosen = str(self.cleaned_data["answer"])
        return chosen if chosen in DeclineReason.values else ""


class QuestionForm(forms.Form):
    """A question before any answer."""

    question = forms.CharField(
        label=_("Your question"),
        help_text=_(
            "It stands with its answer on the challenge's page, for everybody; nobody reads who "
            "asked. You get the answer by letter."
        ),
        max_length=QUESTION_LENGTH,
        error_messages={"required": _("Write your question first.")},
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
    )


class PassOnForm(forms.Form):
    """Somebody else the challenge may be for; a name that may be known asks which one it is."""

    sometimes_needed = ("address", "country")

    kind = forms.ChoiceField(
        label=_("Whom is it for?"),
        choices=NominationKind.choices,
        initial=NominationKind.COLLEAGUE,
        widget=forms.RadioSelect,
    )
    whom = forms.CharField(label=_("Name of the colleague or company"), max_length=120)
    chosen = forms.ChoiceField(
        label=_("Is it one of these?"),
        error_messages={"required": _("Say whether it is one of these companies.")},
        widget=forms.RadioSelect,
    )
    address = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Needed for a colleague and for a company that Labmatch does not know."),
    )
    country = one_country(
        _("Country of the other company"),
        required=False,
        help_text=_(
            "Its law says whether we may write. Needed for a company that Labmatch does not know."
        ),
    )
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("Only the cluster manager reads this, and decides whether to write."),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": True}),
    )

    def __init__(self, *args: Any, reader: Person, country: str, **kwargs: Any) -> None:
        """`country` is the inviting company's own: most often that of the other, too."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("country", country)
        self.company: Company | None = None
        self.found = self._found(reader) if self.is_bound else {}
        names = [(str(pk), str(company)) for pk, company in self.found.items()]
        self.fields["chosen"].choices = [*names, (NONE, _("None of these"))]  # type: ignore[attr-defined]
        if not self.found:
            del self.fields["chosen"]

    def _found(self, reader: Person) -> dict[int, Company]:
        """Companies of that name which this reader may know of."""
        words = self.data.get("whom", "").replace("\x00", "").strip()[:120]
        if self.data.get("kind") != NominationKind.COMPANY or len(words) < LEAST_LETTERS:
            return {}
        seen = Company.objects.visible_to(reader).active()
        named = seen.filter(name__unaccent__icontains=words).order_by("name")[:MOST_NAMES]
        return {company.pk: company for company in named}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = given.get("chosen", "")
        if chosen and chosen != NONE:
            self.company = self.found[int(chosen)]
        elif not self.errors:
            self._ask_what_a_letter_needs(given)
        return given

    def _ask_what_a_letter_needs(self, given: dict[str, Any]) -> None:
        if not given.get("address"):
            self.add_error("address", gettext("Give the e-mail address to write to."))
        if given.get("kind") == NominationKind.COMPANY and not given.get("country"):
            self.add_error("country", gettext("Say in which country the company is."))


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
