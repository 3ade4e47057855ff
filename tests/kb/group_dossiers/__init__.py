"""Tests of group dossiers."""
