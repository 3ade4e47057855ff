"""Records that are close in meaning to a question, by a small model on this machine.

    encoder.py          texts to vectors; the only module that imports the model
    passage_vectors.py  the vectors of all passages in one file, and their update
    close_records.py    the records whose passages are nearest to a query

`indexer/search/rank_fusion.py` decides which queries use them, and how the two
rankings are joined. Without the model, or before its vectors are made, nothing of this
has an effect.
"""
