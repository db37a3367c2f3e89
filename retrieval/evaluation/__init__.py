"""Labelled questions -> the answers that the bot would give -> figures."""
