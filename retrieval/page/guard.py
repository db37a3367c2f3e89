"""Keeps other web pages out: foreign hosts and origins are refused, the page runs no other code."""

from collections.abc import Awaitable, Callable

from aiohttp import web

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Refuse requests that another web page makes, by rebinding a name or by a foreign origin."""
    hosts = _own_hosts(request)
    origin = request.headers.get("Origin")
    if request.host not in hosts or (
        origin is not None and origin not in {f"http://{host}" for host in hosts}
    ):
        return web.Response(status=403, text="only this server's own pages may ask\n")
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to every answer."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache")


def _own_hosts(request: web.Request) -> set[str]:
    """Return the addresses under which this connection reached us."""
    if request.transport is None:
        return set()
    address, port = request.transport.get_extra_info("sockname")[:2]
    address = address.removeprefix("::ffff:")
    names = {f"[{address}]" if ":" in address else address}
    if address.startswith("127.") or address == "::1":
        names |= {"127.0.0.1", "localhost", "[::1]"}
    hosts = {f"{name}:{port}" for name in names}
    return hosts | names if port == 80 else hosts
