import { describe, expect, test } from 'vitest';

import { asProblem, kindOf, Problem, problemFrom, UNREACHABLE, UNREADABLE } from './problem';

describe('problem', () => {
  test('keeps code, detail and field faults of a problem document', () => {
    const problem = problemFrom(422, {
      title: 'Isian salah',
      status: 422,
      detail: 'Nomor telepon tidak terbaca.',
      code: 'invalid_field',
      errors: [
        { field: 'phone', code: 'phone', message: 'Tulis misalnya 0812…' },
        { field: 'odp', code: 'unknown', message: 'ODP tidak dikenal' },
      ],
    });
    expect(problem.code).toBe('invalid_field');
    expect(problem.message).toBe('Nomor telepon tidak terbaca.');
    expect(problem.field('phone')).toBe('Tulis misalnya 0812…');
    expect(problem.field('name')).toBeUndefined();
    expect(problem.beyond(['phone', 'name']).map((fault) => fault.field)).toEqual(['odp']);
  });

  test('a refused edit keeps who was quicker', () => {
    const changed = { by: 'rina', desk: 'loket 2', at: 1_767_200_000_000 };
    expect(problemFrom(409, { title: 'Bertentangan', code: 'stale', changed }).changed).toEqual(changed);
    expect(problemFrom(409, { title: 'Bertentangan', code: 'stale' }).changed).toBeNull();
  });

  test('an answer that is not ours gets a code of its own, not a guess', () => {
    expect(problemFrom(502, '<html>Bad gateway</html>').code).toBe(UNREADABLE);
    expect(problemFrom(500, null).status).toBe(500);
  });

  test('a broken connection is a problem with status 0', () => {
    const problem = asProblem(new TypeError('Failed to fetch'));
    expect(problem.code).toBe(UNREACHABLE);
    expect(problem.status).toBe(0);
    expect(asProblem(problem)).toBe(problem);
    expect(problem).toBeInstanceOf(Problem);
  });

  test.each([
    [400, 'input'],
    [422, 'input'],
    [401, 'session'],
    [403, 'forbidden'],
    [404, 'missing'],
    [409, 'conflict'],
    [429, 'too_many'],
    [502, 'elsewhere'],
    [503, 'elsewhere'],
    [500, 'fault'],
    [0, 'fault'],
  ] as const)('status %d is a matter of %s', (status, kind) => {
    expect(kindOf(status)).toBe(kind);
  });
});
