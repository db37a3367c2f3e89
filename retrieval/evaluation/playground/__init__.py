"""A page on this machine to look at one question: what was found, why, and what if."""
