"""A Telegram on this machine: a Bot API server, a world of chats, and a chat page.

It exists so that a bot can be tried before its owner has a token, and tested against a server
that refuses what Telegram refuses. It runs in its own process and knows nothing of the bot:

* ``markup``: Telegram's HTML and automatic links -> text and entities.
* ``world``: people, chats, messages, updates and what the bot may see of them.
* ``faults``: what goes wrong on bad days, by a script or at random from a seed.
* ``server``: the Bot API, the control interface under ``/sim/`` and the page, over HTTP.
* ``page``: the chat page, plain HTML, CSS and JavaScript.
* ``transcripts``: conversations written as plain text, replayed; ``crowd``: many people at once;
  ``community``: people who live with the bot; ``accelerated``: time that passes faster.
* ``process``: starts the simulator as a child process; ``client``: drives it from tests.

A test of a bot looks like this::

    with start_simulator(has_flood_limits=False) as running:  # also: down_for, fault_rate
        # base_url=running.base_url, base_file_url=running.base_file_url, token=running.token
        async with SimulatorClient(running.api) as people:
            chat = (await people.chats())[0]
            asked = await people.send(chat.id, chat.people[0].id, "How many?")
            answer = await people.wait_for_message(chat.id, asked)

What people do (`client.SimulatorClient`):

* ``send`` (with ``reply_to``, ``thread``, ``channel``, ``quote``, ``file_id``, ``origin``,
  ``date``, ``extra``, ``mentions``, ``via``), ``burst``, ``edit`` (``None``: nothing that a bot
  sees changed), ``delete``, ``forward``, ``press`` (any data, as by a forged client);
* ``type_inline``, ``wait_for_inline``, ``choose``: inline mode. A mention in a group that the bot
  is not in calls it in guest mode;
* ``start_load`` and ``load``: many people at once (``crowd``); ``start_community`` and
  ``community``: people who live with the bot (``community``);
* ``wait_for_message``, ``wait_for_edit``, ``messages``, ``calls``, ``report``.

What the test sets up (``people.stage``, see `stage.Stage`):

* ``add_person`` (or another bot), ``add_group`` (kinds group, supergroup, channel; ``is_forum``,
  ``linked``, ``with_bot``), ``set_member`` (kick, restrict, promote, anonymous administrators; in a
  private chat "kicked" blocks the bot), ``deactivate``, ``change_chat``, ``migrate``,
  ``open_topic``, ``close_topic``, ``delete_topic``, ``upload``;
* ``change_bot`` (privacy mode, inline mode, guest mode), ``enforce_limits``;
* ``add_update``, ``poison``, ``repeat_updates``, ``shuffle_updates``, ``skip_update_ids``,
  ``restart_update_ids``, ``drop_updates``; and ``people.advance_clock`` moves time;
* ``add_fault``, ``add_chance``, ``clear_faults``, ``go_down``.

The report (``people.report()``) lists findings: calls that Telegram refuses or spoils through the
bot's own fault. What the bot could not know is none: a message deleted meanwhile, a closed topic, a
first 403, a planned fault. Writing again to a chat that is known to be shut is one.
"""
