"""The offline half of Chuchu: files in, cited answers out. It knows nothing of Telegram.

    corpus      folder -> documents (layout mended) -> passages with exact source spans
    embedding   texts -> unit vectors
    index       passages -> SQLite, FAISS and tantivy -> one published generation
    search      question + generation -> ranked hits
    answer      question + hits -> excerpts, the marked sentence, citations; or silence
    evaluation  labelled questions -> the same answers -> figures
    upkeep      documents + index -> reports, verification, a gate before a new index goes live
    training    open text -> the shipped model

Data flows down this list; a room imports only rooms above it. `errors`, `types`, `settings` and
`text` stand above them all, `cli` below.
"""
