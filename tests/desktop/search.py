"""From a keystroke in the customer search to the frame in which the new rows are painted: the real window over a file
database with many customers, everything between the key and the glass included."""
import json
import random
import statistics
import subprocess
import time

from driven import Window

CUSTOMERS = 100_000
# Ten names that begin differently: no text is asked for twice, so nothing comes out of the page's memory.
TYPED = ["budi", "siti", "rina", "dewo", "joko", "wati", "puti", "numa", "lala", "tomi"]
PAUSE = 0.15  # seconds between two keys, as somebody types who looks at the list
OWNER, PASSWORD = "pemilik", "kata sandi panjang"
ESCAPE, ENTER = "\ue00c", "\ue007"

SYLLABLES = [consonant + vowel for consonant in "bdghjklmnprstw" for vowel in "aiueo"]
STREETS = "Mawar Melati Kenanga Flamboyan Anggrek Cempaka Merdeka Diponegoro Sudirman Veteran Pahlawan Kartini".split()

# Notes, for each key in the search, when the frame with other rows than before was painted. The second of two frames is
# called when the first one is on the screen, so that the figure is at most one frame too long. A list that is still that
# of the text before says so (`aria-busy`), and is not what the key asked for.
WATCH = """
const rows = () => {
  const grid = document.querySelector('[role="grid"]');
  const frame = grid?.parentElement;
  return frame && frame.getAttribute('aria-busy') !== 'true' ? frame.innerText : null;
};
const watch = (window.sambungWatch = { presses: 0, pressed: null, before: null, painted: [], told: null });
document.addEventListener('keydown', (event) => {
  if (event.key.length === 1) Object.assign(watch, { presses: watch.presses + 1, pressed: event.timeStamp, before: rows() });
}, true);
new MutationObserver(() => {
  const now = rows();
  if (watch.pressed === null || now === null || now === watch.before) return;
  const { presses, pressed } = watch;
  watch.pressed = null;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    watch.painted.push({ press: presses, took: performance.now() - pressed });
    if (presses === watch.presses) watch.told?.(true);
  }));
}).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['aria-busy'] });
"""

# Answers when the rows of the last key are painted, and after five seconds at the latest.
AWAIT = """
const [done] = arguments;
const watch = window.sambungWatch;
if (watch.painted.at(-1)?.press === watch.presses) return done(true);
const late = setTimeout(() => watch.told(false), 5000);
watch.told = (seen) => { clearTimeout(late); watch.told = null; done(seen); };
"""


def invented(count):
    """A customer list as an office exports it, the same on every run. The names are made of syllables, so that each
    further letter of a search leaves fewer of them."""
    chance = random.Random(count)
    name = lambda: "".join(chance.choices(SYLLABLES, k=2)).capitalize()
    yield "Nama;No HP;Alamat;Paket;Tipe;Username PPPoE;Mulai"
    for number in range(1, count + 1):
        place = f"Jl. {chance.choice(STREETS)} No. {number % 190}"
        yield f"{name()} {name()};0812{number:08};{place};HEMAT;pppoe;plg{number:06};01/01/2025"


def fill(program, data):
    """Makes an office with the customers, by the program's own commands."""

    def run(*words, told=""):
        command = [program, "--data-dir", f"{data}/office", *words]
        return subprocess.run(command, input=told, capture_output=True, text=True, check=True).stdout

    run("package", "add", "HEMAT", "--name", "Hemat 10 Mbps", "--download", "10240", "--upload", "5120", "--price", "110.000")
    run("user", "add", OWNER, "--role", "owner", told=f"{PASSWORD}\n")
    file = f"{data}/pelanggan.csv"
    with open(file, "w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in invented(CUSTOMERS))
    imported = json.loads(run("import", "customers", file))
    assert imported["imported"] == CUSTOMERS, imported


def keystrokes(program, data):
    """Milliseconds from each key to its painted rows, for the keys that changed some."""
    with Window(program, data) as window:
        window.write('input[autocomplete="username"]', OWNER)
        window.write('input[type="password"]', PASSWORD + ENTER)
        window.until("the dashboard", lambda: window.evaluate("return !!sessionStorage.getItem('sambung.token')"))
        window.evaluate("location.hash = '#/customers'")
        field = window.field("[data-search]")
        rows = lambda: window.evaluate("return document.querySelectorAll('[role=\"gridcell\"]').length > 0")
        window.until("the first rows", rows)
        window.ask(f"/element/{field}/click", {})
        window.evaluate(WATCH)
        for text in TYPED:
            for key in text:
                window.press(key)
                window.ask("/execute/async", {"script": AWAIT, "args": []})
                time.sleep(PAUSE)
            window.press(ESCAPE)
            window.until("the whole list again", lambda: window.evaluate("return document.querySelector('[data-search]').value === ''") and rows())
            time.sleep(PAUSE)
        return [sample["took"] for sample in window.evaluate("return window.sambungWatch.painted")]


def painted(program, data):
    """The figure, in a line."""
    fill(program, data)
    times = sorted(keystrokes(program, data))
    p95 = times[min(len(times) - 1, len(times) * 95 // 100)]
    keys = sum(len(text) for text in TYPED)
    silent = f"; {keys - len(times)} changed no row within 5 s and count as nothing" if keys > len(times) else ""
    return (
        f"{CUSTOMERS:,} customers on SQLite, keystroke in the search to painted rows: median {statistics.median(times):.0f} ms, "
        f"95th percentile {p95:.0f} ms, worst {times[-1]:.0f} ms ({keys} keystrokes in the real window{silent})"
    )
