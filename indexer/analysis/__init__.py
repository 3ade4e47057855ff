"""What a French or an English word is: the same answer at indexing and at query time.

`ANALYSIS_VERSION` is part of the index's stamp. Raise it with any change here that
gives other terms for the same text: the index is then rebuilt by itself.
"""

ANALYSIS_VERSION = 1
