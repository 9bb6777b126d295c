"""The media relay: forwards packets between the people of a call, and decodes none.

It runs in a node of its own (role `media`): one process, one event loop, one core, one port. What
it knows is soft: calls are told to it (`messages`), and a call that nobody renews is closed.
"""
