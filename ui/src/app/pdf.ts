/** Bringing a PDF before a person: the window hands it to the system, a browser opens it in a tab. */
import { sessionHeaders } from '../api/client';
import { shell } from '../api/shell';

/** In a browser the content of a file, in the window its address at the API. */
export type Document = { name: string; type: string; bytes: Uint8Array<ArrayBuffer> } | { path: string };

export async function present(document: Document): Promise<void> {
  if ('path' in document) {
    await shell('open_document', { path: document.path, headers: sessionHeaders() });
    return;
  }
  const address = URL.createObjectURL(new Blob([document.bytes], { type: document.type }));
  const opened = document.type === 'application/pdf' ? window.open(address, '_blank') : null;
  if (!opened) download(address, document.name);
  // The tab has its own copy once it is loaded; a minute is ample on the slowest desk.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

function download(address: string, name: string): void {
  const link = window.document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
