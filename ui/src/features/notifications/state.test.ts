import { expect, test } from 'vitest';

import { markable, reopenable, sendable, stateOf } from './state';

test('a message that goes by hand waits for a person, any other for its turn', () => {
  expect(stateOf({ state: 'queued', channel: 'by_hand' })).toBe('by_hand');
  expect(stateOf({ state: 'queued', channel: 'fonnte' })).toBe('queued');
  expect(stateOf({ state: 'failed', channel: 'by_hand' })).toBe('failed');
});

test('what was sent, what nobody should get, what was taken back, and what has no number is not offered', () => {
  const link = 'https://wa.me/62812';
  expect(sendable({ state: 'queued', wa_link: link })).toBe(true);
  expect(sendable({ state: 'failed', wa_link: link })).toBe(true);
  expect(sendable({ state: 'handed', wa_link: link })).toBe(false);
  expect(sendable({ state: 'sent', wa_link: link })).toBe(false);
  expect(sendable({ state: 'skipped', wa_link: link })).toBe(false);
  expect(sendable({ state: 'withdrawn', wa_link: link })).toBe(false);
  expect(sendable({ state: 'queued', wa_link: null })).toBe(false);
});

test('what was opened in WhatsApp is not sent: it can be opened once more, or marked', () => {
  const opened = { state: 'handed', channel: 'by_hand', wa_link: 'https://wa.me/62812' };
  expect(reopenable(opened)).toBe(true);
  expect(markable(opened)).toBe(true);
  expect(markable({ state: 'queued' })).toBe(false);
  expect(markable({ state: 'sent' })).toBe(false);
});

test('what somebody sent by hand can be opened once more, what a gateway sent cannot', () => {
  const link = 'https://wa.me/62812';
  expect(reopenable({ state: 'sent', channel: 'by_hand', wa_link: link })).toBe(true);
  expect(reopenable({ state: 'sent', channel: 'fonnte', wa_link: link })).toBe(false);
  expect(reopenable({ state: 'queued', channel: 'by_hand', wa_link: link })).toBe(false);
});
