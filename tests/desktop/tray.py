#!/usr/bin/env python3
"""The tray, with a real session bus and a small StatusNotifierWatcher in the place of the panel: closing the window
keeps the program, the menu shows, pauses and quits, a second start brings the first one's window back, and a window
that has been closed for long costs no memory.

usage: with-keyring xvfb-run -a tray.py PROGRAM [ARGUMENT...]     (PROGRAM opens the window; it is started several times)
"""
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

PROGRAM = []
PATIENCE = 30  # seconds until a thing that should happen counts as one that does not
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class Panel(dbus.service.Object):
    """What a desktop's panel offers to programs with a tray icon."""

    def __init__(self, bus):
        self.items = []
        super().__init__(dbus.service.BusName(WATCHER, bus), "/StatusNotifierWatcher")

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender):
        self.items.append((sender, service) if service.startswith("/") else (service, "/StatusNotifierItem"))

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, service):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {
            "RegisteredStatusNotifierItems": dbus.Array([name + path for name, path in self.items], signature="s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": 0,
        }


def awaited(what, happened):
    """The first true answer of `happened`, asked again until it comes or the patience ends."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = happened()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: did not happen within {PATIENCE} s")
        time.sleep(0.05)


def visible_windows():
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "sambung"], capture_output=True, text=True)
    return found.stdout.split()


def place(window):
    """Where a window stands, and how large it is."""
    told = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, check=True).stdout
    facts = dict(line.split("=") for line in told.split())
    return tuple(int(facts[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))


def descendants(pid):
    """Everything that a process started, and what that started."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue  # it ended meanwhile
    return found[1:]


def comm(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""  # it ended meanwhile


class Tray(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        dbus.mainloop.glib.threads_init()
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        # The panel answers on a connection of its own: calls to the program must not wait for themselves.
        cls.panel = Panel(dbus.SessionBus(private=True))
        cls.loop = GLib.MainLoop()
        threading.Thread(target=cls.loop.run, daemon=True).start()
        cls.manager = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        cls.manager.terminate()
        cls.manager.wait()
        cls.loop.quit()

    def setUp(self):
        self.panel.items.clear()
        self.bus = dbus.SessionBus(private=True, mainloop=dbus.mainloop.NULL_MAIN_LOOP)
        self.addCleanup(self.bus.close)

    def start(self, *further, log=None, **environment):
        program = subprocess.Popen([*PROGRAM, *further], stdout=subprocess.DEVNULL, stderr=log, env={**os.environ, **environment})

        def end():
            if program.poll() is None:
                program.kill()
            program.wait()

        self.addCleanup(end)
        self.program = program
        name, path = awaited("a tray icon", lambda: program.poll() is not None and self.fail("the program ended") or self.panel.items and self.panel.items[-1])
        self.item = self.bus.get_object(name, path)
        self.menu = self.bus.get_object(name, self.property("Menu"))

    def property(self, name):
        return self.item.Get(ITEM, name, dbus_interface=dbus.PROPERTIES_IFACE)

    def entries(self):
        """The ids of the menu's items by their labels."""
        _revision, (_root, _properties, children) = self.menu.GetLayout(0, -1, ["label"], dbus_interface=MENU)
        return {str(properties["label"]).replace("_", ""): number for number, properties, _ in children if "label" in properties}

    def click(self, label):
        number = awaited(f"an entry “{label}”", lambda: self.entries().get(label))
        self.menu.Event(number, "clicked", dbus.Int32(0), dbus.UInt32(0), dbus_interface=MENU)

    def close_window(self):
        window = awaited("a window", visible_windows)[0]
        subprocess.run(["xdotool", "windowactivate", "--sync", window, "key", "--clearmodifiers", "alt+F4"], check=True, capture_output=True)
        awaited("the window hides", lambda: not visible_windows())

    def pages(self):
        """The processes that hold a page of the program."""
        return [pid for pid in descendants(self.program.pid) if comm(pid).startswith("WebKitWebProces")]

    def test_the_icon_has_a_name_a_picture_and_a_menu_in_indonesian(self):
        self.start()
        self.assertEqual(self.property("Title").lower(), "sambung")
        self.assertEqual(self.property("Status"), "Active")
        self.assertTrue(os.path.getsize(self.property("IconName")) > 0, "the icon is a picture file")
        self.assertEqual([label for label in self.entries() if label], ["Tampilkan", "Jeda jadwal", "Keluar"])

    def test_closing_the_window_keeps_the_program_and_show_brings_it_back(self):
        self.start()
        self.close_window()
        self.assertIsNone(self.program.poll(), "closing the window ended the program")
        self.click("Tampilkan")
        awaited("the window comes back", visible_windows)
        self.close_window()
        self.assertIsNone(self.program.poll(), "closing the window a second time ended the program")

    def test_a_window_closed_for_long_gives_its_page_back_and_returns_where_it_stood(self):
        self.start(SAMBUNG_WINDOW_REST="1")
        window = awaited("a window", visible_windows)[0]
        awaited("a page", self.pages)
        subprocess.run(["xdotool", "windowsize", "--sync", window, "1100", "660", "windowmove", "--sync", window, "150", "70"], check=True)
        stood = place(window)
        self.close_window()
        awaited("the page goes", lambda: not self.pages())
        self.assertIsNone(self.program.poll(), "the program went with its last window")
        self.assertIn("Jeda jadwal", self.entries(), "the tray does not answer")

        self.click("Tampilkan")
        again = awaited("the window is made anew", visible_windows)[0]
        awaited("a page of its own", self.pages)
        self.assertNotEqual(again, window, "it is not the window that was closed")
        awaited(f"it stands where it stood, at {stood}", lambda: place(again) == stood)

        self.close_window()
        awaited("the second page goes too", lambda: not self.pages())
        second = subprocess.run(PROGRAM, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        self.assertEqual(second.returncode, 0)
        awaited("a second start brings it back", visible_windows)
        self.close_window()
        awaited("the third page goes too", lambda: not self.pages())
        self.click("Keluar")
        self.assertEqual(self.program.wait(PATIENCE), 0)

    def test_a_form_that_somebody_wrote_in_is_there_when_the_window_returns(self):
        log = tempfile.TemporaryFile("w+")
        self.addCleanup(log.close)
        self.start(log=log, SAMBUNG_WINDOW_REST="1", SAMBUNG_LOG="sambung_lib=debug")

        def told(words):
            log.seek(0)
            return words in log.read()

        pauses = iter(range(100, 10_000, 100))

        def written_and_closed():
            """Types into the first field of the first screen, each time more slowly: it may not be ready for it yet."""
            window = awaited("a window", visible_windows)[0]
            typing = ["type", "--delay", str(next(pauses)), "Warga Net"]
            subprocess.run(["xdotool", "windowactivate", "--sync", window, *typing], check=True)
            self.close_window()
            awaited("the rest is over", lambda: told("its page stays") or not self.pages())
            if told("its page stays"):
                return True
            self.click("Tampilkan")
            return False

        awaited("a page with a half-filled form", written_and_closed)
        page = self.pages()
        self.assertEqual(len(page), 1)
        self.click("Tampilkan")
        awaited("the window", visible_windows)
        self.assertEqual(self.pages(), page, "it is another page, and what was typed is gone")

    def test_a_second_start_shows_the_window_of_the_first_and_ends_with_0(self):
        self.start()
        self.close_window()
        second = subprocess.run(PROGRAM, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        self.assertEqual(second.returncode, 0)
        awaited("the first one's window", visible_windows)
        self.assertIsNone(self.program.poll())
        self.assertEqual(len(self.panel.items), 1, "the second start made an icon of its own")

    def test_pausing_changes_the_entry_into_its_opposite(self):
        self.start()
        self.click("Jeda jadwal")
        self.click("Lanjutkan jadwal")
        awaited("the entry is back", lambda: "Jeda jadwal" in self.entries())

    def test_a_start_of_the_session_shows_the_icon_and_no_window(self):
        self.start("--tray")
        self.assertEqual(visible_windows(), [])
        self.click("Tampilkan")
        awaited("the window", visible_windows)

    def test_an_office_that_cannot_be_opened_is_said_in_a_dialog_however_it_is_closed(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "sambung.sqlite").write_bytes(b"not a database " * 1000)
            for key in ["Return", "Escape", "alt+F4"]:
                with self.subTest(key):
                    program = subprocess.Popen([*PROGRAM, "--data-dir", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    self.addCleanup(lambda program=program: program.poll() is None and program.kill())
                    dialog = awaited("a dialog", visible_windows)[0]
                    subprocess.run(["xdotool", "windowactivate", "--sync", dialog, "key", "--clearmodifiers", key], check=True, capture_output=True)
                    _, told = program.communicate(timeout=PATIENCE)
                    self.assertEqual(program.returncode, 1)
                    self.assertIn("[database_", told)

    def test_quit_ends_with_0(self):
        self.start()
        self.click("Keluar")
        self.assertEqual(self.program.wait(PATIENCE), 0)

    def test_quit_from_the_tray_with_the_window_closed_ends_with_0(self):
        self.start()
        self.close_window()
        self.click("Keluar")
        self.assertEqual(self.program.wait(PATIENCE), 0)

    def test_the_end_of_the_session_ends_it_with_0(self):
        self.start()
        awaited("a window", visible_windows)
        self.program.send_signal(signal.SIGTERM)
        self.assertEqual(self.program.wait(PATIENCE), 0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM, sys.argv[1:] = sys.argv[1:], []
    unittest.main(verbosity=2)
