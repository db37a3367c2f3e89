"""Conversations written as plain text, replayed: does the bot reply, or is it silent?

A transcript looks like this::

    # Everything after a number sign at the start of a line is a remark.
    ! forum
    ! bot 翻译 @TranslateBot

    小满: 今天吃什么                                   => silence
    Alice: @ChuchuBot 民宿有多少家？                    => reply
    小满 (reply bot 2): 那每年接待多少人？               => reply
    Alice (edit 1): @ChuchuBot 今天吃什么               => reply

Messages are numbered from 1. In parentheses stand, separated by commas:

* ``reply N`` - it replies to message N; ``reply bot N`` - to the bot's answer to message N;
* ``edit N`` - the text of message N becomes this one; ``delete N`` - message N is deleted;
* ``topic NAME`` - in that topic of a forum;
* ``forward N`` - message N is forwarded; the text is ignored;
* ``anonymous`` - an administrator who writes in the name of the group;
* ``channel`` - a person who writes in the name of a channel;
* ``post`` - a post in the channel linked to the group, which Telegram forwards into it;
* ``photo``, ``document`` - the text is the caption; ``dice`` - no text at all;
* ``inline`` - sent through the bot's inline mode.

``=> reply to N`` says that the reply stands under message N instead.

Before the first message, lines with an exclamation mark set the scene: ``! forum``, ``! private``,
``! admin`` (the bot is one), ``! privacy off``, ``! bot NAME @username`` (another bot is there),
``! hears bots`` (Telegram passes other bots' words on).
``[name](bot)`` in a text mentions the bot without its username, as clients do; ``[name](Alice)``
mentions someone else.

``reader`` reads the text, ``replay`` acts it out, ``reasons`` says why a reply was to be expected.
"""
