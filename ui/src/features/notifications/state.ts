import type { Notification } from '../../api/types';

/**
 * Where a message stands, for a person. One that goes by hand waits for nobody but them: the API keeps
 * it in the queue, since it cannot know that somebody pressed send.
 */
export function stateOf(message: Pick<Notification, 'state' | 'channel'>): string {
  return message.state === 'queued' && message.channel === 'by_hand' ? 'by_hand' : message.state;
}

/** Whether it still makes sense to offer the link that sends it by hand. */
export function sendable(message: Pick<Notification, 'state' | 'wa_link'>): boolean {
  return message.wa_link !== null && message.state !== 'sent' && message.state !== 'skipped';
}
