"""What `luanphien doctor` finds of the account elsewhere that officers sign in by."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import anyio

from calendars.catalogue import msg
from config.asking import Cookies
from config.doctorchecks import Finding, broken, fine
from config.elsewhere import SilentError, client_of
from config.settings import Settings


def of_elsewhere(settings: Settings, *, network: bool) -> Iterator[Finding]:
    """Whether the provider answers, and what is to be registered there; `network` False does not ask it."""
    client = client_of(settings)
    if client is None:
        return
    if find_spec("authlib") is None or find_spec("httpx") is None:
        what = msg("LUANPHIEN_OIDC_ISSUER needs Authlib and HTTPX, which are not installed")
        yield broken("sign-in", what, msg("install them with luanphien: pip install 'luanphien[oidc]'"))
        return
    yield fine("sign-in", msg("the address to register at the provider is {address}"), address=client.back)
    if not Cookies.of(settings.base_url).safe:
        what = msg("officers cannot sign in: LUANPHIEN_BASE_URL is neither https nor this machine itself")
        yield broken("sign-in", what, msg("set LUANPHIEN_BASE_URL to the address people type"))
    if not network:
        return
    from config.provider import Provider  # noqa: PLC0415 - an extra that need not be installed

    try:
        anyio.run(Provider(client).doors)
    except SilentError as error:
        what = msg("the provider cannot be used: {why}")
        fix = msg("check LUANPHIEN_OIDC_ISSUER, the network, and the certificates this machine trusts")
        yield broken("sign-in", what, fix, why=error)
    else:
        yield fine("sign-in", msg("{issuer} answers, and says where one signs in"), issuer=client.issuer)
