import { example, firstChange } from './samples.mjs';

const answers = (...statuses) => {
  const words = {
    200: 'The saved state',
    304: 'Known already',
    400: 'Invalid',
    401: 'No valid token',
    403: "Another user's",
    409: 'Stale',
    428: 'No state named',
    429: 'Too many requests',
  };
  return Object.fromEntries(statuses.map((status) => [status, { description: words[status] }]));
};

const schemaOf = (field) =>
  field.kind === 'choice'
    ? { type: 'string', enum: field.values, default: field.values[0] }
    : {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(field.keys.map((key) => [key, { type: 'boolean', default: true }])),
      };

/** The feature's OpenAPI description. Its examples are accepted for a user who never saved. */
export function openapiOf(spec) {
  const properties = {
    ...Object.fromEntries(spec.fields.map((field) => [field.name, schemaOf(field)])),
    updated_at: { type: ['string', 'null'], format: 'date-time' },
  };
  const operation = (summary, statuses, body) => ({
    summary,
    security: [{ bearer: [] }],
    'x-rate-limit': `${spec.limit}/minute`,
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
    ...(body && {
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              additionalProperties: false,
              properties,
              ...(body.required && { required: body.required }),
            },
            example: { ...body.example, updated_at: null },
          },
        },
      },
    }),
    responses: answers(...statuses),
  });
  return {
    openapi: '3.1.0',
    info: { title: spec.title, version: '1.0.0', description: "Written by Baton's scripted crew." },
    paths: {
      [spec.path.replace(':id', '{id}')]: {
        get: operation('What is saved, else the defaults', [200, 304, 401, 403, 429]),
        put: operation('Replaces all of it', [200, 400, 401, 403, 409, 428, 429], {
          example: example(spec),
          required: spec.fields.map((field) => field.name),
        }),
        patch: operation('Replaces what it names', [200, 400, 401, 403, 409, 428, 429], {
          example: firstChange(spec),
        }),
      },
      [spec.pagePath]: {
        get: {
          summary: 'The page on which people change it',
          security: [],
          responses: {
            200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } },
          },
        },
      },
    },
  };
}
