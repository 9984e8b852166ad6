"""The steps of a brief, one form each. Only a title is compulsory: a draft may be half done."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.choices import Policy, Status
from challenges.deadlines import local_of
from challenges.forms.deadline import (
    LAST_MINUTE,
    day_field,
    read_deadline,
    time_field,
    zone_choices,
)
from challenges.models import Challenge
from look.forms import DateInput, boxes
from taxonomy.countries import country_groups
from taxonomy.languages import LANGUAGES
from taxonomy.sizes import SIZE_CHOICES
from taxonomy.themes import THEME_CHOICES


def long_text(rows: int = 6) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-markdown": True})


class StepForm(forms.ModelForm):
    """Base of the steps. `changes()` is what `update_brief` takes."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    use_required_attribute = False
    needed: tuple[str, ...] = ()

    def mark_needed(self) -> None:
        """For showing only: what publishing needs is not called optional."""
        for name in set(self.needed) & set(self.fields):
            self.fields[name].required = True

    def parts(self) -> list[str]:
        """The fields of the brief that this step edits."""
        return list(self._meta.fields or [])

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.parts()}

    def differing(self, stored: Challenge) -> list[str]:
        """The parts that are stored otherwise than this form says."""
        return [name for name, value in self.changes().items() if getattr(stored, name) != value]


class NeedForm(StepForm):
    needed = ("question", "themes", "need")
    themes = boxes(gettext_lazy("Themes"), THEME_CHOICES)

    class Meta:
        model = Challenge
        fields = ("title", "question", "language", "themes", "need", "practice_today")
        help_texts = {
            "question": gettext_lazy("Begin with “How can we …?” It is what companies read first."),
            "language": gettext_lazy("The language you write the brief in."),
            "need": gettext_lazy("Who is affected, how much, and why now? Numbers help."),
            "practice_today": gettext_lazy("What is done about it now, and where does it hurt?"),
        }
        widgets = {
            "title": forms.TextInput(attrs={"data-count": 140}),
            "question": forms.Textarea(attrs={"rows": 2, "maxlength": 240, "data-count": 240}),
            "need": long_text(10),
            "practice_today": long_text(),
        }


class OutcomeForm(StepForm):
    needed = ("wanted_outcome", "success_criteria")

    class Meta:
        model = Challenge
        fields = ("wanted_outcome", "success_criteria", "out_of_scope", "site_access")
        help_texts = {
            "wanted_outcome": gettext_lazy("What should be different after the pilot?"),
            "success_criteria": gettext_lazy(
                "One line each: what is measured, today's value, the target, by when."
            ),
            "out_of_scope": gettext_lazy("What you do not want, so that nobody writes in vain."),
            "site_access": gettext_lazy("Where it happens, when one can get in, what is there."),
        }
        widgets = {
            "wanted_outcome": long_text(8),
            "success_criteria": long_text(8),
            "out_of_scope": long_text(4),
            "site_access": long_text(4),
        }


