"""A requests adapter that calls a WSGI application in the same process."""

import io
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from werkzeug.test import EnvironBuilder, run_wsgi_app


class WsgiAdapter(BaseAdapter):
    """Serves requests from ``app``; mount it on ``http://localhost``.

    The application sees a full environ, all headers included. It may act a broken
    network: a TimeoutError that it raises reaches the caller as
    ``requests.ReadTimeout``, a ConnectionError as ``ChunkedEncodingError``. Any other
    exception is a fault of the application and passes unchanged.
    """

    def __init__(self, app):
        super().__init__()
        self.app = app

    def send(self, request, **_options):
        """Call the application; options such as the timeout mean nothing here."""
        environ = self._environ(request)
        try:
            chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        except TimeoutError as error:
            raise requests.ReadTimeout(request=request) from error
        except ConnectionError as error:
            raise requests.exceptions.ChunkedEncodingError(request=request) from error
        response = requests.Response()
        code, _space, reason = status.partition(" ")
        response.status_code = int(code)
        response.reason = reason
        response.headers = CaseInsensitiveDict(headers)
        response.raw = io.BytesIO(b"".join(chunks))
        response.url = request.url
        response.request = request
        return response

    def close(self):
        """Nothing to release."""

    def _environ(self, request):
        url = urlsplit(request.url)
        builder = EnvironBuilder(
            path=url.path,
            base_url=f"{url.scheme}://{url.netloc}/",
            query_string=url.query,
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
        )
        return builder.get_environ()


def in_process_session(app):
    """A session whose calls of ``http://localhost`` are answered by ``app``."""
    session = requests.Session()
    session.mount("http://localhost", WsgiAdapter(app))
    return session
