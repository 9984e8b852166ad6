"""Counting words once per revision, and freezing the statistics of the whole corpus."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from challenges.choices import Status
from companies.models import Company, CompanyQuerySet
from matching.actions.encoding import encoders_to_use, forget_old_vectors
from matching.choices import RunState
from matching.meanings import means_of
from matching.models import CorpusSnapshot, Match, MatchRun, ProfileTerms
from matching.profiles import profiles_of
from matching.scoring import ENGINE, TERMS_VERSION, TermVector, take_snapshot, terms_of

BLOCK = 500
DRIFT = 0.1
RUNS_KEPT = 3  # done, and as many failed, of each challenge
A_DAY = timedelta(days=1)  # no worker is at one thing for so long


def refresh_terms(
    *,
    company_ids: Sequence[int] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> int:
    """Count the words of profiles that changed, of these companies or of all. Returns how many.

    Commits block by block and calls `on_progress(done, total)` after each, so that others see it.
    """
    stale = list(_stale(company_ids).values_list("pk", flat=True))
    for start in range(0, len(stale), BLOCK):
        _count_words(stale[start : start + BLOCK])
        if on_progress is not None:
            on_progress(min(start + BLOCK, len(stale)), len(stale))
    return len(stale)


def _stale(company_ids: Sequence[int] | None) -> CompanyQuerySet:
    companies = Company.objects.active().order_by("pk")
    if company_ids is not None:
        companies = companies.filter(pk__in=company_ids)
    fresh = ProfileTerms.objects.filter(
        company=OuterRef("pk"), revision=OuterRef("revision"), version=TERMS_VERSION
    )
    return companies.filter(~Exists(fresh))


@transaction.atomic
def _count_words(company_ids: Sequence[int]) -> None:
    rows = [
        ProfileTerms(
            company_id=profile.id,
            revision=profile.revision,
            version=TERMS_VERSION,
            vector=terms_of(profile.passages).to_bytes(),
            profile_hash=profile.content_hash,
        )
        for profile in profiles_of(company_ids)
    ]
    ProfileTerms.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["revision", "version", "vector", "profile_hash"],
    )


def current_snapshot(*, renew: bool = False) -> CorpusSnapshot:
    """The statistics that scores are made under: the last ones, until the corpus has drifted.

    A new snapshot is taken when there is none, when the number of companies moved by a tenth, when
    other encoders have read the profiles, or when asked to. Encoders that are still reading leave
    those of the last snapshot in use: vectors of two models never meet.
    """
    engine = f"{ENGINE}.{TERMS_VERSION}"
    last = CorpusSnapshot.objects.defer("statistics").filter(engine_version=engine).first()
    counted = ProfileTerms.objects.filter(version=TERMS_VERSION, company__is_active=True)
    number = counted.count()
    names = encoders_to_use(last.encoders if last else [])
    if last is not None and not renew and not _drifted(last, number, names):
        return last
    vectors = (
        TermVector.from_bytes(bytes(vector))
        for vector in counted.order_by("pk").values_list("vector", flat=True).iterator()
    )
    with transaction.atomic():
        row = CorpusSnapshot.objects.create(statistics=b"", engine_version=engine, companies=number)
        means = means_of(names)
        row.encoders = sorted(means)
        row.statistics = take_snapshot(vectors, version=str(row.pk), means=means).to_bytes()
        row.save(update_fields=["statistics", "encoders"])
    return row


def _drifted(last: CorpusSnapshot, companies: int, encoders: Sequence[str]) -> bool:
    moved = abs(companies - last.companies) > DRIFT * last.companies
    return moved or list(encoders) != last.encoders


def renew_statistics() -> CorpusSnapshot:
    """A fresh snapshot; the sweep then makes a new run of every open challenge.

    Old snapshots are forgotten where no open challenge's last run rests on them, and no match that
    is still to be explained. The brief of a run stays as long as a match quotes it.
    """
    refresh_terms()
    snapshot = current_snapshot(renew=True)
    last = MatchRun.objects.filter(state=RunState.DONE).newest().values("pk")
    quoted = _runs_of_matches()
    needed = Q(state=RunState.DONE, is_explained=False)
    needed |= Q(pk__in=last, challenge__status=Status.OPEN)
    MatchRun.objects.exclude(needed).exclude(snapshot=None).update(snapshot=None)
    silent = MatchRun.objects.exclude(needed).exclude(pk__in=last).exclude(pk__in=quoted)
    silent.exclude(brief=None).update(brief=None)
    CorpusSnapshot.objects.filter(runs=None, pk__lt=snapshot.pk).delete()
    forget_old_vectors(keep=snapshot.encoders)
    _forget_old_runs(quoted)
    return snapshot


def _runs_of_matches() -> set[int]:
    """A few of each challenge; one pass over all matches."""
    rows = Match.objects.order_by().exclude(run=None).values_list("run_id", flat=True).distinct()
    return {run_id for run_id in rows if run_id is not None}


def _forget_old_runs(quoted: Collection[int]) -> None:
    """Those over for a day, but for the last few of each challenge and those matches rest on."""
    over = MatchRun.objects.filter(state__in=(RunState.DONE, RunState.FAILED)).order_by()
    place = Window(RowNumber(), partition_by=["challenge", "state"], order_by="-pk")
    recent = over.annotate(place=place).filter(place__lte=RUNS_KEPT)
    old = over.filter(finished_at__lt=timezone.now() - A_DAY).exclude(pk__in=recent.values("pk"))
    ids = list(old.exclude(pk__in=quoted).values_list("pk", flat=True))
    for start in range(0, len(ids), BLOCK):
        MatchRun.objects.filter(pk__in=ids[start : start + BLOCK]).delete()
