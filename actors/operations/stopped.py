"""What is done while the clinic is stopped: keys for its machines, its journal renewed or moved."""

import asyncio
from collections.abc import Iterable

from actors.operations import certs, journals
from actors.operations.arguments import Arguments, Exit
from actors.operations.certs import DAYS, CertsRefused, Secret, Wish
from actors.operations.running import PLAIN_TROUBLE
from actors.operations.saying import fail, say
from actors.runtime.clock import SystemClock
from config.private import private_directory
from config.settings import Settings
from config.store import StoreSettings


def bring_up_to_date(settings: Settings, said: Arguments) -> Exit:
    """Migrate the journal of a clinic that is not running, or move it into another store."""
    try:
        private_directory(settings.node.directory)
        if said.to:
            return _move(settings, said)
        made = asyncio.run(journals.bring_up_to_date(settings))
    except (*PLAIN_TROUBLE, ValueError) as error:
        return fail(str(error))
    say("\n".join(f"Made {name}." for name in made) or "The journal is up to date.")
    return Exit.DONE


def make_keys(said: Arguments, secrets: Iterable[Secret]) -> Exit:
    """Make keys and certificates for a clinic on several machines, or add to those made before."""
    wish = Wish(
        directory=said.directory.absolute(),
        servers=said.bus_servers,
        nodes=said.bus_nodes,
        days=said.days or DAYS,
        renew=said.renew,
        source=said.source,
        clinic=said.clinic,
    )
    try:
        say(str(certs.make(wish, secrets, SystemClock().now())))
    except (*PLAIN_TROUBLE, CertsRefused) as error:
        return fail(str(error))
    return Exit.DONE


def _move(settings: Settings, said: Arguments) -> Exit:
    store = StoreSettings(url=said.to, password_file=said.password_file, tls_ca=said.tls_ca)
    moved = asyncio.run(journals.move(settings, store))
    say(f"The clinic {moved.clinic} is in {said.to} now: name it as `url` in [store].")
    return Exit.DONE
