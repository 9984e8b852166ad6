"""A larger model on a server of the operator's: the OpenAI protocol for embeddings."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

import numpy as np

from matching.encoders.protocol import NoAnswer, NoEncoding, Vectors

SECONDS = 60
OK = 200
AT_ONCE = 64
OVERLOADED = (408, 429)
# And above: the next text would fare no better. Some answer 500 to a text that is too long.
ITS_OWN_FAULT = 501


class Endpoint:
    """`address` is `https://host/v1#model`. Redirects are not followed, no other host is asked."""

    languages: frozenset[str] = frozenset()

    def __init__(
        self, address: str, *, key: str = "", brief_prefix: str = "", profile_prefix: str = ""
    ) -> None:
        place = urlsplit(address)
        if place.scheme not in ("http", "https") or not place.hostname or not place.fragment:
            raise ValueError("An encoder's address looks like https://host/v1#model")
        self._place = place
        self._key = key
        self._prefixes = brief_prefix, profile_prefix

    @property
    def name(self) -> str:
        """Another for everything that makes other vectors of a text: they never meet."""
        place = self._place
        whole = json.dumps([place.scheme, place.netloc, place.path, place.fragment, self._prefixes])
        mark = blake2b(whole.encode(), digest_size=4).hexdigest()
        return f"{place.fragment}@{place.netloc}"[:71] + f"-{mark}"

    def briefs(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prefixes[0], texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._prefixes[1], texts)

    def _encode(self, prefix: str, texts: Sequence[str]) -> Vectors:
        prefixed = [prefix + text for text in texts]
        blocks = [prefixed[i : i + AT_ONCE] for i in range(0, len(prefixed), AT_ONCE)]
        try:
            found = np.concatenate([self._ask(block) for block in blocks])
        except (OSError, HTTPException) as problem:
            raise NoAnswer(f"The encoder did not answer: {type(problem).__name__}") from problem
        except (LookupError, TypeError, ValueError) as problem:
            raise NoEncoding(f"The encoder gave no vectors: {type(problem).__name__}") from problem
        unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def _ask(self, texts: list[str]) -> Vectors:
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        body = json.dumps({"model": self._place.fragment, "input": texts})
        connection = _connection(self._place)
        try:
            path = f"{self._place.path.rstrip('/')}/embeddings"
            connection.request("POST", path, body=body, headers=headers)
            # Left open, it would hold the socket for as long as anybody holds the problem.
            with connection.getresponse() as answer:
                if answer.status in OVERLOADED or answer.status >= ITS_OWN_FAULT:
                    raise NoAnswer(f"The encoder answered with {answer.status}")
                if answer.status != OK:
                    raise NoEncoding(f"The encoder answered with {answer.status}")
                return _vectors(json.loads(answer.read()), len(texts))
        finally:
            connection.close()


def _connection(place: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    return kind(place.hostname or "", place.port, timeout=SECONDS)


def _vectors(answer: Any, number: int) -> Vectors:
    rows = sorted(answer["data"], key=lambda row: row["index"])
    if len(rows) != number:
        raise ValueError(number)
    return np.array([row["embedding"] for row in rows], dtype=np.float32)
