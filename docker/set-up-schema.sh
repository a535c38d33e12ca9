#!/bin/sh
# Makes or updates the schemas of Temporal's two databases. Doing it again changes nothing.
set -eu

tool=${TEMPORAL_SQL_TOOL:-temporal-sql-tool}
schemas=${TEMPORAL_SCHEMAS:-/etc/temporal/schema/postgresql/v12}

sql() {
  database=$1
  shift
  "$tool" --plugin postgres12 --endpoint "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" \
    --database "$database" "$@"
}

set_up() {
  echo "Schema of $1"
  sql "$1" create-database
  sql "$1" setup-schema --version 0.0
  sql "$1" update-schema --schema-dir "$schemas/$2/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
