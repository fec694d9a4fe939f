#!/usr/bin/env python3
"""A disk that is really full: a file system of a few megabytes in a mount namespace of its own. Whatever is done there
is refused in one sentence with a stable code, nothing is half done, and the office works again once there is room.

usage: full.py PROGRAM     (as root, or where people may make user namespaces)
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

INSIDE = "SAMBUNG_SMALL_DISK"
SIZE = "6m"
PROGRAM = None


def namespace():
    """The command that gives a process mounts of its own."""
    return ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]


def impossible():
    """Why there can be no small disk here, or nothing."""
    try:
        tried = subprocess.run([*namespace(), "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"], capture_output=True, text=True)
    except OSError as error:
        return f"no mount namespace: {error}"
    return f"no mount namespace for a small disk: {tried.stderr.strip()}" if tried.returncode else None


def fill(folder, leave=0):
    """Takes all the room that is left but so many bytes; gives the file that takes it."""
    filler = folder / "foto-liburan.jpg"
    with open(filler, "ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    os.truncate(filler, max(0, filler.stat().st_size - leave))
    return filler


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = Path(os.environ[INSIDE])
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.disk], check=True)

    def sambung(self, *words, told=""):
        environment = {
            **os.environ,
            "LC_ALL": "id_ID.UTF-8",
            "SAMBUNG_DATA_DIR": str(self.disk / "kantor"),
            "SAMBUNG_SECRETS": "file",
            "SAMBUNG_PASSPHRASE": "sandi untuk uji",
        }
        return subprocess.run([PROGRAM, *words], input=told, capture_output=True, text=True, env=environment)

    def done(self, *words, told=""):
        ended = self.sambung(*words, told=told)
        self.assertEqual(ended.returncode, 0, ended)
        return ended.stdout

    def refused(self, *words, told=""):
        """It fails for want of room, says so, and gives no result."""
        ended = self.sambung(*words, told=told)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended)
        self.assertRegex(ended.stderr, r"Disk .* penuh.* \[database_full\]", ended)

    def package(self, code):
        return ["package", "add", code, "--name", "Hemat", "--download", "10240", "--upload", "5120", "--price", "200.000"]

    def customers(self, count):
        """A list of customers, on a disk that has room."""
        file = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False)
        self.addCleanup(os.unlink, file.name)
        with file:
            file.write("Nama;Paket;Tipe;Username PPPoE;Mulai\n")
            file.writelines(f"Pelanggan {number};HEMAT;pppoe;plg{number:05};01/01/2025\n" for number in range(count))
        return file.name

    def sound(self):
        self.assertTrue(json.loads(self.done("verify"))["ok"])

    def test_what_cannot_be_written_is_refused_and_goes_through_once_there_is_room(self):
        self.done(*self.package("HEMAT"))
        acts = [
            (self.package("CEPAT"), ""),
            (["user", "add", "kasir", "--role", "cashier"], "kata sandi panjang\n"),
            (["router", "add", "Pusat", "--host", "127.0.0.1", "--port", "1", "--user", "x"], "rahasia\n"),
        ]
        for words, told in acts:
            # A refused command may have folded a write-ahead log into the database and so made room.
            filler = fill(self.disk)
            self.refused(*words, told=told)
        filler.unlink()
        # Whatever must be unique is free, so nothing was half done.
        for words, told in acts:
            self.done(*words, told=told)
        self.sound()

    def test_an_import_that_fills_the_disk_takes_nobody_in(self):
        self.done(*self.package("HEMAT"))
        file = self.customers(3_000)
        filler = fill(self.disk, leave=1_000_000)
        self.refused("import", "customers", file)
        filler.unlink()
        self.sound()
        self.assertEqual(json.loads(self.done("import", "customers", file))["imported"], 3_000)
        self.sound()

    def test_a_month_run_that_fills_the_disk_is_finished_by_the_next_one_and_bills_nobody_twice(self):
        self.done(*self.package("HEMAT"))
        self.done("import", "customers", self.customers(1_000))
        run = ["task", "billing:generate-invoices", "--as-of", "2026-01-01T00:01:00+07:00"]
        filler = fill(self.disk, leave=1_200_000)
        self.refused(*run)
        filler.unlink()
        self.sound()
        created = json.loads(self.done(*run))["created"]
        self.assertLessEqual(created, 1_000)
        self.assertEqual(json.loads(self.done(*run))["created"], 0)
        with sqlite3.connect(self.disk / "kantor" / "sambung.sqlite") as books:
            counted = books.execute("SELECT count(*), count(DISTINCT customer_id) FROM invoices").fetchone()
        self.assertEqual(counted, (1_000, 1_000), "every line is billed once, by the first run or the second")
        self.sound()

    def test_a_backup_that_does_not_fit_leaves_nothing_and_fits_once_there_is_room(self):
        self.done(*self.package("HEMAT"))
        self.done("import", "customers", self.customers(500))
        outside = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, outside)
        # Where the copy is made there is no room.
        filler = fill(self.disk)
        for name, words in [("polos.sqlite", []), ("sandi.tar.zst.age", ["--encrypt"])]:
            self.refused("backup", str(self.disk / name), *words, told="sapi makan rumput\n")
            self.assertFalse((self.disk / name).exists())
        filler.unlink()
        self.done("backup", str(outside / "polos.sqlite"))
        # Where the encrypted file goes there is none.
        elsewhere = ["--data-dir", str(outside / "kantor"), "--secrets", "file"]
        self.done(*elsewhere, "restore", str(outside / "polos.sqlite"))
        stick = self.disk / "stick"
        stick.mkdir()
        filler = fill(self.disk)
        ended = self.sambung(*elsewhere, "backup", str(stick / "sandi.tar.zst.age"), "--encrypt", told="sapi makan rumput\n")
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended)
        self.assertRegex(ended.stderr, r"Disk .* penuh.* \[backup_disk_full\]", ended)
        self.assertEqual(list(stick.iterdir()), [], "nothing is left behind")
        filler.unlink()
        made = self.done(*elsewhere, "backup", str(stick / "sandi.tar.zst.age"), "--encrypt", told="sapi makan rumput\n")
        self.assertEqual(json.loads(made)["holds"]["customers"], 500)
        self.sound()

    def test_a_first_start_on_a_full_disk_is_refused_and_begins_once_there_is_room(self):
        filler = fill(self.disk)
        self.refused(*self.package("HEMAT"))
        filler.unlink()
        self.done(*self.package("HEMAT"))
        self.sound()


def main():
    global PROGRAM
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if INSIDE not in os.environ:
        os.environ[INSIDE] = tempfile.mkdtemp()
        try:
            ended = subprocess.run([*namespace(), sys.executable, __file__, os.path.abspath(sys.argv[1])])
        finally:
            os.rmdir(os.environ[INSIDE])
        sys.exit(ended.returncode)
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
