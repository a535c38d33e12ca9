/**
 * The release of the Temporal CLI that Baton builds, and the name under which any CLI that it got is kept.
 * Newer ones can't be installed by `go install` because their modules use replace directives.
 */
export const temporalCliVersion = '1.5.1';
