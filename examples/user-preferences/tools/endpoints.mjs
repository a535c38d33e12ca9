import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The description of the service before any feature; each feature adds a file beside it. */
const BASE = 'accounts.json';
const METHODS = ['get', 'put', 'patch', 'post', 'delete'];

/**
 * The endpoints that the OpenAPI files of a directory describe: what benches, smoke tests and customers call.
 * `example` is a body that the endpoint accepts, `limited` says that it has a rate limit, `page` that it answers
 * a page for people.
 */
export async function readEndpoints(directory) {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  const documents = await Promise.all(
    files.map(async (file) => [file, JSON.parse(await readFile(join(directory, file), 'utf8'))]),
  );
  return documents.flatMap(([file, document]) =>
    Object.entries(document.paths).flatMap(([path, operations]) =>
      METHODS.filter((method) => operations[method]).map((method) => ({
        method: method.toUpperCase(),
        path,
        feature: file === BASE ? null : file.replace(/\.json$/, ''),
        secured: (operations[method].security ?? []).length > 0,
        limited: operations[method]['x-rate-limit'] !== undefined,
        page: operations[method].responses?.['200']?.content?.['text/html'] !== undefined,
        example: operations[method].requestBody?.content?.['application/json']?.example,
      })),
    ),
  );
}

/** The path of an endpoint for one user. */
export const pathFor = (endpoint, userId) => endpoint.path.replace('{id}', userId);
