"""A connection to a Dask scheduler, or plain words why there is none."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from distributed import Client, Security
from distributed.comm import connect
from distributed.comm.addressing import get_address_host_port

from optimizer.core.errors import ClusterError

CONNECT_S = 10.0
"""Seconds in which a scheduler must answer."""

_CERTIFICATES = "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, ...__CLIENT__CERT and ...__CLIENT__KEY"


def connected(address: str) -> Client:
    """Connect to a scheduler.

    Parameters
    ----------
    address : str
        ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` with certificates in Dask's configuration.

    Raises
    ------
    ClusterError
        The address is none, or no scheduler answers there.
    """
    if not address.startswith(("tcp://", "tls://")):
        raise ClusterError(f"{address!r} is no address of a Dask scheduler; it must be tcp://HOST:PORT, or tls://HOST:PORT.")
    try:
        host_and_port = get_address_host_port(address, strict=True)
    except ValueError as error:
        raise ClusterError(f"The scheduler's address {address} cannot be used: {error}.") from error
    secrets = _secrets(address)
    try:
        # Asked first without a client: one that could not connect leaves threads and messages behind.
        socket.create_connection(host_and_port, CONNECT_S).close()
        with ThreadPoolExecutor(1) as aside:  # a notebook's thread has a loop of its own at work
            aside.submit(asyncio.run, _greet(address, secrets)).result()
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, OverflowError) as error:
        reason = f"No Dask scheduler answers at {address} ({str(error) or f'nothing in {CONNECT_S:g} s'})."
        raise ClusterError(f"{reason} Start one: dask scheduler --host HOST --port PORT") from error


def close(client: Client) -> None:
    """Close a connection, without what Dask logs of one that it was just trying to make anew.

    Parameters
    ----------
    client : Client
        Of ``connected``.
    """
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    with contextlib.suppress(OSError, TimeoutError):
        client.close()
    logger.setLevel(before)


def _secrets(address: str) -> dict[str, Any]:
    """What Dask's configuration says of certificates.

    Raises
    ------
    ClusterError
        The address needs some, and there are none.
    """
    secrets: dict[str, Any] = Security().get_connection_args("client")
    if address.startswith("tls://") and secrets.get("ssl_context") is None:
        raise ClusterError(f"{address} needs certificates, and Dask's configuration names none: set {_CERTIFICATES}.")
    return secrets


async def _greet(address: str, secrets: dict[str, Any]) -> None:
    """Open a connection as Dask does, and close it; Dask's own limit does not hold for who takes a call and says nothing."""
    async with asyncio.timeout(CONNECT_S):
        comm = await connect(address, timeout=CONNECT_S, **secrets)
        await comm.close()
