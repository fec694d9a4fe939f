import { client, content } from '../../api/client';
import type { RouterLeaks } from '../../api/types';

/** Reads every router that is in use; one that cannot be read says why, and hides none of the others. */
export const leaks = () => content<RouterLeaks[]>(client.GET('/api/v1/reports/leaks', {}));
