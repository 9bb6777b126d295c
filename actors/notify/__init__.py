"""What people should know: on the bell, by e-mail, push or webhook, each once, until it has left.

It knows no medicine. `messages` is its language; `state` decides what waits, what rings, what is
unread, and what leaves when; `letters` (by the words of `wording` and the times of `moments`)
writes it for each channel; `carriers` bring it away.
"""
