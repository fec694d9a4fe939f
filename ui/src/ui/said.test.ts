import { expect, test } from 'vitest';

import { saidParts } from './said';

test('commands for a router are told apart from the sentence that advises them, one by one', () => {
  expect(
    saidParts(
      'Make a certificate:\n/certificate add name=api-tls; /certificate sign api-tls\n/ip service set api-ssl disabled=no',
    ),
  ).toEqual([
    { command: false, text: 'Make a certificate:' },
    { command: true, text: '/certificate add name=api-tls' },
    { command: true, text: '/certificate sign api-tls' },
    { command: true, text: '/ip service set api-ssl disabled=no' },
  ]);
});

test('a sentence without commands keeps its lines, and a path inside it is no command', () => {
  expect(saidParts('First.\nSee /ip/service; it is off.')).toEqual([
    { command: false, text: 'First.\nSee /ip/service; it is off.' },
  ]);
});
