"""Requests to the sandbox whose bytes are made already."""
import http.client

from line import Failure


class Post:
    """Over one kept connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)

    def send(self, key, digest, body):
        self.connection.request("POST", "/mep/v1/messages", body, {
            "Content-Type": "application/xml; charset=utf-8", "Idempotency-Key": f'"{key}"',
            "Content-Digest": f"sha-256=:{digest}:"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 202:
            raise Failure(f"the sandbox says {answer.status}: {text.decode()}")
