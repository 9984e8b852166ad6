"""Texts of libraries that a language of ours lacks or gets wrong.

Named here so that extraction keeps them in our catalogues, which win over those of the libraries.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

TEXTS = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    gettext_noop("Removed email address %(email)s."),
)
