"""A Telegram on this machine: a Bot API server, a world of chats, and a chat page.

It exists so that a bot can be tried before its owner has a token, and tested against a server
that refuses what Telegram refuses. It runs in its own process and knows nothing of the bot:

* ``markup``: Telegram's HTML and automatic links -> text and entities.
* ``world``: people, chats, messages, updates and what the bot may see of them.
* ``server``: the Bot API, the control interface under ``/sim/`` and the page, over HTTP.
* ``page``: the chat page, plain HTML, CSS and JavaScript.
* ``process``: starts the simulator as a child process; ``client``: drives it from tests.
"""
