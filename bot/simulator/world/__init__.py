"""The world of a simulated Telegram: who is there, what was said, what the bot gets to see.

``types`` holds the nouns, ``world.World`` owns all state, ``wire`` writes it as the Bot API does.
"""
