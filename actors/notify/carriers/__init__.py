"""What brings letters away: a folder, or a mail server.

`carrier` is the promise; `carrier_of` picks the one that the settings name.
"""

from pathlib import Path

from actors.notify.carriers.carrier import Carrier
from actors.notify.carriers.folder import FolderCarrier
from actors.notify.carriers.smtp import Server, SmtpCarrier
from config.private import read_private
from config.settings import MailSettings

FOLDER = "mail"
"""Under the data directory."""


def carrier_of(mail: MailSettings, data: Path) -> Carrier:
    """Return the carrier that *mail* names, or raise `OSError` or `TooOpen` (its password)."""
    if mail.carrier == "folder":
        return FolderCarrier(data / FOLDER)
    password = read_private(Path(mail.password_file)).decode().strip() if mail.user else ""
    server = Server(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password=password,
        timeout=mail.timeout_seconds,
    )
    return SmtpCarrier(server, mail.sender_address)
