/** How good or bad a state is; always shown together with a shape and a word. */
export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad';
