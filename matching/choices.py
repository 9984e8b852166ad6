from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Scoring")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
