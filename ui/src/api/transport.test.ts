import { expect, test } from 'vitest';

import { fetchThrough, type Transport } from './transport';

function recording(status: number, body: string) {
  const seen: { method: string; path: string; headers: Record<string, string>; body: string | null }[] = [];
  const transport: Transport = {
    request: (method, path, headers, bytes) => {
      seen.push({ method, path, headers, body: bytes && new TextDecoder().decode(bytes) });
      return Promise.resolve({
        status,
        headers: [['content-type', 'application/json']],
        body: new TextEncoder().encode(body),
      });
    },
    follow: () => Promise.reject(new Error('nobody follows here')),
  };
  return { seen, transport };
}

test('a request keeps method, path, query, headers and body on its way through a door', async () => {
  const { seen, transport } = recording(200, '{"ok":true}');
  const response = await fetchThrough(transport)(
    new Request('http://localhost/api/v1/payments?x=1%20a', {
      method: 'POST',
      headers: { 'idempotency-key': 'k1', 'content-type': 'application/json' },
      body: '{"amount":200000}',
    }),
  );
  expect(await response.json()).toEqual({ ok: true });
  expect(seen[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/payments?x=1%20a',
    body: '{"amount":200000}',
  });
  expect(seen[0]?.headers['idempotency-key']).toBe('k1');
});

test('an answer without content does not break on its empty body', async () => {
  const { transport } = recording(204, '');
  const response = await fetchThrough(transport)(
    new Request('http://localhost/api/v1/x', { method: 'DELETE' }),
  );
  expect(response.status).toBe(204);
});
