import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A headless browser: the one of `BATON_TEST_CHROMIUM`, else a Chromium on PATH. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env.BATON_TEST_CHROMIUM || findOnPath();
  if (executablePath === undefined) {
    throw new Error(
      `No browser: PATH has none of ${names.join(', ')}. Install Chromium, or set BATON_TEST_CHROMIUM to its path.`,
    );
  }
  // Containers run as root, where Chromium's own sandbox refuses to start; only our own server's pages are opened.
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  });
}

function findOnPath(): string | undefined {
  const directories = (process.env.PATH ?? '').split(path.delimiter);
  const files = directories.flatMap((directory) => names.map((name) => path.join(directory, name)));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
