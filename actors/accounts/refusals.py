"""What the rules of an account say no with."""

from actors.refusal import Ground, Refusal


class SignInFailed(Refusal):
    """E-mail address and password do not belong together."""

    code = "sign_in_failed"
    ground = Ground.UNKNOWN_CALLER


class NotSignedIn(Refusal):
    """Sign in first, or again."""

    code = "not_signed_in"
    ground = Ground.UNKNOWN_CALLER


class AccountPending(Refusal):
    """Your account waits for an administrator's approval."""

    code = "account_pending"
    ground = Ground.FORBIDDEN


class RetryLater(Refusal):
    """Somebody else is at the same thing just now; try again in a moment."""

    code = "retry_later"
    ground = Ground.TOO_MANY


class WeakPassword(Refusal):
    """That password is too easy to guess; see the fields named."""

    code = "weak_password"
    ground = Ground.INVALID


class WrongPassword(Refusal):
    """The present password is another one."""

    code = "wrong_password"
    ground = Ground.INVALID


class LinkNotGood(Refusal):
    """This link can't be used (any more); ask for a new one."""

    code = "link_not_good"
    ground = Ground.NOT_FOUND


class TokenTaken(Refusal):
    """A session has that token already; draw another."""

    code = "token_taken"


class AccountIsDisabled(Refusal):
    """The account is disabled; enable it first."""

    code = "account_disabled"


class InvitationOpen(Refusal):
    """The account's invitation is still being checked; try again in a moment."""

    code = "invitation_open"
