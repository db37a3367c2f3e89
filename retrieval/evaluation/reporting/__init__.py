"""A run of labelled questions -> one page with everything, that needs no network."""
