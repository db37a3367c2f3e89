"""The bot's tables, in words that SQLite and PostgreSQL both take.

``{number}`` stands for an id that the database counts. SQLite goes by the sound of a type: BIGINT
and BOOLEAN are whole numbers to it, DOUBLE PRECISION is not.
"""

import hashlib

VERSION = 2
TABLES = """
CREATE TABLE requests (
    id {number},
    chat_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    is_private BOOLEAN NOT NULL,
    thread_id BIGINT,
    replied_to BIGINT,
    answers_to BIGINT NOT NULL,
    language TEXT,
    date DOUBLE PRECISION NOT NULL,
    accepted DOUBLE PRECISION NOT NULL,
    wish TEXT NOT NULL,
    text TEXT NOT NULL,
    is_command BOOLEAN NOT NULL,
    is_quoted BOOLEAN NOT NULL,
    earlier TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer_id BIGINT,
    seconds DOUBLE PRECISION,
    owner BIGINT NOT NULL DEFAULT 0,
    UNIQUE (chat_id, message_id)
);
CREATE INDEX requests_by_answer ON requests (chat_id, answer_id);
CREATE INDEX requests_by_state ON requests (state);
CREATE TABLE updates (
    id BIGINT PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL
);
CREATE TABLE votes (
    user_id BIGINT NOT NULL,
    chat_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    source TEXT NOT NULL,
    quote TEXT NOT NULL,
    is_helpful BOOLEAN NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    about TEXT NOT NULL,
    PRIMARY KEY (user_id, about)
);
CREATE INDEX votes_by_subject ON votes (about);
CREATE TABLE chats (
    id BIGINT PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    approval TEXT NOT NULL DEFAULT 'unasked',
    reach TEXT NOT NULL DEFAULT 'open',
    since DOUBLE PRECISION NOT NULL DEFAULT 0,
    added_by BIGINT,
    collection TEXT NOT NULL DEFAULT '',
    threshold DOUBLE PRECISION,
    language TEXT NOT NULL DEFAULT ''
);
CREATE TABLE pairings (
    code TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL
);
"""


def digest(*texts: str) -> str:
    """What stands for texts in a key: PostgreSQL indexes no more than 2,700 bytes.

    Args:
        texts: In an order that matters.
    """
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]
