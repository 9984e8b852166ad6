"""How far the encoders have read the profiles, told to people while it goes on.

The worker notes it in the cache, so that a page asks the database nothing; the note fades by
itself once nobody reads any more.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum

from django.core.cache import cache
from django.db.models import F

from companies.models import Company
from matching.encoders import encoders
from matching.models import CorpusSnapshot, ProfileMeaning

NOTE = "matching.reading"
FADES = 150  # seconds; the clock renews it every minute
A_FEW = 5  # are read before anybody could read a sentence about it


class Basis(StrEnum):
    """What scores rest on meanwhile."""

    WORDS = "words"
    FORMER = "former"
    PRESENT = "present"


@dataclass(frozen=True)
class Reading:
    """Profiles that every encoder in use has read, of all that are scored."""

    read: int
    whole: int
    basis: str

    @property
    def percent(self) -> int:
        return 100 * self.read // max(self.whole, 1)


def note() -> None:
    """Write down how far it is."""
    found = _counted()
    if found.whole - found.read > A_FEW:
        cache.set(NOTE, asdict(found), timeout=FADES)
    else:
        cache.delete(NOTE)


def under_way() -> Reading | None:
    """What the last note says; none where nearly everything is read."""
    found = cache.get(NOTE)
    return Reading(**found) if found else None


def _counted() -> Reading:
    active = Company.objects.active()
    read = active
    for one in encoders():
        rows = ProfileMeaning.objects.filter(encoder=one.name, revision=F("company__revision"))
        read = read.filter(pk__in=rows.values("company"))
    return Reading(read=read.count(), whole=active.count(), basis=_basis())


def _basis() -> str:
    last = CorpusSnapshot.objects.values_list("encoders", flat=True).first()
    if not last:
        return Basis.WORDS
    chosen = {one.name for one in encoders()}
    return Basis.PRESENT if chosen & {*last} else Basis.FORMER
