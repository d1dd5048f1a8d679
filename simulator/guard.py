"""Keeps other web sites away from the console and the control API.

The server listens on loopback only, yet a page of any site can send requests
there: the Host must be a loopback name (no rebinding), and what changes
something must come from our own pages or from no browser at all.
"""

from urllib.parse import urlsplit

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def is_local(request):
    """Tell whether the request was addressed to this machine by name."""
    return urlsplit(f"//{request.host}").hostname in LOCAL_NAMES


def is_same_origin(request):
    """Tell whether a POST comes from a page of this very server.

    A browser always sends Origin with a cross-site POST; a client that is no
    browser sends none.
    """
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def own_referrer(request, default):
    """Return the path of the page that sent the request when it is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc == request.host and parts.path.startswith("/console"):
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return default
