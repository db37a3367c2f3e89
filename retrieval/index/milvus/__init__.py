"""The engine of many machines: a generation on a Milvus server, beside the embedded one.

``connection``  one client, its deadlines, and what goes wrong with it
``schema``      the collections of an edition
``weights``     terms -> sparse vectors whose products are BM25; in how many rows a term stands
``records``     documents and passages <-> rows
``edition``     what is published, and under which name
``mirror``      the one writer: a local generation -> the server
``reader``      the engine that bots ask
``shelf``       follows what is published
``inspecting``  how a server is, for `chuchu doctor`

An edition is three collections, NAME_1_passages, NAME_1_documents, NAME_1_about; the alias NAME
leads to the last. New documents are written into them; another model, another way of cutting or
a corpus of quite another length get an edition of their own, and the alias then leads to that.
"""
