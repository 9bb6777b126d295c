"""Carries notices to people: by e-mail, each once, until it has left. It knows no medicine.

`messages` is its language; `state` decides what waits and when it is tried again; `letters` (by
the words of `wording` and the times of `moments`) writes one; `carriers` bring it away.
"""
