// Apart from what every Node has to be able to read.
'use strict';

void import('../dist/client.js');
