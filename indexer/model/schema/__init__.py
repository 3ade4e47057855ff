"""What is declared of the fields of records: the rest of the house derives from it.

`indexer/model/records.py` and `indexer/model/edition.py` declare each field once, as a
field of a dataclass; `kinds.py` collects the fields of each kind.
"""
