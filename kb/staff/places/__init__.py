"""The places that records may name: added and corrected by staff."""
