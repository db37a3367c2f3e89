"""The control interface under ``/sim/``: what the page and tests use to act as people.

``looking`` shows the world, ``acting`` lets people act in it, ``staging`` sets the scene: people,
chats, time, files, updates, faults.
"""
