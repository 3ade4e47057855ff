"""Record folders on disk: atomic replacement, snapshots, file names."""
