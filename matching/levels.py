"""What scores at a match's level have meant until now, where enough was counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from matching.learning import Band, band_at
from matching.models import Match, Measurement


@dataclass(frozen=True)
class Level:
    """Of ten invitations at this level, so many came to an application; counted in this network."""

    band: Band
    network: str


def levels_of(matches: Sequence[Match]) -> dict[int, Level]:
    """By the match's id; one query however many. Nothing where too little was counted.

    A band speaks only of scores made under the weights it was counted under, and of what the
    criteria make: nobody was counted by what a manager added. Of several networks the one that
    asked most speaks.
    """
    challenges = {match.challenge_id for match in matches}
    rows = Measurement.objects.filter(network__organisations__labs__challenges__in=challenges)
    known = rows.annotate(challenge=F("network__organisations__labs__challenges"))
    measured: dict[tuple[int, str], Measurement] = {}
    for one in known.select_related("network").order_by("asked", "-pk"):
        measured[one.challenge, one.weights_version] = one
    found = {}
    for match in matches:
        counted = measured.get((match.challenge_id, match.weights_version))
        band = band_at(match.computed_total, counted.bands) if counted else None
        if counted is not None and band is not None:
            found[match.pk] = Level(band, counted.network.name)
    return found
