import { z } from 'zod';

/** What a user can save as {{title}}. */
export const {{camel}}Schema = z.strictObject({
  {{schemaFields}}
});

export type {{type}} = z.infer<typeof {{camel}}Schema>;

/** Any part of them. */
export const {{camel}}PartSchema = z.strictObject({
  {{partFields}}
});

export type {{type}}Part = z.infer<typeof {{camel}}PartSchema>;

/** With the time of the last change, null when a user never saved any. */
export type Saved{{type}} = {{type}} & { updated_at: Date | null };

/** What applies to a user who never saved any. */
export const {{camel}}Defaults: {{type}} = {{defaults}};

/** `current` with the parts that `change` names replaced. */
export function merge{{type}}(current: {{type}}, change: {{type}}Part): {{type}} {
  return {
    {{mergeFields}}
  };
}
