"""A folder of files -> documents, their layout mended -> passages with exact source spans."""
