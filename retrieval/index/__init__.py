"""Passages -> SQLite, FAISS and tantivy -> one published generation."""
