"""A tiny translation model: real files for the real libraries, with random weights."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import transformer_spec

_LAYERS, _HEADS, _WIDTH, _INNER = 1, 2, 16, 32
_PIECES = 120


def write_tiny_model(folder: Path, sentences: list[str]) -> None:
    """Write the files of a model for one direction into a folder.

    `sentences` train its word pieces. What it translates makes no sense.
    """
    folder.mkdir(parents=True)
    pieces = _write_word_pieces(folder, sentences)
    spec = transformer_spec.TransformerSpec.from_config(_LAYERS, _HEADS)
    rng = np.random.default_rng(19)
    _fill(spec.encoder, len(pieces), rng)
    _fill(spec.decoder, len(pieces), rng)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.validate()
    spec.save(str(folder))


def _write_word_pieces(folder: Path, sentences: list[str]) -> list[str]:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences),
        model_writer=model,
        vocab_size=_PIECES,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
    )
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(each) for each in range(len(processor))]


def _fill(side: Any, vocabulary: int, rng: np.random.Generator) -> None:
    """Set the weights of an encoder or a decoder; those with a default stay."""
    for name, value in side.variables(ordered=True):
        if value is None:
            *path, last = name.split("/")
            shape = _shape(name, vocabulary)
            weights = rng.normal(0, 0.5, shape).astype(np.float32)
            setattr(_part(side, path), last, weights)


def _part(side: Any, path: list[str]) -> Any:
    """Return a part of a specification: `layer_0` is the first of its layers."""
    for each in path:
        name, _, number = each.rpartition("_")
        if hasattr(side, each):
            side = getattr(side, each)
        else:
            side = getattr(side, name)[int(number)]
    return side


def _shape(name: str, vocabulary: int) -> tuple[int, ...]:
    if name.endswith(("beta", "gamma")):
        return (_WIDTH,)
    if "embeddings" in name or "projection" in name:
        return (vocabulary, _WIDTH)
    widths = {
        "self_attention/linear_0": (3 * _WIDTH, _WIDTH),
        "/attention/linear_1": (2 * _WIDTH, _WIDTH),
        "ffn/linear_0": (_INNER, _WIDTH),
        "ffn/linear_1": (_WIDTH, _INNER),
    }
    return next((shape for end, shape in widths.items() if end in name), (_WIDTH,) * 2)
