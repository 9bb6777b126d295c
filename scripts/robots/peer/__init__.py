"""A headless peer: takes part in calls as a browser would, says a tone and shows a test card.

`cards` are encoded once and played again and again by `tracks`, so that talking costs next to
nothing; what others say is counted and not decoded (`ears`). `guard` keeps strangers' packets away,
which a peer of aiortc would die of.
"""
