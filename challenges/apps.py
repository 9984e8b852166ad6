from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChallengesConfig(AppConfig):
    name = "challenges"
    verbose_name = _("Challenges")

    def ready(self) -> None:
        from accounts.registry import NoticeKind, register_notice  # noqa: PLC0415

        register_notice(
            NoticeKind(
                "question_asked",
                _("Somebody asks about a challenge"),
                _("There is a question about “%(challenge)s”."),
                _("%(count)d questions about “%(challenge)s” wait for an answer."),
            )
        )
