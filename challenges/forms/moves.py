"""What a move asks for: the first words of a draft, a new deadline, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from challenges.deadlines import local_of
from challenges.forms.deadline import day_field, is_past, read_deadline, time_field
from challenges.models import Challenge
from labs.models import LivingLab, LivingLabQuerySet
from taxonomy.languages import LANGUAGES


class NewChallengeForm(forms.Form):
    lab = forms.ModelChoiceField(
        label=gettext_lazy("Living lab"),
        queryset=LivingLab.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=140,
        widget=forms.TextInput(attrs={"data-count": 140}),
        help_text=gettext_lazy("You can change it later; the page's address is made from it now."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the brief"), choices=LANGUAGES)

    def __init__(self, *args: Any, labs: LivingLabQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lab"].queryset = labs  # type: ignore[attr-defined]


class DeadlineForm(forms.Form):
    """A new deadline in the zone of the challenge. `deadline` in the cleaned data."""

    deadline_day = day_field()
    deadline_time = time_field()

    def __init__(self, *args: Any, challenge: Challenge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.challenge = challenge
        if challenge.deadline is not None:
            day, minute = local_of(challenge.deadline, challenge.time_zone)
            self.initial = {"deadline_day": day, "deadline_time": minute, **self.initial}
        self.fields["deadline_day"].help_text = _("In the time zone %(zone)s.") % {
            "zone": challenge.time_zone
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"deadline_day", "deadline_time"} <= set(cleaned):
            deadline = read_deadline(
                self,
                day=cleaned["deadline_day"],
                minute=cleaned["deadline_time"],
                zone=self.challenge.time_zone,
            )
            cleaned["deadline"] = deadline
            if deadline is not None and is_past(deadline):
                self.add_error("deadline_day", _("This day has passed; choose a later one."))
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": 400, "maxlength": 400}),
        help_text=gettext_lazy("One sentence. It is kept with the challenge."),
    )
