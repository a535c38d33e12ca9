# {{title}}

Written by Baton's scripted crew (no model was called).

```ts
interface {{type}} {
  user_id: string;
  {{typeFields}}
  updated_at: Date | null; // null: never saved, these are the defaults
}
```

| endpoint | does | answers |
|---|---|---|
| `GET {{path}}` | what is saved, else the defaults | 200, 304, 401, 403, 429 |
| `PUT {{path}}` | replaces all of it | 200, 400, 401, 403, 409, 428, 429 |
| `PATCH {{path}}` | replaces what it names | 200, 400, 401, 403, 409, 428, 429 |
| `GET {{pagePath}}` | a page on which people do the same; its script asks the API | 200 |

- Everyone reads and changes only their own: 401 without a valid token, 403 for another user's.
- A change says which state it starts from, by `updated_at` in its body or by `If-Match`; 409 when that is stale.
- At most {{limit}} requests a minute and user over the three endpoints together; 429 with `Retry-After` above it.
- `GET` answers within 50 ms (95th percentile).
- What PATCH does for a user who never saved is asked when it is built.

The machine-readable description is [`{{openapi}}`](../../{{openapi}}).
