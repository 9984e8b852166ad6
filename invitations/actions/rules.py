"""What the laws of countries want, as the platform administrator holds it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from invitations.models import CountryRule
from invitations.problems import InvitationProblem


@transaction.atomic
def set_rule(
    *, country: str, kind: str, rule: str, since: date, source: str, by: User
) -> CountryRule:
    """From now on this holds for a country and a kind of address; what held before stays readable.

    Saving the same again adds nothing.
    """
    if since > timezone.localdate():
        raise InvitationProblem(_("The day lies in the future. Save it when it has come."))
    current = CountryRule.objects.in_force().filter(country=country, kind=kind).first()
    stated = (rule, since, source)
    if current is not None and (current.rule, current.since, current.source) == stated:
        return current
    return CountryRule.objects.create(
        country=country, kind=kind, rule=rule, since=since, source=source, recorded_by=by
    )
