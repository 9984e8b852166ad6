"""Every environment variable Labmatch reads, with its type and default.

Nothing else reads the environment.
"""

from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

DEVELOPMENT_KEY = "development-only-key-never-used-in-production"


def required_secret(*, debug: bool) -> str:
    """The secret key. Raises ImproperlyConfigured in production when it is missing or too short."""
    key = env.str("SECRET_KEY", default="")
    if key and len(key) >= 32:
        return key
    if debug and not key:
        return DEVELOPMENT_KEY
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or shorter than 32 characters. Set it to a long random text, "
        "for example the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    )


def at_least_one(number: int, name: str) -> int:
    """Raises ImproperlyConfigured for less: nobody could ever be asked."""
    if number < 1:
        raise ImproperlyConfigured(f"{name} is {number}; it must be 1 or more.")
    return number


def time_zone(name: str) -> str:
    """Raises ImproperlyConfigured for one that nobody knows."""
    if name not in available_timezones():
        raise ImproperlyConfigured(f"LABMATCH_TIME_ZONE is {name}; write for example Europe/Oslo.")
    return name


def bounce_address(address: str) -> str:
    """Raises ImproperlyConfigured unless a token of 52 letters fits into it (RFC 5321: 64)."""
    mailbox, _at, domain = address.strip().rpartition("@")
    if address and not (0 < len(mailbox) <= 11 and domain and "+" not in mailbox):
        raise ImproperlyConfigured(
            "LABMATCH_BOUNCE_ADDRESS needs a mailbox of at most 11 letters without a plus, "
            "for example bounces@letters.example."
        )
    return address.strip()


def bounce_secret(secret: str) -> str:
    """Raises ImproperlyConfigured if anybody could guess it."""
    if secret and (":" not in secret or len(secret.partition(":")[2]) < 22):
        raise ImproperlyConfigured(
            "LABMATCH_BOUNCE_SECRET is name:password, the password at least 22 characters long."
        )
    return secret


def mail_service(name: str) -> str:
    if name not in ("", "brevo", "mailgun", "mailjet", "postmark"):
        raise ImproperlyConfigured(
            f"LABMATCH_MAIL_SERVICE is {name!r}; it may be brevo, mailgun, mailjet or postmark."
        )
    return name


DEBUG = env.bool("LABMATCH_DEBUG", default=False)
SECRET_KEY = required_secret(debug=DEBUG)
BASE_URL = env.str("LABMATCH_BASE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
DATABASE_URL = env.str(
    "DATABASE_URL", default="postgres://labmatch:labmatch@localhost:5432/labmatch"
)
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
EMAIL_URL = env.str("EMAIL_URL", default="smtp://localhost:1025")
EMAIL_FROM = env.str("LABMATCH_EMAIL_FROM", default="Labmatch <letters@labmatch.example>")
CONTACT_EMAIL = env.str("LABMATCH_CONTACT_EMAIL", default="contact@labmatch.example")
BOUNCE_ADDRESS = bounce_address(env.str("LABMATCH_BOUNCE_ADDRESS", default=""))
BOUNCE_SECRET = bounce_secret(env.str("LABMATCH_BOUNCE_SECRET", default=""))
MAIL_SERVICE = mail_service(env.str("LABMATCH_MAIL_SERVICE", default=""))
MAIL_SERVICE_KEY = env.str("LABMATCH_MAIL_SERVICE_KEY", default="")
DEMONSTRATION = env.bool("LABMATCH_DEMO", default=False)
OUTBOX_OPEN = env.bool("LABMATCH_OUTBOX_OPEN", default=DEMONSTRATION or DEBUG)
MEDIA_ROOT = env.str("LABMATCH_MEDIA_ROOT", default="media")
BLOCKS_ROOT = env.str("LABMATCH_BLOCKS_ROOT", default="")
ATTACHMENT_MEGABYTES = env.int("LABMATCH_ATTACHMENT_MEGABYTES", default=10)
TRUSTED_PROXIES = env.int("LABMATCH_TRUSTED_PROXIES", default=0)
SESSION_IDLE_HOURS = env.int("LABMATCH_SESSION_IDLE_HOURS", default=8)
SESSION_DAYS = env.int("LABMATCH_SESSION_DAYS", default=14)
ENCODERS = env.list("LABMATCH_ENCODERS", default=["multilingual", "english"])
ENCODER_KEY = env.str("LABMATCH_ENCODER_KEY", default="")
ENCODER_BRIEF_PREFIX = env.str("LABMATCH_ENCODER_BRIEF_PREFIX", default="")
ENCODER_PROFILE_PREFIX = env.str("LABMATCH_ENCODER_PROFILE_PREFIX", default="")
INVITATIONS_EACH = at_least_one(
    env.int("LABMATCH_INVITATIONS_EACH", default=2), "LABMATCH_INVITATIONS_EACH"
)
INVITATIONS_DAYS = at_least_one(
    env.int("LABMATCH_INVITATIONS_DAYS", default=30), "LABMATCH_INVITATIONS_DAYS"
)
# Of people who look at what belongs to no challenge; a challenge has a time zone of its own.
LOCAL_TIME_ZONE = time_zone(env.str("LABMATCH_TIME_ZONE", default="Europe/Copenhagen"))
LETTER_DAYS = env.int("LABMATCH_LETTER_DAYS", default=0 if DEMONSTRATION or DEBUG else 7)
WORKING_HOURS = env.bool("LABMATCH_WORKING_HOURS", default=not (DEMONSTRATION or DEBUG))
LOG_LEVEL = env.str("LABMATCH_LOG_LEVEL", default="INFO")
