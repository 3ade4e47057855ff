"""Search engines, one folder each, behind one interface (`base.py`)."""
