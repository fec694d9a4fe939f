import { client, content } from '../../api/client';
import type { Verdict } from '../../api/types';

export const verify = () => content<Verdict>(client.GET('/api/v1/verify', {}));
