"""Department's router: which request goes to whom, by when; who won it."""
