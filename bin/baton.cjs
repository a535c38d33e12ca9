#!/usr/bin/env node
// What every Node can read: it says in one line that this one is too old, where anything newer would be a SyntaxError.
'use strict';

var wanted = require('../package.json');
var parts = process.versions.node.split('.');
var enough = Number(parts[0]) > 20 || (Number(parts[0]) === 20 && Number(parts[1]) >= 19);

if (!enough) {
  process.stderr.write(
    'baton: Node ' +
      wanted.engines.node.replace('>=', '') +
      ' or newer is needed, and this is ' +
      process.version +
      ' (' +
      process.execPath +
      '): install a newer one, https://nodejs.org, and run baton again.\n',
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  process.stdout.write([wanted.version, '\n'].join(''));
} else {
  require('./start.cjs');
}
