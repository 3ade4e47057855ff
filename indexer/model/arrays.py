"""Types of NumPy arrays, by what they contain."""

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
"""Numbers of records or of documents."""

Scores = NDArray[np.float32]

Mask = NDArray[np.bool_]

Indices = NDArray[np.intp]
"""Indices into another array, as NumPy returns them."""

Offsets = NDArray[np.int64]
"""Where parts of an array or of a file begin."""

Frequencies = NDArray[np.float32] | NDArray[np.unsignedinteger]
"""How often each document contains a term."""
