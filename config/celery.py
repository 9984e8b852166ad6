"""The worker, and every clock of the product in one place."""

import logging.config
import os

from celery.schedules import crontab
from celery.signals import setup_logging, worker_init, worker_ready
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.doorbell import Door
from config.memory import work_in_bulk

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Door("labmatch", task_cls="config.doorbell:ForgivingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()

# Letters, the sign of life and what somebody waits for at a page do not wait behind a long queue of
# scoring, nor for each other: a worker takes from its queues in turn. Scoring does not wait for the
# reader of profiles, who also writes down findings.
app.conf.task_routes = {
    "mail.tasks.*": {"queue": "mail"},
    "invitations.tasks.carry_out_sendings": {"queue": "mail"},
    "config.tasks.*": {"queue": "heart"},
    "matching.tasks.explain_matches": {"queue": "pages"},
    "matching.tasks.explain_offers": {"queue": "pages"},
    "matching.tasks.find_changes": {"queue": "pages"},
    "matching.tasks.write_wanted": {"queue": "pages"},
    "matching.tasks.encode_waiting": {"queue": "encoding"},
    "matching.tasks.explain_waiting": {"queue": "encoding"},
}
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "mail.tasks.sweep_outbox", "schedule": 15.0},
    "sweep-sendings": {"task": "invitations.tasks.carry_out_sendings", "schedule": 20.0},
    "close-challenges": {"task": "challenges.tasks.close_due_challenges", "schedule": 30.0},
    "sweep-matching": {"task": "matching.tasks.sweep_matching", "schedule": 60.0},
    "expire-invitations": {"task": "invitations.tasks.expire_due_invitations", "schedule": 60.0},
    "wake-invitations": {
        "task": "invitations.tasks.wake_due_invitations",
        "schedule": crontab(minute=7),
    },
    "write-next-letters": {
        "task": "invitations.tasks.write_next_letters",
        "schedule": 60.0,
    },
    "sweep-fates": {
        "task": "invitations.tasks.sweep_fates",
        "schedule": crontab(minute="*/5"),
    },
    "sweep-news-for-invited": {"task": "invitations.tasks.sweep_news", "schedule": 60.0},
    "sweep-news-for-applicants": {"task": "applications.tasks.sweep_news", "schedule": 60.0},
    "sweep-rounds": {"task": "invitations.tasks.sweep_rounds", "schedule": 60.0},
    "sweep-member-lists": {"task": "companies.tasks.sweep_member_lists", "schedule": 60.0},
    "forget-member-lists": {
        "task": "companies.tasks.forget_old_lists",
        "schedule": crontab(hour=3, minute=40),
    },
    "learn-from-outcomes": {
        "task": "matching.tasks.learn_from_outcomes",
        "schedule": crontab(hour=1, minute=40),
    },
    "renew-statistics": {
        "task": "matching.tasks.renew_statistics",
        "schedule": crontab(hour=2, minute=10),
    },
    "forget-sessions": {
        "task": "config.tasks.forget_old_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    "heartbeat": {"task": "config.tasks.beat_heart", "schedule": 15.0},
}


@setup_logging.connect
def use_django_logging(**kwargs: object) -> None:
    """Keep the log configuration of the settings; Celery would replace it."""
    logging.config.dictConfig(settings.LOGGING)


@worker_init.connect
def use_memory_in_bulk(**kwargs: object) -> None:
    """Before there are processes: those of a pool begin as this one is and share its memory."""
    work_in_bulk()


@worker_ready.connect
def beat_heart_at_once(**kwargs: object) -> None:
    """A fresh worker proves itself now, not when the clock next rings."""
    app.send_task("config.tasks.beat_heart")
