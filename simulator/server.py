"""Serves the simulator over HTTP, on this machine only."""

from werkzeug.serving import WSGIRequestHandler, make_server

HOST = "127.0.0.1"


class Handler(WSGIRequestHandler):
    """Closes the socket when an answer is lost, and logs nothing."""

    def connection_dropped(self, error, environ=None):
        """End a connection whose answer broke off: no further request on it."""
        self.close_connection = True

    def log(self, type, message, *args):
        """Keep quiet: the ledger tells what happened."""


def make(app, port):
    """Return a threaded server for ``app``; port 0 takes a free one."""
    return make_server(HOST, port, app, threaded=True, request_handler=Handler)
