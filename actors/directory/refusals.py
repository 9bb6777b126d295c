"""What the rules of the directory say no with."""

from actors.refusal import Ground, Refusal


class NotSignedIn(Refusal):
    """Sign in first, or again."""

    code = "not_signed_in"
    ground = Ground.UNKNOWN_CALLER


class InvitationExists(Refusal):
    """There is an invitation of that token already; draw another."""

    code = "invitation_exists"
