"""Reasons that rest on little of a profile are told once for all that say the same."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Told = TypeVar("Told")


def told_once(tell: Callable[[Key], Told], keys: Iterable[Key]) -> list[Told]:
    """What is told of each key, in their order; equal keys share the answer: nobody changes it."""
    asked = list(keys)
    told = {key: tell(key) for key in dict.fromkeys(asked)}
    return [told[key] for key in asked]
