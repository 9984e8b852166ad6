"""What matching asks of an encoder."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class NoEncoding(Exception):
    """The encoder could not be reached or did not answer with vectors."""


class NoAnswer(NoEncoding):
    """It did not answer, or not in time: to ask again at once is to wait again."""


class Encoder(Protocol):
    """Texts to unit vectors, one row each, the same for the same text.

    `name` stands for the model and its version: vectors of two names are never compared.
    `languages` are those it reads, none named for all. Both methods raise `NoEncoding`.
    """

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def briefs(self, texts: Sequence[str]) -> Vectors: ...

    def passages(self, texts: Sequence[str]) -> Vectors: ...
