import type { Notification } from '../../api/types';

/**
 * Where a message stands, for a person. One that goes by hand waits for nobody but them: it stays in the
 * queue until somebody says that they sent it.
 */
export function stateOf(message: Pick<Notification, 'state' | 'channel'>): string {
  return message.state === 'queued' && message.channel === 'by_hand' ? 'by_hand' : message.state;
}

/** Whether it still makes sense to offer the link that sends it by hand. */
export function sendable(message: Pick<Notification, 'state' | 'wa_link'>): boolean {
  return message.wa_link !== null && ['queued', 'failed'].includes(message.state);
}

/** Whether somebody has yet to say that they pressed send in WhatsApp. */
export function markable(message: Pick<Notification, 'state'>): boolean {
  return message.state === 'handed';
}

/** Whether the link may be opened once more: it was opened before, and WhatsApp may have lost it. */
export function reopenable(message: Pick<Notification, 'state' | 'channel' | 'wa_link'>): boolean {
  const isOpened = message.state === 'handed' || message.state === 'sent';
  return message.wa_link !== null && isOpened && message.channel === 'by_hand';
}
