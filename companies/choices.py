from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who may see a company by name."""

    CLUSTER = "cluster", _("Only my own cluster organisation")
    NETWORK = "network", _("Everybody in the networks of my cluster organisation")
    PUBLIC = "public", _("Everybody")


class Source(models.TextChoices):
    REGISTERED = "registered", _("Registered itself")
    IMPORTED = "imported", _("From a member list")


class ClientType(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipality")
    REGION = "region", _("Region")
    UTILITY = "utility", _("Utility")
    PROPERTY_OWNER = "property_owner", _("Property owner")
    TRANSPORT_OPERATOR = "transport_operator", _("Transport operator")
    INDUSTRY = "industry", _("Industry")
    HOUSING_ASSOCIATION = "housing_association", _("Housing association")
    RESEARCH = "research", _("Research organisation")
    OTHER = "other", _("Other")


class CompanyRole(models.TextChoices):
    OWNER = "company_owner", _("Owner")
    EDITOR = "company_editor", _("Editor")


class ClaimState(models.TextChoices):
    """How far a claim of an imported company is."""

    WAITING = "waiting", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


CLAIM_MOVES: tuple[tuple[str, str], ...] = (
    (ClaimState.WAITING, ClaimState.CONFIRMED),
    (ClaimState.WAITING, ClaimState.REFUSED),
)

IMPORT_MOVES: tuple[tuple[str, str], ...] = (
    (ImportState.UPLOADED, ImportState.CHECKED),
    (ImportState.CHECKED, ImportState.RUNNING),
    (ImportState.RUNNING, ImportState.DONE),
    (ImportState.RUNNING, ImportState.FAILED),
    (ImportState.FAILED, ImportState.RUNNING),
    (ImportState.DONE, ImportState.UNDOING),
    (ImportState.UNDOING, ImportState.UNDONE),
)


class ListKind(models.TextChoices):
    """Whom an uploaded list names."""

    MEMBERS = "members", _("Our own members")
    PUBLIC = "public", _("Companies from a public source")


class RowOutcome(models.TextChoices):
    """What a row of a member list means: said by the check, made true by the import."""

    NEW = "new", _("New company")
    CHANGED = "changed", _("Changes a company")
    ADDED = "added", _("Becomes a member, profile untouched")
    SAME = "same", _("Nothing new")
    FAULTY = "faulty", _("Left out")


class GroundKind(models.TextChoices):
    """What a company or others did that bears on whether it may be written to."""

    REGISTERED = "registered", _("Registered itself")
    CLAIMED = "claimed", _("Took over its profile")
    IMPORTED = "imported", _("Came with a member list")
    NOMINATED = "nominated", _("Was nominated")
    PUBLIC = "public", _("Came from a public source")
    REQUESTED = "requested", _("Asked for invitations")
    CONSENTED = "consented", _("Agreed to get invitations")
    PUBLISHED = "published", _("Published its address for such letters")
    STOPPED = "stopped", _("Switched invitations off")
    OBJECTED = "objected", _("Objected to letters")
    COMPLAINED = "complained", _("Reported a letter as unwanted")
    REACHABLE = "reachable", _("Says that its address takes letters again")
    LIST_UNDONE = "list_undone", _("The import of the list was undone")
    UNNOMINATED = "unnominated", _("The nomination was taken back")


# Where an address came from. The first two gave it themselves.
GAVE_THEMSELVES = (GroundKind.REGISTERED, GroundKind.CLAIMED)
ORIGINS = (*GAVE_THEMSELVES, GroundKind.IMPORTED, GroundKind.NOMINATED, GroundKind.PUBLIC)
# A cluster organisation brought the company or says that it knows it, and vouches for nothing.
INTRODUCTIONS = (GroundKind.PUBLIC, GroundKind.NOMINATED)
# Both stand against every letter, for good.
OBJECTIONS = (GroundKind.OBJECTED, GroundKind.COMPLAINED)
# What a list brings. An import that is undone ends only what it said of an address it changed.
LISTED = (GroundKind.IMPORTED, GroundKind.PUBLIC)
# They joined, asked or agreed: a request on record.
REQUESTS = (*GAVE_THEMSELVES, GroundKind.REQUESTED, GroundKind.CONSENTED)
# Said or shown of one address; the next one needs its own. Who joined did so with any address.
OF_AN_ADDRESS = (GroundKind.REQUESTED, GroundKind.CONSENTED, GroundKind.PUBLISHED)
# What a cluster manager or an administrator may write down.
RECORDED_BY_HAND = (
    GroundKind.REQUESTED,
    GroundKind.CONSENTED,
    GroundKind.PUBLISHED,
    GroundKind.OBJECTED,
)
