"""What can go wrong in the offline half.

Every message says what is wrong, where, and the command that cures it::

    RetrievalError            catch this to print one clear line and stop
    ├── SettingsError         the settings file or the environment is wrong
    ├── CorpusError           the folder of documents, or a file in it, cannot be read
    ├── ModelError            the embedding model cannot be loaded
    ├── MissingIndexError     nothing has been indexed yet
    ├── StaleIndexError       what is published is damaged, or was made by other settings
    ├── EngineError           the server that holds the index is away, or refuses
    ├── RefusedError         a new generation answers worse than the published one
    ├── LabelError            labelled questions, or a file of them, are not as they must be
    └── LogError              a log of answers cannot be read
"""

import os


class RetrievalError(Exception):
    """Base of every error that a person can cure."""

    status = 1
    """What the process exits with."""


class SettingsError(RetrievalError):
    """The settings file or the environment is wrong."""


class CorpusError(RetrievalError):
    """The folder of documents, or a file in it, cannot be read."""


class ModelError(RetrievalError):
    """The embedding model cannot be loaded."""


class MissingIndexError(RetrievalError):
    """Nothing has been indexed yet."""


class StaleIndexError(RetrievalError):
    """What is published is damaged, or was made by other settings or another model."""


class EngineError(RetrievalError):
    """The server that holds the index is away for now, too slow, too old, or refuses."""

    status = os.EX_TEMPFAIL


class RefusedError(RetrievalError):
    """A new generation answers labelled questions worse than the published one."""


class LabelError(RetrievalError):
    """Labelled questions, or a file of them, are not as they must be."""


class LogError(RetrievalError):
    """A log of answers cannot be read."""
