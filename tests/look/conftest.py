"""The gallery, served as the product would serve it: own static files, strict policy."""

import mimetypes
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.staticfiles import finders
from django.template import loader

from tests.look import gallery

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)


class Gallery(BaseHTTPRequestHandler):
    page = ""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        kind, body = self.static(path) if path.startswith("/static/") else self.html(path)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def static(self, path: str) -> tuple[str, bytes]:
        found = finders.find(path.removeprefix("/static/"))
        assert found, f"{path} is linked but not there"
        return mimetypes.guess_type(path)[0] or "application/octet-stream", Path(found).read_bytes()

    def html(self, path: str) -> tuple[str, bytes]:
        if path.startswith("/error/"):
            html = loader.get_template(f"{path.removeprefix('/error/')}.html").render(
                {"request_id": "8f4a2c1e"}
            )
        else:
            html = self.page
        return "text/html; charset=utf-8", html.encode()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Quiet."""


@pytest.fixture(scope="session")
def gallery_url() -> Iterator[str]:
    Gallery.page = gallery.render_page()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
