"""Every address there is, those of the sign-in library and of the administration too."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern, RoutePattern

# What stands in for a part of an address: the door answers before it looks for the noun.
STAND_INS = {"int": 1, "uuid": "00000000-0000-4000-8000-000000000000"}
NAMED = {"app_label": "accounts"}


def every_address() -> dict[str, str]:
    """Address name -> path."""
    return dict(_paths(get_resolver()))


def _paths(
    resolver: URLResolver, namespace: str = "", above: tuple[object, ...] = ()
) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        patterns = (*above, entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _paths(entry, inner, patterns)
        elif isinstance(entry, URLPattern) and entry.name:
            name = f"{namespace}{entry.name}"
            yield name, reverse(name, kwargs=dict(_kwargs(patterns)))


def _kwargs(patterns: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    for pattern in patterns:
        if isinstance(pattern, RoutePattern):
            for key, converter in pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower()
                yield key, STAND_INS.get(kind, "x")
        elif isinstance(pattern, RegexPattern):
            yield from ((key, NAMED.get(key, "x-1")) for key in pattern.regex.groupindex)
