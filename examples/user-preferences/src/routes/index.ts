import type { Hono } from 'hono';
import type { AppEnv, Deps } from '../app.ts';
import { health } from './health.ts';
import { users } from './users.ts';

/** Adds the routes of one resource. */
export type Mount = (app: Hono<AppEnv>, deps: Deps) => void;

export const routes: Mount[] = [health, users];
