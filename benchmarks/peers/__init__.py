"""Search engines to compare, behind one interface.

Each is set up as in its documentation, without special tuning.
"""
