/**
 * The routes that `openapi-fetch` checks calls against. Generated from the OpenAPI document when it
 * exists (`export type { paths } from './schema'`); until then every route is allowed.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = any;
