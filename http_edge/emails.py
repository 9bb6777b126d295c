"""E-mail addresses: their normal form, and the account that one belongs to."""

from email_validator import EmailNotValidError, validate_email

from actors.accounts.messages import account_key
from actors.ids import AccountKey


def normal_email(text: str) -> str | None:
    """Return the normal form of an address as typed; None when it is no address."""
    try:
        return validate_email(
            text.strip(), check_deliverability=False, test_environment=True
        ).normalized.casefold()
    except EmailNotValidError:
        return None


def account_of(text: str) -> tuple[str, AccountKey | None]:
    """Return the normal form of an address as typed, and its account; None when it is none."""
    email = normal_email(text)
    return (email, account_key(email)) if email else ("", None)
