"""Texts into stored vectors: once per text, never while somebody waits for a page."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from challenges.models import Challenge
from companies.models import Company, CompanyQuerySet
from matching.encoders import Encoder, NoAnswer, NoEncoding, encoder, encoders
from matching.encoders.protocol import Vectors
from matching.models import BriefMeaning, CorpusSnapshot, ProfileMeaning, ProfileTerms
from matching.profiles import brief_of, profiles_of
from matching.scoring import Passage, Profile, encodable, text_hash, texts_of_brief, to_raw

AT_ONCE = 16
STILL_WAITING = 0.1

# An encoder that does not answer may cost a minute each time it is asked.
AWAY = "matching.away."
LEFT_ALONE = 120

# What every encoder reads: one that refuses this refuses everything.
PLAIN = "Living lab"

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
    """Encode these profiles with every encoder that answers. Returns the ids of those that needed
    it.
    """
    changed: set[int] = set()
    for one in _answering():
        stale = waiting_to_be_encoded(one, company_ids).order_by("pk")
        changed.update(_encode(one, list(stale.values_list("pk", flat=True))))
    return sorted(changed)


def encode_waiting(*, may_go_on: Callable[[], bool]) -> list[int]:
    """Encode profiles that wait, a few at a time, while `may_go_on` says so; new ones first.

    Each encoder reads what waits for it; one that is away keeps nobody waiting. Returns the ids of
    companies encoded, none if another process is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        if not cursor.fetchone()[0]:
            return []
        try:
            return _encode_in_turn(may_go_on)
        finally:
            cursor.execute(_NO_LONGER)


def _encode_in_turn(may_go_on: Callable[[], bool]) -> list[int]:
    done: set[int] = set()
    reading = _answering()
    while reading and may_go_on():
        for one in list(reading):
            some = _encode(one, _next(one))
            done.update(some)
            if not some:
                reading.remove(one)
    return sorted(done)


def encoders_to_use(former: Sequence[str]) -> Sequence[str]:
    """The chosen encoders, once nearly every profile is read by all of them; until then the former.

    Where the operator chose none, that is so at once. What all have read is only counted where the
    choice is another one.
    """
    if not encoders():
        return []
    read = ProfileMeaning.objects.exclude(hashes=[])
    chosen = sorted(name for name in _names() if read.filter(encoder=name).exists())
    if not chosen or chosen == list(former):
        return former
    companies = Company.objects.active().count()
    for one in encoders():
        if waiting_to_be_encoded(one).count() > STILL_WAITING * companies:
            return former
    return chosen


def forget_old_vectors(*, keep: Sequence[str]) -> None:
    """Drop what encoders left behind that are no longer in use."""
    for model in (ProfileMeaning, BriefMeaning):
        model.objects.exclude(encoder__in=[*keep, *_names()]).delete()


def _names() -> list[str]:
    return [one.name for one in encoders()]


def is_waiting(company_ids: Sequence[int] | None = None) -> bool:
    """Whether a profile waits for an encoder that answers, of these companies or of all."""
    return any(_next(one, company_ids) for one in _answering())


def _next(one: Encoder, company_ids: Sequence[int] | None = None) -> list[int]:
    waiting = waiting_to_be_encoded(one, company_ids).order_by("-pk")
    return list(waiting.values_list("pk", flat=True)[:AT_ONCE])


def _answering() -> list[Encoder]:
    """Those at work, without any that did not answer a moment ago."""
    return [one for one in (*encoders(), *_former()) if cache.get(AWAY + one.name) is None]


def _former() -> list[Encoder]:
    """Bundled ones that scores still rest on while those chosen since then read the profiles.

    Without them whatever is new or edited meanwhile would be judged by words among profiles that
    are not. A server that is no longer chosen is asked no more.
    """
    chosen = _names()
    if not chosen:
        return []
    last = CorpusSnapshot.objects.values_list("encoders", flat=True).first()
    known = [encoder(name) for name in last or () if name not in chosen]
    return [one for one in known if one is not None]


def _note(one: Encoder, problem: NoEncoding, **told: int) -> None:
    log.warning("encoder_is_away", encoder=one.name, problem=str(problem), **told)
    if isinstance(problem, NoAnswer):
        cache.set(AWAY + one.name, value=True, timeout=LEFT_ALONE)


