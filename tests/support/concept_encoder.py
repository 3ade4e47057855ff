"""An encoder for tests: texts that share a concept are near, whatever their words."""

import zlib

import numpy as np

from indexer.analysis.tokens import fold, tokenize
from indexer.meaning.encoder import Vector

CONCEPTS = (
    {"velo", "velos", "bicyclette", "bicyclettes", "bike", "bikes", "cycle"},
    {"vol", "vole", "voles", "derobe", "derobee", "stolen", "robbed"},
    {"inondation", "crue", "flood", "river", "burst"},
    {"rumeur", "rumeurs", "mensonge", "hoax", "rumour"},
)

DIMENSIONS = 64


class ConceptEncoder:
    """Counts concepts, and a little of each other word."""

    name = "concepts 1"

    def __init__(self) -> None:
        self.texts: list[str] = []
        """The texts encoded, in order."""

    def query(self, text: str) -> Vector:
        """Return the vector of a query."""
        return self._vector(text)

    def passage(self, text: str) -> Vector:
        """Return the vector of a passage."""
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        self.texts.append(text)
        vector = np.full(DIMENSIONS, 0.01, np.float32)
        for word in (fold(each.text) for each in tokenize(text)):
            for number, concept in enumerate(CONCEPTS):
                vector[number] += word in concept
            spread = DIMENSIONS - len(CONCEPTS)
            vector[len(CONCEPTS) + zlib.crc32(word.encode()) % spread] += 0.05
        normalised: Vector = vector / np.linalg.norm(vector)
        return normalised
