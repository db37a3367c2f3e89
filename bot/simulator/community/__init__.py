"""A community that lives with the bot for an hour: asks, chats, edits, presses, comes and goes.

``cast`` says who there is, ``asking``, ``using`` and ``moving`` what they do, ``life`` when. The
same seed gives the same hour, as far as the bot's own speed allows.
"""
