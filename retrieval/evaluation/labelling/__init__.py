"""Labels: checked against the documents, added one by one, imported from other formats."""