def encode_briefs(
    *,
    challenges: Sequence[Challenge],
    names: Sequence[str],
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Encode what is new in these briefs, with the encoders of these names.

    Calls `on_progress` before each, which may take a minute. An encoder that does not answer is
    asked no more and leaves the rest to the others.
    """
    for one in (one for one in _answering() if one.name in names):
        read = BriefMeaning.objects.filter(
            encoder=one.name, challenge__in=challenges, revision=F("challenge__revision")
        )
        known = set(read.values_list("challenge", flat=True))
        for challenge in challenges:
            if challenge.pk in known:
                continue
            on_progress()
            try:
                _encode_brief(one, challenge)
            except NoEncoding as problem:
                _note(one, problem, challenge=challenge.pk)
                if isinstance(problem, NoAnswer) or not _is_well(one):
                    break


def _encode_brief(one: Encoder, challenge: Challenge) -> None:
    """A part that an earlier revision had is not read again."""
    passages = brief_of(challenge).passages
    if not encodable(passages, one.languages):
        return
    read = [Passage("", text, passages[0].language) for text in texts_of_brief(passages)]
    known = _known(BriefMeaning.objects.filter(encoder=one.name, challenge=challenge))
    new = {_key(passage): passage.text for passage in read if _key(passage) not in known}
    if new:
        known.update(zip(new, _stored(one.briefs([*new.values()])), strict=True))
    keys = [_key(passage) for passage in read]
    BriefMeaning.objects.update_or_create(
        challenge=challenge,
        encoder=one.name,
        revision=challenge.revision,
        defaults={"hashes": keys, "vectors": b"".join(known[key] for key in keys)},
    )


def _encode(one: Encoder, company_ids: Sequence[int]) -> Sequence[int]:
    """Returns them; none where the encoder is away."""
    try:
        for start in range(0, len(company_ids), AT_ONCE):
            block = company_ids[start : start + AT_ONCE]
            _store(block, _meanings(one, profiles_of(block)))
    except NoEncoding as problem:
        _note(one, problem, companies=len(company_ids))
        return []
    return company_ids


@transaction.atomic
def _store(block: Sequence[int], rows: Sequence[ProfileMeaning]) -> None:
    ProfileMeaning.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company", "encoder"],
        update_fields=["revision", "hashes", "vectors"],
    )
    # In the order in which words are counted: an update alone takes rows as they lie.
    terms = ProfileTerms.objects.filter(company__in=block)
    held = list(terms.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    # What was scored without these vectors is scored again.
    ProfileTerms.objects.filter(pk__in=held).update(readings=F("readings") + 1)


def _meanings(one: Encoder, profiles: Sequence[Profile]) -> list[ProfileMeaning]:
    """Rows to store; a text that an earlier revision had is not read again.

    A profile with a text that the encoder refuses is stored without vectors: what is quoted counts
    the passages, so none may be missing.
    """
    ids = [profile.id for profile in profiles]
    known = _known(ProfileMeaning.objects.filter(encoder=one.name, company__in=ids))
    read = {profile.id: encodable(profile.passages, one.languages) for profile in profiles}
    new = {
        _key(passage): passage.text
        for passages in read.values()
        for passage in passages
        if _key(passage) not in known
    }
    if new:
        known.update(zip(new, _vectors_of(one, [*new.values()]), strict=True))
    return [_meaning(one, profile, read[profile.id], known) for profile in profiles]


def _meaning(
    one: Encoder, profile: Profile, read: Sequence[Passage], known: Mapping[str, bytes]
) -> ProfileMeaning:
    keys = [_key(passage) for passage in read]
    if not all(known[key] for key in keys):
        log.warning("profile_is_refused", encoder=one.name, company=profile.id)
        keys = []
    return ProfileMeaning(
        company_id=profile.id,
        encoder=one.name,
        revision=profile.revision,
        hashes=keys,
        vectors=b"".join(known[key] for key in keys),
    )


def _vectors_of(one: Encoder, texts: Sequence[str]) -> list[bytes]:
    """One each; an empty one for a text that the encoder refuses while it reads others.

    Halves are tried after a refusal: a server may take fewer texts at once than it is given.
    """
    try:
        return _stored(one.passages(texts))
    except NoAnswer:
        raise
    except NoEncoding:
        if not _is_well(one):
            raise
    if len(texts) == 1:
        return [b""]
    half = len(texts) // 2
    return _vectors_of(one, texts[:half]) + _vectors_of(one, texts[half:])


def _is_well(one: Encoder) -> bool:
    """Whether it reads at all: a wrong key, too, is a refusal, and says nothing about the text."""
    try:
        one.passages([PLAIN])
    except NoEncoding:
        return False
    return True


def _stored(vectors: Vectors) -> list[bytes]:
    return [row.tobytes() for row in to_raw(vectors).astype("<i2")]


def _known(rows: Iterable[ProfileMeaning | BriefMeaning]) -> dict[str, bytes]:
    """Vectors by the texts they were made of."""
    found: dict[str, bytes] = {}
    for row in rows:
        if row.hashes:
            vectors = np.frombuffer(bytes(row.vectors), "<i2").reshape(len(row.hashes), -1)
            found.update(zip(row.hashes, (one.tobytes() for one in vectors), strict=True))
    return found


def _key(passage: Passage) -> str:
    return text_hash((Passage("", passage.text, passage.language),))
