"""Offers read with suspicion, and the answers that we write (RFC 8829, RFC 8866).

`read_offer` makes an `Offer` of a text or raises `BadOffer`; `settle` holds it against what its
page has declared; `write_answer` answers.
"""

from actors.relay.sdp.answer import Local, write_answer
from actors.relay.sdp.bounds import BadOffer
from actors.relay.sdp.offer import Offer, read_offer
from actors.relay.sdp.settling import Chosen, settle

__all__ = ["BadOffer", "Chosen", "Local", "Offer", "read_offer", "settle", "write_answer"]
