"""What the real service does on bad days: errors, silence, junk, broken connections.

``plan`` holds the nouns and decides which call is struck; ``strike`` acts it out over HTTP.
"""
