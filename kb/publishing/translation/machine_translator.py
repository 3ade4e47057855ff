"""A machine translator on this machine: CTranslate2, with a model that is given to it.

A folder of models has one folder per direction, `fr-en` and `en-fr`, each with the
files of a converted OPUS-MT model: `model.bin`, `config.json`, its vocabulary,
`source.spm` and `target.spm`. Nothing is downloaded.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from indexer.extraction.proposals.wording import sentences
from indexer.model.ids import Locale
from indexer.model.problems import Message, message
from kb.publishing.errors import PublishingError

MODEL_FILES = ("model.bin", "config.json", "source.spm", "target.spm")
MAX_CHARACTERS = 6000
_BEAM_SIZE = 2
_MAX_TOKENS = 512
_LINE_START = re.compile(r"^(\s*(?:(?:[-*+]|\d+[.)]|#{1,6}|>) +)*)")
_LINK = re.compile(r"\[([^\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|\*|__|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")


class TranslatorError(PublishingError):
    """A text can't be translated: no model can be loaded, or the text is too long."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.message = why


class Translator(Protocol):
    """Translates texts from one language into the other."""

    def can_translate(self, source: Locale) -> bool:
        """Return whether there is a model for this direction."""

    def translate(self, text: str, source: Locale) -> str:
        """Return a paragraph in the other language.

        Raises:
            TranslatorError: it can't be translated.
        """


@dataclass(frozen=True, slots=True)
class _Model:
    translator: Any
    source: Any
    target: Any


class MachineTranslator:
    """The translator of a folder of models; each model is loaded at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._models: dict[Locale, _Model] = {}
        self._lock = threading.Lock()

    def can_translate(self, source: Locale) -> bool:
        """Return whether there is a model for this direction."""
        return not self._missing(source)

    def translate(self, text: str, source: Locale) -> str:
        """Return a paragraph in the other language, line by line.

        Bullets stay; links and emphasis become plain words, since a model breaks them.

        Raises:
            TranslatorError: it can't be translated.
        """
        if len(text) > MAX_CHARACTERS:
            raise TranslatorError(
                message(
                    "the machine translates at most %(maximum)s characters at once",
                    maximum=MAX_CHARACTERS,
                )
            )
        # One text at a time: a translation uses all cores that it may.
        with self._lock:
            model = self._model(source)
            lines = [
                self._line(model, line) for line in without_markup(text).split("\n")
            ]
        translated = "\n".join(lines)
        if not translated.strip():
            raise TranslatorError(message("the machine gave no words"))
        return translated

    def _line(self, model: _Model, line: str) -> str:
        start = _LINE_START.match(line)
        prefix = start[1] if start is not None else ""
        return prefix + " ".join(self._sentences(model, line[len(prefix) :]))

    @staticmethod
    def _sentences(model: _Model, text: str) -> Iterator[str]:
        pieces = [model.source.encode(each, out_type=str) for each in sentences(text)]
        if not pieces:
            return
        try:
            results = model.translator.translate_batch(
                pieces, beam_size=_BEAM_SIZE, max_decoding_length=_MAX_TOKENS
            )
        except (RuntimeError, ValueError) as error:
            raise TranslatorError(_failure(error)) from error
        for result in results:
            yield str(model.target.decode(result.hypotheses[0])).strip()

    def _missing(self, source: Locale) -> list[str]:
        folder = self._model_folder(source)
        return [name for name in MODEL_FILES if not (folder / name).is_file()]

    def _model_folder(self, source: Locale) -> Path:
        return self._folder / f"{source}-{source.other}"

    def _model(self, source: Locale) -> _Model:
        if source not in self._models:
            self._models[source] = self._loaded(source)
        return self._models[source]

    def _loaded(self, source: Locale) -> _Model:
        folder = self._model_folder(source)
        if missing := self._missing(source):
            raise TranslatorError(
                message(
                    "the folder %(folder)s has no %(names)s",
                    folder=folder,
                    names=", ".join(missing),
                )
            )
        try:
            # Loaded late: the libraries take memory, and are an optional extra.
            import ctranslate2  # noqa: PLC0415
            import sentencepiece  # noqa: PLC0415

            return _Model(
                ctranslate2.Translator(str(folder), device="cpu", inter_threads=1),
                sentencepiece.SentencePieceProcessor(str(folder / "source.spm")),
                sentencepiece.SentencePieceProcessor(str(folder / "target.spm")),
            )
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise TranslatorError(_failure(error)) from error


def _failure(error: Exception) -> Message:
    return message("the machine translator failed: %(why)s", why=error)


def without_markup(text: str) -> str:
    """Return a text whose links and emphasis are plain words."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
