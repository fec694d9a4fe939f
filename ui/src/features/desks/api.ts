import { client, content } from '../../api/client';
import type { Desks, Pairing } from '../../api/types';

export const desks = () => content<Desks>(client.GET('/api/v1/desks', { params: { query: { limit: 200 } } }));

/** The code is in this answer alone. */
export const makePairing = () => content<Pairing>(client.POST('/api/v1/desks/pairing', {}));

export const closePairing = () => content<unknown>(client.DELETE('/api/v1/desks/pairing', {}));

export const forgetDesk = (id: string) =>
  content<unknown>(client.DELETE('/api/v1/desks/{id}', { params: { path: { id } } }));
