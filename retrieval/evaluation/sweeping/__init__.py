"""Many settings, tried one after another on the same questions."""
