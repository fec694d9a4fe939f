/**
 * Errors as the API words them (RFC 9457, with a stable `code`), and the one error type that the
 * screens handle. A broken connection becomes a problem too, so that no screen has two error paths.
 */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** Who changed a record since somebody read it. */
export interface ChangedBy {
  by: string;
  desk: string;
  at: number;
}

export interface ProblemBody {
  type?: string;
  title: string;
  status: number;
  detail?: string | null;
  code: string;
  errors?: FieldProblem[] | null;
  changed?: ChangedBy | null;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | null;
  readonly fields: readonly FieldProblem[];
  readonly changed: ChangedBy | null;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.name = 'Problem';
    this.status = body.status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail ?? null;
    this.fields = body.errors ?? [];
    this.changed = body.changed ?? null;
  }

  /** The sentence that belongs beside the named input, if the server found fault with it. */
  field(name: string): string | undefined {
    return this.fields.find((fault) => fault.field === name)?.message;
  }

  /** Faults whose inputs are not on the form, so that none of them is swallowed. */
  beyond(names: readonly string[]): FieldProblem[] {
    return this.fields.filter((fault) => !names.includes(fault.field));
  }
}

/** What a refusal comes down to for the person at the desk, whatever the server calls it. */
export type ProblemKind =
  'input' | 'session' | 'forbidden' | 'missing' | 'conflict' | 'too_many' | 'elsewhere' | 'fault';

const KINDS: Readonly<Record<number, ProblemKind>> = {
  401: 'session',
  403: 'forbidden',
  404: 'missing',
  409: 'conflict',
  410: 'missing',
  412: 'conflict',
  429: 'too_many',
  502: 'elsewhere',
  503: 'elsewhere',
  504: 'elsewhere',
};

export function kindOf(status: number): ProblemKind {
  return KINDS[status] ?? (status >= 400 && status < 500 ? 'input' : 'fault');
}

/** The backend could not be reached at all. */
export const UNREACHABLE = 'unreachable';
/** The backend answered with something that is not our API. */
export const UNREADABLE = 'unreadable_answer';

function isProblemBody(value: unknown): value is ProblemBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'title' in value &&
    typeof value.title === 'string'
  );
}

export function problemFrom(status: number, body: unknown): Problem {
  if (isProblemBody(body)) return new Problem({ ...body, status });
  return new Problem({ title: String(status), status, code: UNREADABLE });
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new Problem({ title: words, status: 0, code: UNREACHABLE });
}
