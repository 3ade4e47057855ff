"""What a French or an English word is: the same answer at indexing and at query time.

The code of this folder is part of the index's stamp: a change here, and the index is
made anew by itself.
"""
