import { expect, it } from 'vitest';
import { repositoryPlace } from '../../../src/cli/start/repository-place.ts';

it.each([
  ['git@github.com:acme/shop.git', 'github.com/acme/shop'],
  ['https://alice@gitlab.example/a/b/c.git', 'gitlab.example/a/b/c'],
  ['https://gitlab.example:8443/a/b/c/?private_token=x#y', 'gitlab.example/a/b/c'],
  ['alice@gitlab.example:a/b/c.git', 'gitlab.example/a/b/c'],
  ['ssh://git@gitlab.example:2222/a/b/c.git', 'gitlab.example/a/b/c'],
  ['git+ssh://git@host/a', 'host/a'],
  ['file:///srv/git/shop.git', '/srv/git/shop'],
  ['/srv/git/shop.git', '/srv/git/shop.git'],
  ['C:/code/shop', 'C:/code/shop'],
])('the place of %s is %s, with no user and no query', (repo, place) => {
  expect(repositoryPlace(repo)).toBe(place);
});
