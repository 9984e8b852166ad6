from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        from accounts import post  # noqa: PLC0415  (models are loaded by now)
        from mail import actions, typed  # noqa: PLC0415

        post.open_post(queue=actions.queue, forget=actions.forget, passage=typed.Passage)
