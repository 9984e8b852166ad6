"""Readable addresses of companies, none given twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count

from slugify import slugify

from companies.models import Company

# Pages of this room that stand where a company's address would.
RESERVED = frozenset({"claim", "claims", "colleague", "import", "mine", "register", "wishes"})


def free_slug(name: str) -> str:
    return free_slugs([name])[0]


def free_slugs(names: Sequence[str]) -> list[str]:
    """An address for each name, none of them taken, in one query or, for namesakes, two."""
    stems = [slugify(name, max_length=70) or "company" for name in names]
    rows = Company.objects.order_by().values_list("slug", flat=True)
    taken = set(rows.filter(slug__in=set(stems))) | RESERVED
    twice = {stem for stem, times in Counter(stems).items() if times > 1 or stem in taken}
    if twice:
        numbered = "|".join(sorted(twice))
        taken |= set(rows.filter(slug__regex=rf"^({numbered})-[0-9]+$"))
    return [_first_free(stem, taken) for stem in stems]


def _first_free(stem: str, taken: set[str]) -> str:
    slug = next(slug for slug in _candidates(stem) if slug not in taken)
    taken.add(slug)
    return slug


def _candidates(stem: str) -> Iterator[str]:
    return chain([stem], (f"{stem}-{number}" for number in count(2)))
