import type { UserWithRoles } from '../types/user.ts';

export type Permission = `${string}:${'read' | 'write'}`;

/** Whether one of the user's roles permits it. */
export const isPermitted = ({ roles }: UserWithRoles, permission: Permission): boolean =>
  roles.some(({ permissions }) => permissions.includes(permission));
