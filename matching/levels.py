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

    A band speaks only of scores made under the weights and by the engine and encoders it was
    counted under, and of what the criteria make: nobody was counted by what a manager added. Of
    several networks the one that asked most speaks.
    """
    runs = {match.run_id or 0 for match in matches}
    of_run = "network__organisations__labs__challenges__match_runs"
    rows = Measurement.objects.filter(
        **{f"{of_run}__in": runs, f"{of_run}__encoders__isnull": False}
    )
    known = rows.annotate(run=F(of_run), encoders=F(f"{of_run}__encoders"))
    measured: dict[tuple[int, str, tuple[str, ...]], Measurement] = {}
    for one in known.select_related("network").order_by("asked", "-pk"):
        if one.measured_by[1:] == tuple(sorted(one.encoders)):
            measured[one.run, one.weights_version, one.measured_by[:1]] = one
    found = {}
    for match in matches:
        key = match.run_id or 0, match.weights_version, (match.engine_version,)
        counted = measured.get(key)
        band = band_at(match.computed_total, counted.bands) if counted else None
        if counted is not None and band is not None:
            found[match.pk] = Level(band, counted.network.name)
    return found
