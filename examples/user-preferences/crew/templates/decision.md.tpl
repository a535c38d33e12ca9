# ADR 3: {{title}} in a JSONB column

Status: proposed by Baton's scripted crew (no model was called).

## Context
{{request}}

## Decision
{{decisionList}}

## Consequences
- A new field needs no migration: rows without it show its default.
- The version before this one doesn't know the table, so both run on one database and going back needs no migration.
- The limit of requests is counted in each process; several processes together allow a user more.
{{notes}}
