"""The ledger of lawful grounds: why a company may be written to, or may not."""

from collections.abc import Collection

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import ClusterOrganisation
from companies.choices import (
    INTRODUCTIONS,
    LISTED,
    OF_AN_ADDRESS,
    ORIGINS,
    REQUESTS,
    GroundKind,
)
from companies.models.company import Company
from mail.models import hash_of


class LawfulGroundQuerySet(models.QuerySet["LawfulGround"]):
    def requests(self) -> "LawfulGroundQuerySet":
        return self.filter(kind__in=REQUESTS)

    def standing(self) -> "LawfulGroundQuerySet":
        """Without what was taken back since: entries are never deleted, a later one ends them.

        Nobody can tell deleted cluster organisations apart any more: what one took back ends what
        any of them said before.
        """
        same = LawfulGround.objects.alias(whose=Coalesce("cluster", 0)).filter(
            company=OuterRef("company"), whose=Coalesce(OuterRef("cluster"), 0)
        )
        same = same.order_by()
        later = same.filter(pk__gt=OuterRef("pk"))
        # What is undone is the last list of that organisation that changed the address.
        other_list = same.filter(
            kind__in=LISTED, pk__gt=OuterRef(OuterRef("pk")), pk__lt=OuterRef("pk")
        )
        undone = later.filter(~Exists(other_list), kind=GroundKind.LIST_UNDONE)
        taken_back = later.filter(kind=GroundKind.UNNOMINATED)
        return self.exclude(Exists(undone), kind__in=LISTED).exclude(
            Exists(taken_back), kind=GroundKind.NOMINATED
        )

    def nominations(self) -> "LawfulGroundQuerySet":
        return self.standing().filter(kind=GroundKind.NOMINATED).exclude(cluster=None)

    def introductions(self) -> "LawfulGroundQuerySet":
        """By which a cluster organisation that does not vouch for a company may speak of it."""
        return self.standing().filter(kind__in=INTRODUCTIONS).exclude(cluster=None)

    def origins(self, company_ids: Collection[int]) -> "LawfulGroundQuerySet":
        """For each company the entry that says where its address came from, in one query.

        Who nominates a company that is on record already does not bring its address. Of a cluster
        organisation that is deleted nothing tells what it took back: it is no source.
        """
        rows = self.standing().filter(company__in=company_ids, kind__in=ORIGINS)
        rows = rows.exclude(kind=GroundKind.NOMINATED, cluster=None)
        comes_last = models.Q(kind=GroundKind.NOMINATED)
        ordered = rows.alias(comes_last=comes_last).order_by("company_id", "comes_last", "-pk")
        return ordered.distinct("company_id")


def holds_for(kind: str, address_hash: str, address: str) -> bool:
    """Whether an entry made of one address says anything of this one."""
    return kind not in OF_AN_ADDRESS or (bool(address) and address_hash == hash_of(address))


class LawfulGround(models.Model):
    """One entry: what, since when, on whose word, and what proves it.

    Entries are added and never changed or deleted; the database refuses. When a company is erased,
    the words and the trace of its address go; kind, day and cluster organisation stay. `cluster` is
    the cluster organisation it came through, and `source` its name at the time or the list's;
    `address_hash` is the trace of the address that letters went to then, empty where there was
    none.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="grounds")
    kind = models.CharField(_("what"), max_length=12, choices=GroundKind.choices)
    since = models.DateField(_("since"), default=timezone.localdate)
    proof = models.TextField(_("proof"), max_length=1000, blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    cluster = models.ForeignKey(
        ClusterOrganisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    address_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = LawfulGroundQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("lawful ground")
        verbose_name_plural = _("lawful grounds")
        indexes = (models.Index(fields=["company", "kind"], name="ground_of_company"),)
        triggers = (
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # Those who recorded may leave; the entry stays.
            pgtrigger.ReadOnly(
                name="never_changed",
                exclude=["recorded_by", "cluster", "proof", "source", "address_hash"],
            ),
            pgtrigger.Trigger(
                name="words_go_with_an_erased_company",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("proof", "source", "address_hash"),
                func="""
                    IF NEW.proof = '' AND NEW.source = '' AND NEW.address_hash = '' AND EXISTS (
                        SELECT 1 FROM companies_company
                        WHERE id = NEW.company_id AND erased_at IS NOT NULL
                    ) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.company}: {self.get_kind_display()}"

    def holds_for(self, address: str) -> bool:
        return holds_for(self.kind, self.address_hash, address)
