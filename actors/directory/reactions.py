"""Whom the directory tells: an account, what its invitation was worth."""

from collections.abc import Sequence

from actors.accounts.messages import ApproveAccount, RejectInvitation, address_of
from actors.address import Address
from actors.directory.messages import Event, InvitationDenied, InvitationGranted
from actors.effects import Effect, Send


def react(event: Event, _me: Address) -> Sequence[Effect]:
    """Return what *event* makes the directory tell others."""
    match event:
        case InvitationGranted(account=account):
            return [Send(address_of(account), ApproveAccount())]
        case InvitationDenied(account):
            return [Send(address_of(account), RejectInvitation())]
        case _:
            return []
