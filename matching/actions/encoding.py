"""Texts into stored vectors: once per text, never while somebody waits for a page."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
import structlog
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from challenges.models import Challenge
from companies.models import Company, CompanyQuerySet
from matching.encoders import Encoder, NoEncoding, encoders
from matching.models import BriefMeaning, CompanyRanking, ProfileMeaning
from matching.profiles import brief_of, profiles_of
from matching.scoring import Passage, Profile, encodable, text_hash, texts_of_brief, to_raw

AT_ONCE = 16
STILL_WAITING = 0.1

# Only one process on the whole platform reads what waits; the number is nobody else's.
_ALONE = "SELECT pg_try_advisory_lock(hashtext('matching.encoding'))"
_NO_LONGER = "SELECT pg_advisory_unlock(hashtext('matching.encoding'))"

log = structlog.get_logger(__name__)


def waiting_to_be_encoded(
    one: Encoder, company_ids: Sequence[int] | None = None
) -> CompanyQuerySet:
    """Active companies whose present profile this encoder has not read."""
    companies = Company.objects.active()
    if company_ids is not None:
        companies = companies.filter(pk__in=company_ids)
    read = ProfileMeaning.objects.filter(
        company=OuterRef("pk"), encoder=one.name, revision=OuterRef("revision")
    )
    return companies.filter(~Exists(read))


def encode_companies(*, company_ids: Sequence[int]) -> list[int]:
    """Encode these profiles with every encoder in use. Returns the ids of those that needed it."""
    changed: set[int] = set()
    for one in encoders():
        stale = list(
            waiting_to_be_encoded(one, company_ids).order_by("pk").values_list("pk", flat=True)
        )
        try:
            _encode(one, stale)
        except NoEncoding:
            log.warning("encoder_is_away", encoder=one.name, companies=len(stale))
        else:
            changed.update(stale)
    return sorted(changed)


def encode_waiting(*, may_go_on: Callable[[], bool]) -> list[int]:
    """Encode profiles that wait, a few at a time, while `may_go_on` says so; new ones first.

    Returns the ids of companies encoded, none if another process is at it.
    """
    done: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        if not cursor.fetchone()[0]:
            return []
        try:
            while may_go_on() and (some := encode_companies(company_ids=_next())):
                done += some
        finally:
            cursor.execute(_NO_LONGER)
    return done


def ready_encoders() -> list[str]:
    """The encoders in use, once nearly every profile is read by all of them; until then none."""
    companies = Company.objects.active().count()
    for one in encoders():
        if waiting_to_be_encoded(one).count() > STILL_WAITING * companies:
            return []
    read = ProfileMeaning.objects.exclude(hashes=[])
    return sorted(name for name in _names() if read.filter(encoder=name).exists())


def forget_old_vectors(*, keep: Sequence[str]) -> None:
    """Drop what encoders left behind that are no longer in use."""
    for model in (ProfileMeaning, BriefMeaning):
        model.objects.exclude(encoder__in=[*keep, *_names()]).delete()


def _names() -> list[str]:
    return [one.name for one in encoders()]


def is_waiting(company_ids: Sequence[int] | None = None) -> bool:
    """Whether any profile waits, of these companies or of all."""
    return bool(_next(company_ids))


def _next(company_ids: Sequence[int] | None = None) -> list[int]:
    waiting = (waiting_to_be_encoded(one, company_ids).order_by("-pk") for one in encoders())
    found = (pk for rows in waiting for pk in rows.values_list("pk", flat=True)[:AT_ONCE])
    return list(islice(found, AT_ONCE))


def encode_briefs(*, challenges: Sequence[Challenge], names: Sequence[str]) -> None:
    """Encode what is new in these briefs, with the encoders of these names.

    An encoder that is away leaves the rest to the others.
    """
    for one in (one for one in encoders() if one.name in names):
        read = BriefMeaning.objects.filter(
            encoder=one.name, challenge__in=challenges, revision=F("challenge__revision")
        )
        known = set(read.values_list("challenge", flat=True))
        for challenge in challenges:
            if challenge.pk not in known:
                _encode_brief(one, challenge)


def _encode_brief(one: Encoder, challenge: Challenge) -> None:
    passages = brief_of(challenge).passages
    if not encodable(passages, one.languages):
        return
    try:
        vectors = to_raw(one.briefs(texts_of_brief(passages)))
    except NoEncoding:
        log.warning("encoder_is_away", encoder=one.name, challenge=challenge.pk)
        return
    BriefMeaning.objects.update_or_create(
        challenge=challenge,
        encoder=one.name,
        revision=challenge.revision,
        defaults={"vectors": vectors.astype("<i2").tobytes()},
    )


def _encode(one: Encoder, company_ids: Sequence[int]) -> None:
    for start in range(0, len(company_ids), AT_ONCE):
        block = company_ids[start : start + AT_ONCE]
        rows = _meanings(one, profiles_of(block))
        with transaction.atomic():
            ProfileMeaning.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["company", "encoder"],
                update_fields=["revision", "hashes", "vectors"],
            )
            # What was scored without these vectors is scored again.
            CompanyRanking.objects.filter(company__in=block).update(revision=0)


def _meanings(one: Encoder, profiles: Sequence[Profile]) -> list[ProfileMeaning]:
    """Rows to store; a text that an earlier revision had is not read again."""
    known = _known(one, [profile.id for profile in profiles])
    read = {profile.id: encodable(profile.passages, one.languages) for profile in profiles}
    new = {
        _key(passage): passage.text
        for passages in read.values()
        for passage in passages
        if _key(passage) not in known
    }
    if new:
        vectors = to_raw(one.passages([*new.values()])).astype("<i2")
        known.update(zip(new, (row.tobytes() for row in vectors), strict=True))
    return [
        ProfileMeaning(
            company_id=profile.id,
            encoder=one.name,
            revision=profile.revision,
            hashes=[_key(passage) for passage in read[profile.id]],
            vectors=b"".join(known[_key(passage)] for passage in read[profile.id]),
        )
        for profile in profiles
    ]


def _known(one: Encoder, company_ids: Sequence[int]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for row in ProfileMeaning.objects.filter(encoder=one.name, company__in=company_ids):
        if row.hashes:
            vectors = np.frombuffer(bytes(row.vectors), "<i2").reshape(len(row.hashes), -1)
            found.update(zip(row.hashes, (one.tobytes() for one in vectors), strict=True))
    return found


def _key(passage: Passage) -> str:
    return text_hash((Passage("", passage.text, passage.language),))
