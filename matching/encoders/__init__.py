"""Encoders turn texts into unit vectors. The bundled ones work offline: nothing leaves the server.

`LABMATCH_ENCODERS` names those in use: `multilingual` and `english` are bundled, an address such
as `https://gpu.example/v1#model` is any server that speaks the OpenAI protocol for embeddings.
"""

from functools import lru_cache

from django.conf import settings

from matching.encoders.bundled import EnglishMiniLM, MultilingualE5
from matching.encoders.endpoint import Endpoint
from matching.encoders.protocol import Encoder, NoAnswer, NoEncoding

__all__ = ["Encoder", "NoAnswer", "NoEncoding", "encoder", "encoders"]

BUNDLED = ("multilingual", "english")


def encoders() -> tuple[Encoder, ...]:
    """Those the operator chose, each loaded when it is first asked for a vector."""
    return tuple(_made(name) for name in settings.MATCHING_ENCODERS)


def encoder(name: str) -> Encoder | None:
    """The encoder whose vectors carry this name: a chosen one, or a bundled one from before."""
    known = (*encoders(), *(_made(choice) for choice in BUNDLED))
    return next((one for one in known if one.name == name), None)


@lru_cache
def _made(choice: str) -> Encoder:
    if choice == "multilingual":
        return MultilingualE5()
    if choice == "english":
        return EnglishMiniLM()
    return Endpoint(
        choice,
        key=settings.MATCHING_ENCODER_KEY,
        brief_prefix=settings.MATCHING_ENCODER_BRIEF_PREFIX,
        profile_prefix=settings.MATCHING_ENCODER_PROFILE_PREFIX,
    )
