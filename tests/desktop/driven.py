"""The desktop application under WebDriver, for measuring: starts it through tauri-driver, speaks the protocol's few
words that are needed, and ends it as a session would."""
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 60  # seconds until a thing that should happen counts as one that does not


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def call(port, method, path, body=None):
    """One command of the protocol. tauri-driver hands it on over a kept connection, which the driver behind it closes when
    it has been idle for a moment; a command that fell into that gap was never carried out and is sent again, once."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"content-type": "application/json"}, method=method)
    try:
        answered = urllib.request.urlopen(request, timeout=PATIENCE)
    except ConnectionError:
        answered = urllib.request.urlopen(request, timeout=PATIENCE)
    with answered as answer:
        return json.load(answer)["value"]


def session_of(port, capabilities):
    """A new session, asked for until the driver and WebKit's own behind it listen."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return call(port, "POST", "/session", capabilities)["sessionId"]
        except (urllib.error.URLError, ConnectionError) as error:
            if isinstance(error, urllib.error.HTTPError) or time.monotonic() > end:
                raise
            time.sleep(0.05)


class Window:
    """The program with its window, from its start to its end."""

    def __init__(self, program, data):
        self.program, self.data = program, data

    def __enter__(self):
        self.port, native = free_port(), free_port()
        # WebDriver starts a program without arguments of ours, and keeps what it prints.
        wrapper = Path(self.data) / "start"
        wrapper.write_text(f"#!/bin/sh\necho $$ >'{self.data}/pid'\nexec '{self.program}' --data-dir '{self.data}/office' 2>>'{self.data}/log'\n")
        wrapper.chmod(0o755)
        self.driver = subprocess.Popen(["tauri-driver", "--port", str(self.port), "--native-port", str(native)], stdout=subprocess.DEVNULL)
        try:
            capabilities = {"browserName": "wry", "tauri:options": {"application": str(wrapper)}}
            self.session = session_of(self.port, {"capabilities": {"alwaysMatch": capabilities}})
            self.pid = int((Path(self.data) / "pid").read_text())
        except BaseException:
            self.driver.terminate()
            raise
        return self

    def __exit__(self, *failure):
        # Ending the session closes the window, which the program takes for a wish to stay in the tray.
        os.kill(self.pid, signal.SIGTERM)
        while Path(f"/proc/{self.pid}").exists():
            time.sleep(0.02)
        self.driver.terminate()
        self.driver.wait()

    def ask(self, path, body):
        return call(self.port, "POST", f"/session/{self.session}{path}", body)

    def until(self, what, happens):
        """The first true answer of `happens`, asked again until it comes; what WebDriver refuses meanwhile is no answer."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answer = happens()
            except urllib.error.HTTPError:
                answer = None
            if answer:
                return answer
            if time.monotonic() > end:
                sys.exit(f"{what}: did not happen within {PATIENCE} s; the program says: {Path(self.data, 'log').read_text()}")
            time.sleep(0.01)

    def evaluate(self, script, *arguments):
        return self.ask("/execute/sync", {"script": script, "args": list(arguments)})

    def field(self, selector):
        """The id of the first element that matches, once it is there."""
        find = lambda: self.ask("/element", {"using": "css selector", "value": selector})
        return next(iter(self.until(f"an element {selector}", find).values()))

    def write(self, selector, text):
        field = self.field(selector)
        self.until(f"{selector} takes typing", lambda: self.ask(f"/element/{field}/value", {"text": text}) is None)

    def press(self, key):
        """One real key, down and up, to whatever has the focus."""
        strokes = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.ask("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})
