/** The routes that `openapi-fetch` checks every call against, generated from the OpenAPI document. */
export type { paths } from './schema';
