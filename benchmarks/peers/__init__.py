"""Engines to measure side by side, each behind the same few methods.

Each is set up as a good engineer would do in an hour, with nothing special.
"""
