import { expect, it } from 'vitest';
import { repositoryName } from '../../src/github/repository-name.ts';

it.each([
  ['https://github.com/team/service', 'github.com/team/service'],
  ['https://github.com/team/service.git/', 'github.com/team/service'],
  ['https://someone:secret@git.example.com:8443/team/my.service', 'git.example.com/team/my.service'],
  ['ssh://git@github.com:22/team/service.git', 'github.com/team/service'],
  ['ssh://git@ssh.github.com:443/team/service', 'github.com/team/service'],
  ['git@github.com:team/service.git', 'github.com/team/service'],
])('%s is %s', (origin, name) => expect(repositoryName(origin)).toBe(name));

it.each([
  '/home/me/service',
  '../service',
  'file:///home/me/service',
  'C:team/service',
  'https://git.example.com/group/team/service',
  'https://github.com/--repo/service',
  'https://github.com/team/..',
  'git@-host:team/service',
])('%s is none', (origin) => expect(repositoryName(origin)).toBeUndefined());
