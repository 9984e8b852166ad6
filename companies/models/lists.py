"""Member lists of cluster organisations on their way into the database."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.permissions import Person, Role
from clusters.choices import MemberRole
from clusters.models import ClusterOrganisation
from companies.choices import IMPORT_MOVES, ImportState, ListKind, RowOutcome, Visibility
from companies.models.company import Company
from taxonomy.languages import LANGUAGES


class MemberList(models.Model):
    """An uploaded list of a cluster organisation, parsed into rows of the database.

    Companies from a public source do not become members; `public_source` says in words where they
    come from.

    `mapping` says which field each column fills, by the column's number. While the list is
    imported or undone, `rows_done` and `reached` (the number of the last row worked on) grow block
    by block, and `moved_at` is the time of the last block.
    """

    cluster = models.ForeignKey(
        ClusterOrganisation, on_delete=models.CASCADE, related_name="member_lists"
    )
    file_name = models.CharField(max_length=200)
    kind = models.CharField(
        _("whom it names"),
        max_length=10,
        choices=ListKind.choices,
        default=ListKind.MEMBERS,
        db_default=ListKind.MEMBERS,
    )
    public_source = models.CharField(
        _("public source"), max_length=200, blank=True, default="", db_default=""
    )
    read_as = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    country = CountryField(_("country where the list names none"), blank=True)
    language = models.CharField(
        _("language of the descriptions"), max_length=8, choices=LANGUAGES, default="en"
    )
    visibility = models.CharField(
        _("who may see these companies by name"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.CLUSTER,
    )
    state = models.CharField(
        max_length=12, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    reached = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("member list")
        verbose_name_plural = _("member lists")
        triggers = (
            pgtrigger.FSM(
                name="allowed_moves",
                field="state",
                transitions=[(str(a), str(b)) for a, b in IMPORT_MOVES],
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    def roles_of(self, user: Person) -> set[Role]:
        return self.cluster.roles_of(user) & {Role(MemberRole.MANAGER)}

    @property
    def names_members(self) -> bool:
        return self.kind == ListKind.MEMBERS

    @property
    def as_source(self) -> str:
        """How the ledger names it."""
        own = f"{self.cluster.name}, {self.file_name}"
        return own if self.names_members else self.public_source

    @property
    def is_running(self) -> bool:
        return self.state in (ImportState.RUNNING, ImportState.UNDOING)

    @property
    def is_being_undone(self) -> bool:
        return self.state == ImportState.UNDOING

    @property
    def progress(self) -> int:
        """In percent."""
        return 100 * self.rows_done // self.rows_total if self.rows_total else 0


class MemberListRow(models.Model):
    """One row of an uploaded list, what the check said, and what came of it.

    `errors` are dicts of `column` (or None for the whole row), `code` and its `data`. `before`
    is what undoing needs: the `fields` as they were (None for a company the import made), whether
    the `membership` is new, and the `revision` the import left.
    """

    member_list = models.ForeignKey(MemberList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    errors = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, choices=RowOutcome.choices, blank=True)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=["member_list", "number"], name="one_row_per_number_of_list"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_list} {self.number}"
