"""Instances that earlier releases made are opened by the current code."""
