"""Files: what is attached to the messages of one conversation, from its upload on."""
