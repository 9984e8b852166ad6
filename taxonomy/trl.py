"""Technology readiness levels, as in the general annexes of Horizon Europe."""

from django.utils.translation import gettext_lazy as _

TRL_CHOICES = (
    (1, _("TRL 1: basic principles observed")),
    (2, _("TRL 2: concept formulated")),
    (3, _("TRL 3: experimental proof of concept")),
    (4, _("TRL 4: validated in the laboratory")),
    (5, _("TRL 5: validated in a relevant environment")),
    (6, _("TRL 6: demonstrated in a relevant environment")),
    (7, _("TRL 7: prototype demonstrated in operation")),
    (8, _("TRL 8: complete and qualified")),
    (9, _("TRL 9: proven in operation")),
)
