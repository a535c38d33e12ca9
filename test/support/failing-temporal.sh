#!/bin/sh
# Stands for a Temporal CLI whose server does not come up.
case "$1" in
  server) echo 'the disk is on fire' >&2; exit 3 ;;
  *) exit 1 ;;
esac
