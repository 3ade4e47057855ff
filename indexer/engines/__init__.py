"""The search engines, behind the interface of `base.py`."""
