import { describe, expect, test } from 'vitest';

import { lineAfterPayment } from './line';

const waiting = { desired: 'open', observed: 'closed' } as const;
const base = { was: 'closed', access: waiting, job: null, hasRouter: true } as const;

describe('what the counter says about the line', () => {
  test('asked is not open', () => {
    expect(lineAfterPayment(base).state).toBe('opening');
    expect(lineAfterPayment({ ...base, job: { status: 'done', error: null, run_at: 1 } }).state).toBe(
      'opening',
    );
    expect(lineAfterPayment({ ...base, access: { desired: 'open', observed: 'unknown' } }).state).toBe(
      'opening',
    );
  });

  test('open once the router says so', () => {
    expect(lineAfterPayment({ ...base, access: { desired: 'open', observed: 'open' } }).state).toBe('open');
  });

  test('a line that was never closed is not celebrated', () => {
    const seen = { ...base, was: 'open', access: { desired: 'open', observed: 'open' } } as const;
    expect(lineAfterPayment(seen).state).toBe('still_open');
  });

  test('a payment that was too small leaves it closed', () => {
    expect(lineAfterPayment({ ...base, access: { desired: 'closed', observed: 'closed' } }).state).toBe(
      'stays_closed',
    );
  });

  test('a router that is off, a failed try and a given-up job are told apart, with the reason', () => {
    expect(lineAfterPayment({ ...base, job: { status: 'parked', error: 'router off', run_at: 1 } })).toEqual({
      state: 'parked',
      reason: 'router off',
    });
    expect(lineAfterPayment({ ...base, job: { status: 'queued', error: 'trap', run_at: 60 } })).toEqual({
      state: 'retrying',
      reason: 'trap',
      again: 60,
    });
    expect(lineAfterPayment({ ...base, job: { status: 'dead', error: 'no secret', run_at: 1 } }).state).toBe(
      'dead',
    );
  });
});
