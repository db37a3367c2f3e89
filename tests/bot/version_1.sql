-- A bot.sqlite as version 1 wrote it.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    is_private INTEGER NOT NULL,
    thread_id INTEGER,
    replied_to INTEGER,
    answers_to INTEGER NOT NULL,
    language TEXT,
    date REAL NOT NULL,
    accepted REAL NOT NULL,
    wish TEXT NOT NULL,
    text TEXT NOT NULL,
    is_command INTEGER NOT NULL,
    is_quoted INTEGER NOT NULL,
    earlier TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    answer_id INTEGER,
    seconds REAL,
    UNIQUE (chat_id, message_id)
);
CREATE INDEX requests_by_answer ON requests (chat_id, answer_id);
CREATE INDEX requests_by_state ON requests (state);
CREATE TABLE votes (
    user_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    source TEXT NOT NULL,
    quote TEXT NOT NULL,
    is_helpful INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (user_id, question, source, quote)
);
CREATE TABLE chats (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL DEFAULT '',
    approval TEXT NOT NULL DEFAULT 'unasked',
    reach TEXT NOT NULL DEFAULT 'open',
    since REAL NOT NULL DEFAULT 0,
    added_by INTEGER,
    collection TEXT NOT NULL DEFAULT '',
    threshold REAL,
    language TEXT NOT NULL DEFAULT ''
);
CREATE TABLE pairings (
    code TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    at REAL NOT NULL
);
INSERT INTO requests (chat_id, message_id, user_id, name, is_private, answers_to, date, accepted,
    wish, text, is_command, is_quoted, earlier, state)
VALUES (5, 1, 5, '王', 1, 1, 1800000000, 1800000000, 'ask', '民宿', 0, 0, '', 'waiting');
INSERT INTO votes VALUES (5, 5, '民宿', 'a.txt', '271家', 1, 1800000000);
INSERT INTO chats (id, language) VALUES (5, 'en');
PRAGMA user_version=1;
