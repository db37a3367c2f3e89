"""Runs held against each other: what was won, what was lost, what changed in a log."""
