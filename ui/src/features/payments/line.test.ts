import { describe, expect, test } from 'vitest';

import { lineAfterPayment } from './line';

const waiting = { desired: 'open', observed: 'closed' } as const;
const unknown = { desired: 'open', observed: 'unknown' } as const;
const base = {
  was: 'closed',
  access: waiting,
  overdue: 0,
  mode: 'manage',
  untold: null,
  job: 'none',
  isBehind: false,
} as const;
const job = (status: string, error: string | null = null) => ({ status, error, run_at: 60 });
const untold = (
  because: 'observed' | 'waiting' | 'failed' | 'missing' | 'unnamed',
  message: string | null = null,
) => ({
  because,
  code: message && 'router_unreachable',
  message,
});

describe('what the counter says about the line', () => {
  test('opening is said while a job is under way, and asked is not open', () => {
    expect(lineAfterPayment({ ...base, job: 'unread' }).state).toBe('opening');
    expect(lineAfterPayment({ ...base, job: job('queued') }).state).toBe('opening');
    expect(lineAfterPayment({ ...base, job: job('running') }).state).toBe('opening');
    expect(lineAfterPayment({ ...base, access: unknown, untold: untold('waiting') }).state).toBe('opening');
  });

  test('a job that ended a moment ago is waited for until the line was read after it', () => {
    expect(lineAfterPayment({ ...base, job: job('done'), isBehind: true }).state).toBe('opening');
    expect(lineAfterPayment({ ...base, job: job('done') }).state).toBe('idle');
  });

  test('open once the router says so', () => {
    expect(lineAfterPayment({ ...base, access: { desired: 'open', observed: 'open' } }).state).toBe('open');
  });

  test('a line that was never closed is not celebrated', () => {
    const seen = { ...base, was: 'open', access: { desired: 'open', observed: 'open' } } as const;
    expect(lineAfterPayment(seen).state).toBe('still_open');
  });

  test('a payment that was too small leaves it closed, and one that paid all blames no invoice', () => {
    const closed = { ...base, access: { desired: 'closed', observed: 'closed' } } as const;
    expect(lineAfterPayment({ ...closed, overdue: 50_000 }).state).toBe('stays_closed');
    expect(lineAfterPayment(closed).state).toBe('kept_closed');
  });

  test('an overdue line that nobody closed is not called closed', () => {
    const access = { desired: 'closed', observed: 'open' } as const;
    expect(lineAfterPayment({ ...base, access, overdue: 50_000 }).state).toBe('not_closed_yet');
  });

  test('a router that is off, a failed try and a given-up job are told apart, with the reason', () => {
    expect(lineAfterPayment({ ...base, job: job('parked', 'router off') })).toEqual({
      state: 'parked',
      reason: 'router off',
    });
    expect(lineAfterPayment({ ...base, job: job('queued', 'trap') })).toEqual({
      state: 'retrying',
      reason: 'trap',
      again: 60,
    });
    expect(lineAfterPayment({ ...base, job: job('dead', 'no secret') }).state).toBe('dead');
    expect(lineAfterPayment({ ...base, job: job('cancelled') }).state).toBe('dead');
  });

  test('nothing is sent to a router that is only observed, so nothing is waited for', () => {
    expect(lineAfterPayment({ ...base, mode: 'observe' }).state).toBe('observed');
    expect(lineAfterPayment({ ...base, mode: 'observe', job: job('queued') }).state).toBe('observed');
    expect(lineAfterPayment({ ...base, access: unknown, untold: untold('observed') }).state).toBe('observed');
    const open = { desired: 'open', observed: 'open' } as const;
    expect(lineAfterPayment({ ...base, mode: 'observe', was: 'open', access: open }).state).toBe(
      'still_open',
    );
  });

  test('a line that no router was asked about says why, with the reason', () => {
    const seen = { ...base, was: 'unknown', access: unknown } as const;
    expect(lineAfterPayment({ ...seen, untold: untold('waiting', 'no route') })).toEqual({
      state: 'parked',
      reason: 'no route',
    });
    const trap = { because: 'waiting', code: 'trap', message: 'no such profile' } as const;
    expect(lineAfterPayment({ ...seen, untold: trap })).toEqual({
      state: 'retrying',
      reason: 'no such profile',
      again: null,
    });
    expect(lineAfterPayment({ ...seen, untold: untold('failed', 'no secret') })).toEqual({
      state: 'dead',
      reason: 'no secret',
    });
    expect(lineAfterPayment({ ...seen, untold: untold('missing') }).state).toBe('missing');
    expect(lineAfterPayment({ ...seen, untold: untold('unnamed') }).state).toBe('dead');
  });

  test('where nobody was asked to open anything, nothing is said to be opening', () => {
    expect(lineAfterPayment({ ...base, was: 'unknown', access: unknown }).state).toBe('never_read');
    expect(lineAfterPayment(base).state).toBe('idle');
  });

  test('a customer without a managed router has no line to open', () => {
    expect(lineAfterPayment({ ...base, mode: null }).state).toBe('no_router');
  });
});
