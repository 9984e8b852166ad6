from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from accounts.registry import NoticeKind, register_notice  # noqa: PLC0415
        from matching import receivers  # noqa: F401, PLC0415 - connecting them is the import
        from matching.telling import with_criteria, with_names  # noqa: PLC0415

        register_notice(
            NoticeKind(
                "contest_made",
                _("A company contests a finding"),
                _("%(company)s contests a finding of its match with “%(challenge)s”."),
                _("%(count)d findings of matches with “%(challenge)s” are contested."),
                with_names,
            )
        )
        for code, label, sentence in (
            (
                "contest_accepted",
                _("What you contested is accepted"),
                _("“%(challenge)s”: what you said about “%(criterion)s” is accepted."),
            ),
            (
                "contest_refused",
                _("What you contested is not accepted"),
                _("“%(challenge)s”: what you said about “%(criterion)s” is not accepted."),
            ),
            (
                "contest_reopened",
                _("What you contested is looked at again"),
                _("“%(challenge)s”: what you said about “%(criterion)s” is looked at again."),
            ),
        ):
            register_notice(NoticeKind(code, label, sentence, fill=with_criteria))
