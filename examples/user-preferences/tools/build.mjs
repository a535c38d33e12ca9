#!/usr/bin/env node
import { buildService } from './build-service.mjs';

const target = process.argv[2] ?? 'dist';
const built = await buildService({ root: process.cwd(), target });
console.log(`built ${built.file}`);
