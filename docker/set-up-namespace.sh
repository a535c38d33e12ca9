#!/bin/sh
# Makes Baton's namespace, or updates it, with a long retention and Baton's search attributes.
# The port answers before the server does, so the first question is asked for a while.
set -eu

operator() {
  temporal operator "$@" --namespace "$BATON_NAMESPACE" --address "$TEMPORAL_ADDRESS"
}

attempts=60
until temporal operator cluster health --address "$TEMPORAL_ADDRESS"; do
  attempts=$((attempts - 1))
  if [ "$attempts" -le 0 ]; then
    echo "The server at $TEMPORAL_ADDRESS is not healthy after a minute. Look into its log." >&2
    exit 1
  fi
  sleep 1
done

if operator namespace describe >/dev/null 2>&1; then
  operator namespace update --retention "$BATON_RETENTION"
else
  operator namespace create --retention "$BATON_RETENTION"
  # A new namespace is known to every part of the server after its cache of them was read again.
  sleep 12
fi

for attribute in BatonPhase=Keyword BatonAttention=Int BatonRepository=Keyword; do
  # Adding one that exists with the same type is no error.
  operator search-attribute create --name "${attribute%=*}" --type "${attribute#*=}"
done
