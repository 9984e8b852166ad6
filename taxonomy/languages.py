"""Languages people of the network write and work in."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = (
    ("en", _("English")),
    ("da", _("Danish")),
    ("nb", _("Norwegian Bokmål")),
    ("sv", _("Swedish")),
    ("fi", _("Finnish")),
    ("de", _("German")),
    ("nl", _("Dutch")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("ca", _("Catalan")),
)

LANGUAGE_BY_CODE = dict(LANGUAGES)
