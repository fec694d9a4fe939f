/**
 * Somebody at the router itself: one login and one command over the wire, so that a test can change on
 * the simulated router what the office does not know yet. It speaks just enough of MikroTik's API.
 */
import { connect } from 'node:net';

import type { Office } from './office';

const USER = 'sambung';
const PASSWORD = 'sandi-simulasi';
const ANSWER_MS = 5_000;

/** A word with its length before it; none here is longer than one byte says. */
function word(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 0x7f) throw new Error(`too long for a test: ${text}`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

const sentence = (words: readonly string[]) => Buffer.concat([...words.map(word), Buffer.from([0])]);

/** Runs one command, such as `/ppp/secret/add` with `=name=…`; a trap is an error. */
export function atRouter(address: string, command: readonly string[]): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    const late = setTimeout(() => {
      end(new Error(`the router did not answer ${command[0]}`));
    }, ANSWER_MS);
    const waiting = [['/login', `=name=${USER}`, `=password=${PASSWORD}`], command];
    let heard = '';

    function end(fault?: Error) {
      clearTimeout(late);
      socket.destroy();
      if (fault) reject(fault);
      else resolve();
    }

    function say() {
      const next = waiting.shift();
      if (!next) end();
      else socket.write(sentence(next));
    }

    socket.once('connect', say);
    socket.once('error', end);
    socket.on('data', (part) => {
      heard += part.toString('latin1');
      if (heard.includes('!trap') || heard.includes('!fatal')) end(new Error(heard));
      else if (heard.includes('!done')) {
        heard = '';
        say();
      }
    });
  });
}

/** PPPoE names of lines that are open and shall be, so that whatever else is done to them is a difference. */
export async function openLines(office: Office, n: number): Promise<string[]> {
  const { lines } = await office.api<{
    lines: { customer_id: number; desired: string; difference: string }[];
  }>('/routers/1/plan');
  const open = lines.filter((line) => line.desired === 'open' && line.difference === 'none').slice(0, n);
  return Promise.all(
    open.map(async ({ customer_id }) => {
      const { pppoe_username } = await office.api<{ pppoe_username: string }>(`/customers/${customer_id}`);
      return pppoe_username;
    }),
  );
}
