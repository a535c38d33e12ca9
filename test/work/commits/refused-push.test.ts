import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { OpenFeature } from '../stacks/open-feature.ts';
import { commitsFeature, landFeature } from './landing-feature.ts';

let feature: OpenFeature;
afterEach(() => feature.close());

it.for(['merge', 'branch'] as const)(
  'a hook of the origin that refuses the landing is quoted, with what to do; then it can be landed (land: %s)',
  async (mode) => {
    feature = await commitsFeature({}, mode);
    const work = await feature.handIn('save', { 'src/save.txt': 'saved\n' });
    expect(await feature.merge(work)).toMatchObject({ kind: 'ready' });
    const hook = path.join(feature.ref.repo, 'hooks/pre-receive');
    await writeFile(hook, '#!/bin/sh\necho "Ticket number missing" >&2\nexit 1\n');
    await chmod(hook, 0o755);
    const landing = landFeature(feature);
    await expect(landing).rejects.toMatchObject({ name: 'BatonError', type: 'Repository' });
    await expect(landing).rejects.toThrow(/Ticket number missing/);
    await expect(landing).rejects.toThrow(/Let Baton push there, and try again/);
    await rm(hook);
    expect((await landFeature(feature)).branch).toBe(mode === 'merge' ? 'main' : 'feature/stack');
  },
);
