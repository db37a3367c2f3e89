"""The index kept true to its documents: built, checked before it goes live, verified, shown."""
