"""Account: who may sign in; credentials, sessions, roles."""