class WhoForm(StepForm):
    countries = boxes(
        gettext_lazy("Companies from these countries only"),
        (),
        gettext_lazy("None ticked: companies from everywhere may apply."),
    )
    size_classes = boxes(
        gettext_lazy("Size of the company"),
        SIZE_CHOICES,
        gettext_lazy("None ticked: companies of any size may apply."),
    )
    languages_of_work = boxes(
        gettext_lazy("Languages of work"),
        LANGUAGES,
        gettext_lazy("Languages you can work in together. One of them is enough."),
    )

    class Meta:
        model = Challenge
        fields = (
            "trl_min",
            "trl_max",
            "trl_is_must",
            "countries",
            "size_classes",
            "languages_of_work",
            "needs_presence",
        )
        help_texts = {
            "trl_min": gettext_lazy("Most pilots in living labs want TRL 6 or more."),
            "trl_is_must": gettext_lazy(
                "Companies outside the range are then named as not eligible."
            ),
            "needs_presence": gettext_lazy("People of the company have to come to the site."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["countries"].choices = country_groups(self.instance.countries)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("trl_min"), cleaned.get("trl_max")
        if low and high and low > high:
            self.add_error("trl_max", _("The lowest TRL is higher than the highest."))
        return cleaned


class OfferForm(StepForm):
    needed = ("offer_kind",)

    class Meta:
        model = Challenge
        fields = (
            "offer_kind",
            "budget_min",
            "budget_max",
            "in_kind",
            "pilot_weeks",
            "follow_on",
        )
        help_texts = {
            "offer_kind": gettext_lazy("What a company can get out of it."),
            "in_kind": gettext_lazy(
                "People, equipment, data, access: what you give besides money."
            ),
            "follow_on": gettext_lazy("What may be bought after a good pilot, and how much of it."),
        }
        widgets = {
            "budget_min": forms.NumberInput(attrs={"data-unit": "EUR", "min": 0}),
            "budget_max": forms.NumberInput(attrs={"data-unit": "EUR", "min": 0}),
            "in_kind": long_text(4),
            "pilot_weeks": forms.NumberInput(attrs={"data-width": "s", "min": 1, "max": 520}),
            "follow_on": long_text(4),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        low, high = cleaned.get("budget_min"), cleaned.get("budget_max")
        if low is not None and high is not None and low > high:
            self.add_error("budget_max", _("The lower end of the budget is above its upper end."))
        return cleaned


class DatesForm(StepForm):
    """The deadline itself only while the challenge is a draft: later it is extended."""

    needed = ("deadline_day", "deadline_time")
    deadline_day = day_field(required=False)
    deadline_time = time_field(required=False)
    field_order = ("time_zone", "deadline_day", "deadline_time", "decision_on", "pilot_starts_on")

    class Meta:
        model = Challenge
        fields = ("time_zone", "decision_on", "pilot_starts_on")
        widgets = {"decision_on": DateInput(), "pilot_starts_on": DateInput()}
        help_texts = {
            "decision_on": gettext_lazy("When applicants will know."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = forms.ChoiceField(
            label=gettext_lazy("Time zone of the challenge"),
            choices=zone_choices(self.instance.time_zone),
            help_text=gettext_lazy("The deadline is shown in this zone to everybody."),
        )
        if self.instance.status == Status.DRAFT:
            self.fields["time_zone"] = zone
            self.order_fields(self.field_order)
            self._show_deadline()
        else:
            for name in ("time_zone", "deadline_day", "deadline_time"):
                del self.fields[name]

    def _show_deadline(self) -> None:
        if self.instance.deadline is not None:
            day, minute = local_of(self.instance.deadline, self.instance.time_zone)
            self.initial.update({"deadline_day": day, "deadline_time": minute})

    def parts(self) -> list[str]:
        draft = ["time_zone", "deadline"] if self.instance.status == Status.DRAFT else []
        return [*draft, "decision_on", "pilot_starts_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "time_zone" in cleaned:
            cleaned["deadline"] = read_deadline(
                self,
                day=cleaned.get("deadline_day"),
                minute=cleaned.get("deadline_time") or LAST_MINUTE,
                zone=cleaned["time_zone"],
            )
        return cleaned


class InvitationsForm(StepForm):
    policy = forms.ChoiceField(
        label=gettext_lazy("How invitations leave"),
        choices=Policy.choices,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Challenge
        fields = ("policy", "threshold", "minimum", "maximum", "remind_after")
        help_texts = {
            "threshold": gettext_lazy(
                "Companies with a lower score are not suggested, "
                "and never written to by themselves."
            ),
            "minimum": gettext_lazy(
                "A company is asked only so often, so challenges share the companies they want. "
                "Each gets its fewest first, if so many reach the lowest score."
            ),
            "maximum": gettext_lazy(
                "Never more letters than this. Places left over go to companies that rise later."
            ),
            "remind_after": gettext_lazy(
                "Who has not answered by then gets one short reminder and never a second. "
                "Empty: nobody is reminded, unless you do it by hand."
            ),
        }
        widgets = {
            "threshold": forms.NumberInput(attrs={"data-width": "s", "min": 0, "max": 100}),
            "minimum": forms.NumberInput(attrs={"data-width": "s", "min": 0, "max": 500}),
            "maximum": forms.NumberInput(attrs={"data-width": "s", "min": 1, "max": 500}),
            "remind_after": forms.NumberInput(
                attrs={
                    "data-width": "s",
                    "data-unit": gettext_lazy("days"),
                    "min": 3,
                    "max": 90,
                }
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        fewest, most = cleaned.get("minimum"), cleaned.get("maximum")
        if fewest is not None and most is not None and fewest > most:
            self.add_error("minimum", _("The fewest invitations are more than the most."))
        return cleaned
