import type { Role } from '../../api/types';

export const ROLES: Role[] = ['owner', 'admin', 'cashier', 'technician', 'collector'];
