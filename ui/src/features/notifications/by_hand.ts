/**
 * Sending a message by hand: WhatsApp opens with the text, and the office notes that it was opened, not that it was sent;
 * that is for the person to say who pressed send there. A link that does not open notes nothing.
 */
import type { Id } from '../../api/types';
import { openOutside } from '../../app/outside';
import { markHanded } from './api';

export async function openByHand(id: Id, link: string): Promise<void> {
  await openOutside(link);
  await markHanded(id);
}
