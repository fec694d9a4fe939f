/** Opens an address outside the window (WhatsApp). The program around the window hands it to the system's browser. */
import { inWindow, shell } from '../api/shell';

export async function openOutside(address: string): Promise<void> {
  if (inWindow) await shell('open_outside', { address });
  else window.open(address, '_blank', 'noopener');
}
