/** The columns of `roles`. */
export const roleColumns = ['id', 'name', 'permissions'] as const;
