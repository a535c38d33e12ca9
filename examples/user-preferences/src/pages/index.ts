import type { Mount } from '../routes/index.ts';

/** The pages for people, beside the API. */
export const pages: Mount[] = [];
