/** Who works in this window, and whether the office exists yet. */
import { client, content, token, whenSessionEnds } from '../../api/client';
import { asProblem, type Problem } from '../../api/problem';
import type { Ability, Session, Settings, Setup, User } from '../../api/types';
import { useZone } from '../../i18n/show.svelte';

export type Stage = 'starting' | 'unreachable' | 'first_start' | 'login' | 'working';

const state = $state<{
  stage: Stage;
  setup: Setup | null;
  user: User | null;
  problem: Problem | null;
  ended: boolean;
}>({
  stage: 'starting',
  setup: null,
  user: null,
  problem: null,
  ended: false,
});

export const session = {
  get stage() {
    return state.stage;
  },
  get setup() {
    return state.setup;
  },
  get user() {
    return state.user;
  },
  get problem() {
    return state.problem;
  },
  /** True when the API ended the session, rather than the person. */
  get ended() {
    return state.ended;
  },
};

/** Whether the person in this window may do that; what they may not do is not offered. */
export function may(ability: Ability): boolean {
  return state.user?.abilities.includes(ability) ?? false;
}

whenSessionEnds(() => {
  state.user = null;
  state.ended = true;
  state.stage = 'login';
});

export async function start(): Promise<void> {
  state.stage = 'starting';
  state.problem = null;
  try {
    state.setup = await content<Setup>(client.GET('/api/v1/setup', {}));
    if (state.setup.needs_owner) {
      state.stage = 'first_start';
    } else if (token.read() === null) {
      state.stage = 'login';
    } else {
      await work(await content<User>(client.GET('/api/v1/auth/me', {})));
    }
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status === 401) {
      state.stage = 'login';
    } else {
      state.problem = problem;
      state.stage = 'unreachable';
    }
  }
}

async function work(user: User): Promise<void> {
  const settings = await content<Settings>(client.GET('/api/v1/settings', {}));
  if (settings['office.zone']) useZone(settings['office.zone']);
  state.user = user;
  state.ended = false;
  state.stage = 'working';
}

export async function login(name: string, password: string): Promise<void> {
  const given = await content<Session>(client.POST('/api/v1/auth/login', { body: { name, password } }));
  token.keep(given.token);
  await work(given.user);
}

export interface FirstStart {
  office_name: string;
  owner_name: string;
  password: string;
  zone: string;
  language: string;
}

export async function setUp(first: FirstStart): Promise<void> {
  const given = await content<Session>(client.POST('/api/v1/setup', { body: first }));
  token.keep(given.token);
  state.setup = await content<Setup>(client.GET('/api/v1/setup', {}));
  await work(given.user);
}

export async function logout(): Promise<void> {
  try {
    await content(client.POST('/api/v1/auth/logout', {}));
  } finally {
    token.forget();
    state.user = null;
    state.ended = false;
    state.stage = 'login';
  }
}
