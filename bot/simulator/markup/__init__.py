"""Text as Telegram stores it: plain characters plus entities with UTF-16 offsets.

``formatted.format_text`` is the way in. The steps follow TDLib: parse the HTML, clean the text,
untangle overlapping entities, trim, then add links, mentions and commands that were not marked.
"""
