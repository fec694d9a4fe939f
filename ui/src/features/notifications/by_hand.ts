/**
 * Sending a message by hand: WhatsApp opens with the text, and the office notes that it was sent. A link that
 * does not open marks nothing, so that the message stays in the list of what is to be sent.
 */
import type { Id } from '../../api/types';
import { openOutside } from '../../app/outside';
import { markSent } from './api';

export async function sendByHand(id: Id, link: string): Promise<void> {
  await openOutside(link);
  await markSent(id);
}
