"""Lays out a sample of the bench's invoices with typst and with WeasyPrint and prints `name pages seconds bytes`.

Only compiling is timed, by processor time: the interpreter, the imports and one small warm-up document (fonts, caches) come before. The
templates hold the parts of our invoice. In the round `symbols` each invoice brings its QR symbol as a finished SVG picture, so that
computing it costs the peers nothing; in the round `plain` there is none.

    peers.py FOLDER ROUND     FOLDER holds ROUND-small.json, ROUND-sample.json and logo.png, written by the bench
"""

import base64
import html
import json
import pathlib
import sys
import time

here = pathlib.Path(__file__).resolve().parent
fonts = here.parent.parent / "src-tauri/crates/documents/fonts"
folder = pathlib.Path(sys.argv[1])
kind = sys.argv[2]


def measure(name, compiled):
    compiled(f"{kind}-small.json")
    start = time.process_time()
    pdf = compiled(f"{kind}-sample.json")
    seconds = time.process_time() - start
    pages = len(json.loads((folder / f"{kind}-sample.json").read_text())["invoices"])
    print(name, pages, f"{seconds:.4f}", len(pdf), flush=True)
    (folder / f"{name}-{kind}.pdf").write_bytes(pdf)


def with_typst():
    import typst

    def compiled(data):
        return typst.compile(
            str(here / "invoice.typ"),
            root="/",
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"data": str(folder / data)},
        )

    measure("typst", compiled)


STYLE = """
@font-face { font-family: Noto; src: url(%(fonts)s/NotoSans-Regular.ttf); font-weight: 400 }
@font-face { font-family: Noto; src: url(%(fonts)s/NotoSans-Bold.ttf); font-weight: 700 }
@page { size: A4; margin: 16mm 18mm 22mm; @bottom-left { content: "%(footer)s"; font-size: 7.6pt; color: #5f6875 }
        @bottom-right { content: "Halaman 1 dari 1"; font-size: 7.6pt; color: #5f6875 } }
html { font: 9pt/1.4 Noto; color: #171c26 }
section { break-after: page }
small { font-size: 7.6pt; color: #5f6875 }
table { width: 100%%; border-collapse: collapse }
td, th { text-align: left; vertical-align: top; padding: 0 }
.right { text-align: right }
h1 { font-size: 21pt; color: #0b4f6c; margin: 0 }
header { border-bottom: .6pt solid #d3d8df; padding-bottom: 8pt; margin-bottom: 10pt }
.panel { background: #f2f5f8; border-left: 3pt solid #0b4f6c; padding: 8pt 14pt; margin: 12pt 0 }
.large { font-size: 17pt; font-weight: 700 }
.lines td { border-bottom: .6pt solid #d3d8df; padding: 4pt 0 }
.lines th { border-bottom: .6pt solid #5f6875; font-size: 7.6pt; color: #5f6875 }
"""


def page(office, invoice):
    text = html.escape
    rows = lambda pairs: "".join(f"<tr><td><small>{text(k)}</small><td class=right>{text(v)}" for k, v in pairs)
    lines = "".join(
        f"<tr><td>{text(line['description'])}<br><small>{text(line['service'])}</small><td class=right>{text(line['amount'])}"
        for line in invoice["lines"]
    )
    totals = "".join(
        f"<tr><td>{'<b>' if strong else ''}{text(k)}<td class=right>{'<b>' if strong else ''}{text(v)}"
        for k, v, strong in invoice["totals"]
    )
    accounts = "".join(
        f"<p><small>{text(a['bank'])}</small><br><b>{text(a['number'])}</b><br>a.n. {text(a['holder'])}"
        for a in office["accounts"]
    )
    symbol = ""
    if invoice["symbol"]:
        data = base64.b64encode(invoice["symbol"].encode()).decode()
        symbol = f'<p><img style="width:30mm" src="data:image/svg+xml;base64,{data}"><br><small>Pindai untuk membayar (QRIS)</small>'
    return f"""<section><header><table><tr><td style="width:48pt"><img src="logo.png" style="height:17mm">
<td><b style="font-size:11.5pt">{text(office['name'])}</b><br><small>{text(office['address'])}<br>Telp. {office['phone']}
<br>NPWP {office['npwp']}</small><td class=right><h1>TAGIHAN</h1><b>{invoice['number']}</b></table></header>
<table><tr><td style="width:58%"><small>Ditagihkan kepada</small><br><b>{text(invoice['name'])}</b><br>{text(invoice['address'])}
<br><small>Telp. {invoice['phone']}<br>No. pelanggan {invoice['customer']}</small><td><table>{rows(invoice['facts'])}</table></table>
<div class=panel><table><tr><td><small>Jumlah yang harus dibayar</small><br><span class=large>{invoice['to_pay']}</span>
<td class=right><small>Jatuh tempo</small><br><b>{invoice['due']}</b></table></div>
<table class=lines><thead><tr><th>Uraian<th class=right>Jumlah</thead>{lines}</table>
<table style="margin-top:10pt"><tr><td style="width:58%"><small>Terbilang</small><br>{invoice['words']}{symbol}
<p><small>Pembayaran ke rekening</small>{accounts}<td><table>{totals}</table></table></section>"""


def with_weasyprint():
    import weasyprint

    def compiled(name):
        data = json.loads((folder / name).read_text())
        style = STYLE % {"fonts": fonts.as_uri(), "footer": data["office"]["footer"]}
        body = "".join(page(data["office"], invoice) for invoice in data["invoices"])
        return weasyprint.HTML(string=f"<style>{style}</style>{body}", base_url=str(folder)).write_pdf()

    measure("weasyprint", compiled)


for peer in (with_typst, with_weasyprint):
    try:
        peer()
    except ImportError as missing:
        print(f"{peer.__name__}: {missing}", file=sys.stderr)
