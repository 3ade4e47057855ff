"""A copy of the public site as files: it opens from a disk, without a network."""
